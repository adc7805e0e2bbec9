"""The page of names lists all of the installed Pydantic, and says of each truly whether it is here."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest
from pydantic.fields import FieldInfo as PydanticFieldInfo

import bolide
from bolide import Adapter, Model
from bolide.validation.config import ConfigDict
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field, FieldInfo, FieldOptions
from tests.docs.pages import ROOT, read_table

PAGE = ROOT / "docs" / "reference" / "pydantic-names.md"
NONE = "none"


class Sample(Model):
    x: int


class PydanticSample(pydantic.BaseModel):
    x: int


def public(owner: object) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


def error_of(model: Any) -> Any:
    try:
        model.model_validate({})
    except ValueError as error:
        return error
    raise AssertionError


EXCEPTION = public(Exception())
OUR_ERROR: ValidationError = error_of(Sample)

NAMES = {
    "name in `BaseModel`": (
        public(pydantic.BaseModel),
        {name for name in dir(pydantic.BaseModel) if hasattr(Sample, name)},
    ),
    "key of Pydantic's `ConfigDict`": (
        set(pydantic.ConfigDict.__annotations__),
        set(ConfigDict.__annotations__),
    ),
    "parameter of Pydantic's `Field`": (
        set(inspect.signature(pydantic.Field).parameters),
        {*inspect.signature(Field).parameters, *FieldOptions.__annotations__} - {"options"},
    ),
    "attribute of `FieldInfo`": (public(PydanticFieldInfo), public(FieldInfo)),
    "name in `TypeAdapter`": (public(pydantic.TypeAdapter), public(Adapter)),
    "name in `ValidationError`": (
        public(error_of(PydanticSample)) - EXCEPTION,
        public(OUR_ERROR) - EXCEPTION,
    ),
    "name in `ValidationInfo`": (public(pydantic.ValidationInfo), public(bolide.ValidationInfo)),
    "name in `SerializationInfo`": (public(pydantic.SerializationInfo), public(bolide.SerializationInfo)),
}
"""Header of a table: the names in Pydantic, and those here that "same" may mean."""


def rows(header: str) -> Iterator[tuple[str, str]]:
    """Yield each name of the tables headed *header*, with what stands for it here."""
    for names, here, _ in read_table(PAGE, header=header):
        yield from ((name, here) for name in names.split(", "))


def is_here(name: str) -> bool:
    for place in ("bolide.", "bolide.types."):
        try:
            pkgutil.resolve_name(place + name)
        except (AttributeError, ModuleNotFoundError):
            continue
        return True
    return False


@pytest.mark.parametrize("header", NAMES)
def test_table_has_every_name_of_pydantic_and_says_whether_it_is_here(header: str) -> None:
    theirs, ours = NAMES[header]
    table = list(rows(header))
    assert sorted(name for name, _ in table) == sorted(theirs)
    assert {name for name, here in table if here == "same"} == theirs & ours
    assert {here for _, here in table} - {"same", NONE} <= ours


def test_page_has_every_public_name_of_pydantic() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = [name for table in tables(text, "name in `pydantic`") for name, _ in table]
    assert sorted(names) == sorted(pydantic.__all__)


def test_public_names_of_pydantic_are_here_as_the_page_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, here in (row for table in tables(text, "name in `pydantic`") for row in table):
        assert is_here(name if here in ("same", NONE) else here) is (here != NONE), name


def tables(text: str, header: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the rows of each table of the page *text* that is headed *header*."""
    for part in text.split(f"| {header} |")[1:]:
        lines = part.split("\n\n")[0].splitlines()[2:]
        cells = [[cell.strip().replace("`", "") for cell in line.split("|")[1:-1]] for line in lines]
        yield [(name, here) for names, here, _ in cells for name in names.split(", ")]


def test_names_of_other_modules_exist_and_are_here_as_the_page_says() -> None:
    for path, here in rows("name in another module"):
        assert pkgutil.resolve_name(path) is not None
        name = path.rpartition(".")[2]
        assert is_here(name if here in ("same", NONE) else here) is (here != NONE), path


NO_CALLS = {"Field", "ConfigDict", "ValidationError"}
"""They have tables of their own, or are not called by users."""

CALLS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    **{
        name: (getattr(pydantic, name), getattr(bolide, name))
        for name, here in rows("name in `pydantic`")
        if here == "same" and callable(getattr(pydantic, name)) and name not in NO_CALLS
    },
    **{
        name: (getattr(pydantic.BaseModel, name), getattr(Model, name))
        for name, here in rows("name in `BaseModel`")
        if here == "same" and callable(getattr(pydantic.BaseModel, name))
    },
    **{
        name: (getattr(pydantic.TypeAdapter, name), getattr(Adapter, name if here == "same" else here))
        for name, here in rows("name in `TypeAdapter`")
        if here != NONE
    },
    "TypeAdapter": (pydantic.TypeAdapter, Adapter),
}


def test_page_has_every_parameter_that_is_missing_here() -> None:
    documented = {
        (call, name)
        for names, calls, _ in read_table(PAGE, header="parameter")
        for call in calls.split(", ")
        for name in names.split(", ")
    }
    missing = {
        (call, name) for call, (theirs, ours) in CALLS.items() for name in keywords(theirs) - keywords(ours)
    }
    assert missing == documented
    assert len(CALLS) > 25


def keywords(call: Callable[..., Any]) -> set[str]:
    """Return the names by which arguments of *call* are given, typed ``**options`` included."""
    found: set[str] = set()
    for parameter in inspect.signature(call).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            unpacked = re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))
            found |= set(typed_keywords(unpacked[1])) if unpacked else set()
        elif parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            found.add(parameter.name)
    return {name for name in found if not re.match(r"_[a-z]", name)}


def typed_keywords(name: str) -> dict[str, Any]:
    for module in (
        "bolide.validation.call_options",
        "bolide.validation.dump_options",
        "bolide.validation.config",
    ):
        importlib.import_module(module)
    found = (
        vars(module).get(name) for key, module in sys.modules.items() if key.startswith("bolide.validation")
    )
    annotations: dict[str, Any] = next(cls for cls in found if cls is not None).__annotations__
    return annotations
