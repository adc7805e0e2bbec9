"""E-mail addresses are those of Pydantic, which asks email-validator about each."""

from __future__ import annotations

import sys
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.errors import CustomError, ValidationError
from bolide.validation.types.email_addresses import EmailStr, NameEmail, validate_email

OURS: Any = {"address": Adapter(EmailStr).validate, "name": Adapter(NameEmail).validate}
THEIRS: Any = {
    "address": pydantic.TypeAdapter(pydantic.EmailStr).validate_python,
    "name": pydantic.TypeAdapter(pydantic.NameEmail).validate_python,
}

PLAIN = (
    "user@example.com",
    "USER@Example.COM",
    "Postmaster@x.de",
    "o'neil+tag@x.de",
    "a!#$%&'*+-/=?^_`{|}~@x.de",
    " a@b.co ",
    "Foo <a@b.co>",
    '"Foo, Bar" <a@b.co>',
    "<a@b.co>",
    "a@x.c",
    "a@x.1c",
    "a@x.example",
    "a@1.2a",
)
INTERNATIONAL = ("üser@example.com", "user@münchen.de", "user@xn--mnchen-3ya.de", "a@x。de", "名 <x@例え.jp>")
WRONG = (
    *("", "foo@", "@x.de", "a@b", "a b@c.de", "a@b.co\n", "user@[127.0.0.1]", '"q"@x.de', "a..b@x.de"),
    *(".a@x.de", "a.@x.de", "a@-x.de", "a@x-.de", "a@x..de", "a@x.de.", "a@x_y.de", "a@@b.co", "a@b@c.co"),
    *("a@example.local", "a@localhost", "a@x.test", "a@x.onion", "a@1.2", "a@x.123", "a@x.co1", "a@com"),
    *("x" * 65 + "@a.de", "a@" + "x" * 64 + ".de", "a@" + ".".join(["x" * 60] * 5), "a" * 2049 + "@x.de"),
    *("Foo <a@b", "Foo a@b.co>", "a@b.co <c@d.co>", "\u200ba@x.de"),
)


def outcome(read: Any, value: object) -> object:
    """Return what *read* makes of *value*, as text, or its errors."""
    try:
        return str(read(value))
    except (ValidationError, pydantic.ValidationError) as error:
        return [[each.get(name) for name in ("type", "loc", "msg", "ctx")] for each in error.errors()]


@pytest.mark.parametrize("kind", ["address", "name"])
@pytest.mark.parametrize("value", [*PLAIN, *INTERNATIONAL, *WRONG, 5, None])
def test_addresses_are_read_as_pydantic_reads_them(value: object, kind: str) -> None:
    assert outcome(OURS[kind], value) == outcome(THEIRS[kind], value)


PARTS = st.text(alphabet="aB1-.", min_size=1, max_size=8)


@given(st.text(alphabet="aB1-._+@ <>é", max_size=12) | st.tuples(PARTS, PARTS).map("@".join))
def test_any_text_is_an_address_if_it_is_one_for_pydantic(value: str) -> None:
    assert outcome(OURS["address"], value) == outcome(THEIRS["address"], value)


def test_a_name_without_quotes_and_one_that_needs_them() -> None:
    named = Adapter(NameEmail).validate('"a@b" <c@d.eu>')
    assert (named.name, named.email, str(named)) == ("a@b", "c@d.eu", '"a@b" <c@d.eu>')
    assert Adapter(NameEmail).dump_json(named) == b'"\\"a@b\\" <c@d.eu>"'
    assert validate_email("Ann Lee <Ann@Example.com>") == ("Ann Lee", "Ann@example.com")


def test_without_the_package_plain_addresses_are_read_and_others_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "email_validator", None)
    assert validate_email("Ann <ann@example.com>") == ("Ann", "ann@example.com")
    with pytest.raises(CustomError, match="It is not a plain ASCII address"):
        validate_email("user@münchen.de")
    with pytest.raises(CustomError, match=r"An email address must have an @-sign\."):
        validate_email("nobody")
