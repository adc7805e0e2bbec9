"""URLs have the parts, the normal form and the errors that Pydantic gives them."""

from __future__ import annotations

import copy
import pickle
from typing import Annotated, Any

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.hints import TypeHintError
from bolide.validation.schema_emitter import SchemaEmitter
from bolide.validation.types import data_sources, urls
from bolide.validation.types.url_text import MalformedUrl, parse_url
from bolide.validation.types.urls import AnyUrl, HttpUrl, MultiHostUrl, UrlConstraints

TEXTS = (
    *(
        "http://example.com",
        "HTTP://EXAMPLE.com:80/a/../b",
        "https://user:pa%20ss@host:8443/p?q=1#f",
        "ftp://x",
    ),
    *(
        "file:///etc/passwd",
        "file://localhost/a",
        "file:a",
        "file://h/a",
        "mailto:a@b.c",
        "data:text/plain,hi there",
    ),
    *(
        "redis://localhost:6379/0",
        "postgres://u:p@h/db",
        "http://\u00a3\u00a3.com",
        "http://m\u00fcnchen.de/stra\u00dfe?\u00fc#\u00e9",
    ),
    *(
        "http://[::1]:80/",
        "http://[::ffff:1.2.3.4]",
        "http://1",
        "http://0x7f.1",
        "http://256.1.1.1",
        "http://1.2.3.4.5",
    ),
    *(
        "http://1.2.3",
        "http://08",
        "http://",
        "http:///a",
        "http:a",
        "//a",
        "a",
        "",
        "''",
        "x://",
        "x://h",
        "x:/a/./b",
    ),
    *(
        "http://a b",
        "http://a:99999",
        "http://a:x",
        "http://a:",
        "http://a%41",
        "http://a%zz",
        "http://exa<mple.com",
    ),
    *(
        "x:opaque path",
        "http://a?b c'd",
        "x://a?b'c",
        'http://a/b c"<>`{}^|',
        "http://a\\b",
        "http://@a",
        "http://:p@a",
    ),
    *(
        "http://u@a",
        "http://a.",
        "http://..",
        "http://a/%2e%2E/b",
        "http://a//b",
        "amqp://u:p@h:5672/v",
        "nats://h",
    ),
    *(
        "http://xn--mnchen-3ya.de",
        "http://[zz]",
        "http://[::1",
        "x://a b",
        "x://\u00e9/\u00e9",
        "http://a#b c",
        "http://a/;p=1",
    ),
    *(
        "http://ex_ample.com",
        "http://-a.com",
        "ws://h",
        "wss://h:443/|",
        "HTTP:\\\\x",
        "http://a@b@c",
        "http://user:@h",
    ),
    *(" http://a ", "http://a\tb", "javascript:alert(1)", "x://[::1]:5/", "x://H"),
)

CLASSES = (
    "AnyHttpUrl",
    "HttpUrl",
    "AnyWebsocketUrl",
    "WebsocketUrl",
    "FileUrl",
    "FtpUrl",
    *data_sources.__all__,
)


@pytest.mark.parametrize("text", TEXTS)
def test_normal_forms_are_those_of_browsers(text: str) -> None:
    assert normal_form(text) == normal_form_of_pydantic(text)


URL_TEXTS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "ftp", "wss", "file", "x", "HTTP"]),
    st.sampled_from(
        ["a", "a.b", "a-1.example.org", "a.1", "1.2.3.4", "1.2", "0x1", "xn--a", "a_b", "a.", "u@a", ""]
    ),
    st.sampled_from(["", ":", ":80", ":443", ":8000", ":65536", ":x"]),
    st.text("/.%2eE?#'@:;=~|{}[]\\ aZ\u00e9", max_size=8).map(lambda rest: rest and f"/{rest}"),
)


@settings(max_examples=500, deadline=None)
@given(URL_TEXTS)
def test_urls_in_normal_form_are_read_as_others(text: str) -> None:
    # A tab is removed, but is not part of a normal form.
    assert parts_or_reason(text) == parts_or_reason(f"\t{text}")


def parts_or_reason(text: str) -> object:
    try:
        return parse_url(text)
    except MalformedUrl as error:
        return str(error)


def normal_form(text: str) -> str:
    try:
        return parse_url(text).text()
    except MalformedUrl as error:
        return f"malformed: {error}"


def normal_form_of_pydantic(text: str) -> str:
    try:
        return str(pydantic.TypeAdapter(pydantic.AnyUrl).validate_python(text))
    except pydantic.ValidationError as error:
        details = error.errors()[0]
    return f"malformed: {details['ctx']['error']}"


def read(adapter: Any, value: Any) -> Any:
    try:
        return repr(adapter(value))
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["msg"], each.get("ctx")) for each in error.errors()]


@pytest.mark.parametrize("name", CLASSES)
def test_classes_have_their_constraints_and_schemas(name: str) -> None:
    cls: Any = getattr(urls, name, None) or getattr(data_sources, name)
    theirs = pydantic.TypeAdapter(getattr(pydantic, name))
    adapter = Adapter(cls)
    schemes = cls.constraints.allowed_schemes
    for text in (
        f"{schemes[0]}://",
        f"{schemes[-1]}://u:p@h",
        f"{schemes[0]}://h:1/p?q#f",
        "gopher://h",
        "x",
        1,
        None,
        b"x:",
    ):
        assert read(adapter.validate, text) == read(theirs.validate_python, text), text
    schema = SchemaEmitter("validation", str, definitions={}).emit(adapter.tree.root)
    assert schema == theirs.json_schema()


def test_too_long_url_is_refused() -> None:
    text = "http://" + "a" * 2083
    assert read(Adapter(HttpUrl).validate, text) == read(
        pydantic.TypeAdapter(pydantic.HttpUrl).validate_python, text
    )


def test_constraints_in_metadata_come_on_top_of_those_of_the_class() -> None:
    adapter = Adapter(Annotated[HttpUrl, UrlConstraints(max_length=20)])
    assert str(adapter.validate("http://h")) == "http://h/"
    assert read(adapter.validate, "ftp://h")[0][0] == "url_scheme"
    assert read(adapter.validate, "http://" + "h" * 20)[0][0] == "url_too_long"
    assert read(adapter.validate, HttpUrl("http://" + "h" * 20))[0][0] == "url_too_long"


def test_constraints_of_urls_on_something_else_are_refused() -> None:
    with pytest.raises(TypeHintError, match="UrlConstraints do not apply to int"):
        Adapter(Annotated[int, UrlConstraints()])


def test_parts_of_a_url() -> None:
    url = AnyUrl("https://us:p%40@M\u00dc.de:44/p/q?a=1&b=%20+x#f")
    assert (url.scheme, url.username, url.password, url.port) == ("https", "us", "p%40", 44)
    assert (url.host, url.unicode_host()) == ("xn--m-eha.de", "m\u00fc.de")
    assert (url.path, url.query, url.fragment) == ("/p/q", "a=1&b=%20+x", "f")
    assert url.query_params() == [("a", "1"), ("b", "  x")]
    assert url.unicode_string() == "https://us:p%40@m\u00fc.de:44/p/q?a=1&b=%20+x#f"
    assert url.encoded_string() == str(url) == "https://us:p%40@xn--m-eha.de:44/p/q?a=1&b=%20+x#f"


def test_missing_parts_are_none() -> None:
    url = AnyUrl("mailto:a@b.c")
    assert (url.host, url.port, url.username, url.password, url.query, url.fragment) == (None,) * 6
    assert (AnyUrl("http://h").port, AnyUrl("x://h").path) == (80, None)


def test_urls_compare_by_class_and_text_and_cannot_be_changed() -> None:
    one, other = AnyUrl("http://h"), AnyUrl("http://h/")
    assert one == other
    assert hash(one) == hash(other)
    assert one != HttpUrl("http://h")
    assert AnyUrl("http://a") < AnyUrl("http://b")
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    with pytest.raises(AttributeError, match="a AnyUrl cannot be changed"):
        one._text = "http://other"


def test_build_encodes_credentials() -> None:
    url = AnyUrl.build(
        scheme="https", host="h", port=5, path="a/b", query="q=1", fragment="f", username="u", password="p@"
    )
    assert str(url) == "https://u:p%40@h:5/a/b?q=1#f"


def test_several_hosts() -> None:
    url = MultiHostUrl("postgres://u:p@a:1,b,[::1]:3/db?x=1")
    assert str(url) == "postgres://u:p@a:1,b,[::1]:3/db?x=1"
    assert [(host["host"], host["port"], host["username"]) for host in url.hosts()] == [
        ("a", 1, "u"),
        ("b", None, None),
        ("[::1]", 3, None),
    ]
    with pytest.raises(ValueError, match="empty host"):
        MultiHostUrl("postgres://a,,b")


def test_urls_are_written_as_text() -> None:
    adapter = Adapter(dict[str, AnyUrl])
    assert adapter.dump_json(adapter.decode_json(b'{"a": "http://h"}')) == b'{"a":"http://h/"}'


def test_constraints_with_schemes_may_stand_in_a_union() -> None:
    limited = Annotated[AnyUrl, UrlConstraints(max_length=9, allowed_schemes=["http"])]
    assert hash(UrlConstraints(allowed_schemes=["a"])) == hash(UrlConstraints(allowed_schemes=["a"]))
    assert Adapter(limited | int).validate("3") == 3
    with pytest.raises(ValidationError) as caught:
        Adapter(list[limited | int]).validate(["ftp://a", "http://abc"])
    assert [error["type"] for error in caught.value.errors()] == [
        *("url_scheme", "int_parsing"),
        *("url_too_long", "int_parsing"),
    ]
