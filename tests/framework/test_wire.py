"""Query strings, cookies and media types are parsed in linear time and never fail."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bolide._reading.wire import is_json_media_type, parse_cookies, parse_query, parse_query_lists


@pytest.mark.parametrize(
    ("query", "values"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1&b=2", {"a": "1", "b": "2"}, id="pairs"),
        pytest.param("a=1&a=2", {"a": "2"}, id="last wins"),
        pytest.param("a", {"a": ""}, id="bare name"),
        pytest.param("a=", {"a": ""}, id="empty value"),
        pytest.param("a=b=c", {"a": "b=c"}, id="only the first equals sign counts"),
        pytest.param("&&a=1&", {"a": "1"}, id="empty pairs"),
        pytest.param("a=1;b=2", {"a": "1;b=2"}, id="b12 semicolons do not separate"),
        pytest.param("q=a+b%20c%2B", {"q": "a b c+"}, id="plus and percent"),
        pytest.param("n%C3%A4me=%E2%82%AC", {"näme": "€"}, id="utf-8"),
        pytest.param("q=%FF%zz", {"q": "\ufffd%zz"}, id="b11 bytes that are not utf-8"),
    ],
)
def test_query_values(query: str, values: dict[str, str]) -> None:
    assert parse_query(query) == values


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_every_encoded_query_comes_back(pairs: list[tuple[str, str]]) -> None:
    encodable = [(k, v) for k, v in pairs if (k + v).isprintable()]
    lists = parse_query_lists(urlencode(encodable))
    assert [(k, v) for k, values in lists.items() for v in values] == sorted(
        encodable, key=lambda pair: list(lists).index(pair[0])
    )


@given(st.text(alphabet="ab&=+%2F;", max_size=40))
def test_query_agrees_with_the_standard_library(query: str) -> None:
    expected = dict(parse_qsl(query, keep_blank_values=True))
    assert {k: v for k, v in parse_query(query).items() if k} == {k: v for k, v in expected.items() if k}


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1; b=2", {"a": "1", "b": "2"}, id="pairs"),
        pytest.param("a=1; a=2", {"a": "2"}, id="last wins"),
        pytest.param("a=1;b=2", {"a": "1", "b": "2"}, id="no space"),
        pytest.param('a="b c"', {"a": "b c"}, id="quoted"),
        pytest.param(r'a="b\"c\\d\073"', {"a": 'b"c\\d;'}, id="escapes"),
        pytest.param('a="', {"a": '"'}, id="half a quote"),
        pytest.param("=v; =; ;", {}, id="h4 nameless cookies are dropped"),
        pytest.param("flag", {}, id="no equals sign"),
    ],
)
def test_cookie_values(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookies(header) == cookies


def test_f1_hostile_cookie_is_parsed_in_linear_time() -> None:
    hostile = 'a="' + "\\" * 200_000 + '"'
    assert len(parse_cookies(hostile)["a"]) == 100_000


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("application/problem+json", True),
        ("text/json", False),
        ("text/plain", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_e18_json_comes_only_from_json_media_types(content_type: str | None, is_json: bool) -> None:
    assert is_json_media_type(content_type) is is_json
