"""How aliases are declared and generated; Pydantic's functions are the oracle."""

import pydantic.alias_generators
import pytest

from bolide.validation import aliases
from bolide.validation.aliases import AliasChoices, AliasPath, input_paths

NAMES = [
    "order_number",
    "orderNumber",
    "OrderNumber",
    "order-number",
    "_private_name",
    "HTTPResponse2",
    "a1_b2",
    "x2y",
    "ABC",
    "__a_b",
    "name_",
    "1a",
]


@pytest.mark.parametrize("generator", ["to_camel", "to_pascal", "to_snake"])
def test_generators_make_the_names_that_pydantics_make(generator: str) -> None:
    ours, theirs = getattr(aliases, generator), getattr(pydantic.alias_generators, generator)
    assert [ours(name) for name in NAMES] == [theirs(name) for name in NAMES]


def test_an_alias_names_one_place_or_several() -> None:
    assert input_paths("a") == (("a",),)
    assert input_paths(AliasPath("a", 0, "b")) == (("a", 0, "b"),)
    assert input_paths(AliasChoices("a", AliasPath("b", 1))) == (("a",), ("b", 1))


def test_aliases_show_how_they_were_made() -> None:
    assert repr(AliasChoices("a", AliasPath("b", 1))) == "AliasChoices('a', AliasPath('b', 1))"
