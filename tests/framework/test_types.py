"""The value types under one roof."""

from __future__ import annotations

import pydantic
import pytest
from pydantic import types as pydantic_types

import bolide.types
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError

# What Pydantic has none of.
OURS = {"MultiHostHost", "MultiHostUrl", "TypeSpec", "register_type", "only_schemes", "EncoderProtocol"}


def test_names_are_those_of_pydantic() -> None:
    assert {
        name
        for name in bolide.types.__all__
        if not hasattr(pydantic_types, name) and not hasattr(pydantic, name)
    } <= OURS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann.Lee+x@Example.COM", "Ann.Lee+x@example.com"),
        ("INFO@example.com", "info@example.com"),
        ("a@b.co", "a@b.co"),
    ],
)
def test_plain_addresses_are_read_without_a_package(text: str, expected: str) -> None:
    assert Adapter(bolide.types.EmailStr).validate(text) == expected


@pytest.mark.parametrize(
    "text", ["a", "a@b", "a@b..c", "@b.co", "a b@c.de", "a@-b.co", "a@b.test", "a@b.co\n", ".a@b.co"]
)
def test_what_is_no_address_is_an_error(text: str) -> None:
    with pytest.raises(ValidationError, match="value is not a valid email address: ") as caught:
        Adapter(bolide.types.EmailStr).validate(text)
    assert caught.value.errors()[0]["type"] == "value_error"


def test_addresses_with_names() -> None:
    adapter = Adapter(bolide.types.NameEmail)
    value = adapter.validate("Ann Lee <ann@Example.com>")
    assert (value.name, value.email, str(value)) == (
        "Ann Lee",
        "ann@example.com",
        "Ann Lee <ann@example.com>",
    )
    assert adapter.validate("ann@example.com").name == "ann"
    assert adapter.dump_json(value) == b'"Ann Lee <ann@example.com>"'
