"""Strategies draw every type that the documentation's tables name."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest
import typing_extensions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.metaclass import ModelMeta
from bolide.validation.records import LEAVES_OUT_UNSET
from bolide.validation.root_model import RootModel
from tests.docs.pages import ROOT
from tests.validation import drawn_leaves, drawn_names
from tests.validation.drawn_models import rich_hints
from tests.validation.strategies import compound_hints

TYPES = ROOT / "docs" / "guide" / "types.md"
COLLECTIONS = ROOT / "docs" / "guide" / "collections.md"
VALUE_TYPES = ROOT / "docs" / "reference" / "value-types.md"

# What has parts, and what tells that it was drawn: the class in the hint, or the kind of a record.
FORMS: dict[str, Any] = {
    "list": list,
    "set": set,
    "frozenset": frozenset,
    "deque": collections.deque,
    "dict": dict,
    "OrderedDict": collections.OrderedDict,
    "defaultdict": collections.defaultdict,
    "defaultdict[K, V]": collections.defaultdict,
    "Counter": collections.Counter,
    "ChainMap": collections.ChainMap,
    "MappingProxyType": types.MappingProxyType,
    **{
        name: getattr(collections.abc, name)
        for name in (
            *("Sequence", "MutableSequence", "Collection", "Iterable", "Iterator", "Generator"),
            *("Set", "MutableSet", "Mapping", "MutableMapping"),
        )
    },
    "tuple[X, ...]": "tuple of any length",
    "tuple[X, Y]": "tuple of so many",
    "tuple[X, *tuple[Y, ...]]": "tuple of so many and more",
    "tuple[X, *tuple[Y, ...], Z]": "tuple of so many and more",
    "X | Y": typing.Union,
    "X | None": "optional",
    "Model": "model",
    "TypedDict": "typed dictionary",
    "NamedTuple": "named tuple",
    "Struct": "struct",
    "Self": typing.Self,
    "type X = ...": typing_extensions.TypeAliasType,
    "Annotated": typing.Annotated,
    "arbitrary_types_allowed=True": "model with any class as type",
    "dataclasses": "dataclass",
    "attrs classes": "attrs class",
    "Omit": "projection",
    "Partial": "partial",
    "RootModel": "root model",
    "generic records": "generic record",
    "OnErrorOmit": "omitting",
}

# Names in the tables that are no types, but said of some, or make some out of others.
NO_TYPES = {
    *("None", "min_length", "max_length", "Field(default_factory=...)", "bolide[email]", "datetime.timezone"),
    *("IPv6Network", "EncoderProtocol", "MultiHostUrl", "hosts()", "MultiHostHost", "round_trip=True", "V"),
    *("Annotated[V, Field(default_factory=...)]", '"1.5 KiB"', "**********", "ipaddress", "pathlib"),
    *("Base64Encoder", "Base64UrlEncoder", "EncodedBytes", "EncodedStr", "Strict()"),
}


def codes(page: Path, *headers: str) -> Iterator[str]:
    """Yield what stands as code in the tables of *page* that have these *headers*."""
    is_wanted = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            is_wanted = False
        elif any(line.startswith(f"| {header} |") for header in headers):
            is_wanted = True
        elif is_wanted:
            yield from (code.replace("\\|", "|") for code in re.findall(r"`([^`]+)`", line))


def is_drawn(name: str) -> bool:
    """Tell whether a table of types has *name*, perhaps without its module or its arguments."""
    named = {*drawn_names.SCALARS, *drawn_names.ANYTHING, *drawn_names.VALUES, *FORMS}
    bare = {each.rpartition(".")[2].partition("[")[0] for each in named}
    return name in named or name in bare or name.removesuffix("()") in named


def forms_of(hint: Any) -> Iterator[Any]:
    """Yield the forms of *hint* and of all that it is made of."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, typing_extensions.TypeAliasType) or isinstance(
        origin, typing_extensions.TypeAliasType
    ):
        yield typing_extensions.TypeAliasType
    if hasattr(hint, "__metadata__"):
        yield typing.Annotated
        yield from ("omitting" for item in hint.__metadata__ if "OnErrorOmit" in repr(item))
    if origin is tuple:
        yield from _forms_of_tuple(arguments)
    if origin in (typing.Union, types.UnionType):
        yield "optional" if type(None) in arguments else typing.Union
    yield hint if origin is None else origin
    for argument in arguments:
        if not isinstance(argument, list):  # the parameters of a Callable
            yield from forms_of(argument)
    yield from _forms_of_record(origin or hint)


def _forms_of_tuple(arguments: tuple[Any, ...]) -> Iterator[str]:
    if ... in arguments:
        yield "tuple of any length"
    elif any(getattr(each, "__unpacked__", False) for each in arguments):
        yield "tuple of so many and more"
    else:
        yield "tuple of so many"


def _forms_of_record(cls: Any) -> Iterator[Any]:
    if not isinstance(cls, type) and not typing.is_typeddict(cls):
        return
    kinds = {
        "model": isinstance(cls, ModelMeta),
        "partial": getattr(cls, LEAVES_OUT_UNSET, False),
        "projection": "Without" in cls.__name__,
        "root model": isinstance(cls, type) and not typing.is_typeddict(cls) and issubclass(cls, RootModel),
        "typed dictionary": typing.is_typeddict(cls) or typing_extensions.is_typeddict(cls),
        "named tuple": hasattr(cls, "_fields") and not isinstance(cls, ModelMeta),
        "struct": type(cls) is type(msgspec.Struct),
        "dataclass": dataclasses.is_dataclass(cls),
        "attrs class": attrs.has(cls),
        "generic record": bool(getattr(cls, "__parameters__", ())),
        "model with any class as type": "unknown" in getattr(cls, "__struct_fields__", ()),
    }
    yield from (kind for kind, is_kind in kinds.items() if is_kind)
    if any("Self" in repr(each) for each in getattr(cls, "__annotations__", {}).values()):
        yield typing.Self


@pytest.mark.parametrize(
    ("page", "headers"),
    [
        (TYPES, ("kind | types",)),
        (COLLECTIONS, ("type | becomes | notes",)),
        (VALUE_TYPES, ("types | accepted | written as", "family | its names")),
    ],
    ids=["types", "collections", "value types"],
)
def test_every_type_of_the_tables_is_drawn(page: Path, headers: tuple[str, ...]) -> None:
    names = set(codes(page, *headers))
    assert len(names) > 10
    assert {name for name in names - NO_TYPES if not is_drawn(name)} == set()


def test_every_form_of_a_type_is_drawn() -> None:
    found: set[Any] = set()
    leaves = st.sampled_from(drawn_leaves.HASHABLE_LEAVES + drawn_leaves.VALUE_LEAVES)

    @settings(
        max_examples=2000,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(compound_hints(leaves) | rich_hints(leaves))
    def draw(hint: Any) -> None:
        found.update(forms_of(hint))

    draw()
    assert {name for name, form in FORMS.items() if form not in found} == set()


def test_what_is_drawn_is_one_table() -> None:
    named = [*drawn_names.SCALARS.values(), *drawn_names.VALUES.values(), *drawn_names.ANYTHING.values()]
    drawn = [*drawn_leaves.HASHABLE_LEAVES, *drawn_leaves.VALUE_LEAVES, *drawn_leaves.ANY_LEAVES]
    assert [hint for hints_of_name in named for hint in hints_of_name if hint not in drawn] == []
