"""Every name of the page for Pydantic's users exists, on both sides."""

from __future__ import annotations

import inspect
import pkgutil
import re

import pydantic
import pytest

from bolide import Model
from bolide.validation.adapter import Adapter
from bolide.validation.config import ConfigDict
from bolide.validation.fields import Field, FieldOptions
from tests.docs.pages import ROOT, read_table

PAGE = ROOT / "docs" / "coming-from-pydantic.md"
NAME = re.compile(r"(?<![\w./-])[A-Za-z_][\w.]*\w(?![\w-]*\.md)")
ROWS = [row for row in read_table(PAGE, header="Pydantic") if row[1]]
OURS = [name for row in ROWS for name in re.sub(r" \(\[.*", "", row[1]).split(", ")]
THEIRS = [name for row in ROWS for name in row[0].split(", ") if NAME.fullmatch(name)]


@pytest.mark.parametrize("name", OURS)
def test_name_of_bolide_exists(name: str) -> None:
    assert pkgutil.resolve_name(name if name.startswith("bolide.") else f"bolide.{name}") is not None


@pytest.mark.parametrize("name", [name for name in THEIRS if not name.startswith("__")])
def test_name_of_pydantic_exists(name: str) -> None:
    path = name if name.startswith("pydantic_core.") else f"pydantic.{name}"
    assert pkgutil.resolve_name(path) is not None


def test_methods_of_adapters_exist() -> None:
    rows = read_table(PAGE, header="method of Pydantic's `TypeAdapter`")
    assert len(rows) > 5
    for theirs, ours in rows:
        assert not theirs or hasattr(pydantic.TypeAdapter, theirs.partition("(")[0])
        assert hasattr(Adapter, ours)


def test_methods_of_models_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    listed = text.partition("Methods of models are called the same:")[2].partition(".")[0]
    names = re.findall(r"`(\w+)`", listed)
    assert len(names) > 5
    assert [name for name in names if not hasattr(Model, name)] == []
    assert [name for name in names if not hasattr(pydantic.BaseModel, name)] == []


def test_field_takes_every_option_of_pydantic_but_one() -> None:
    theirs = set(inspect.signature(pydantic.Field).parameters) - {"extra"}
    ours = {*inspect.signature(Field).parameters, *FieldOptions.__annotations__}
    assert theirs - ours == {"init_var"}


def test_options_that_do_not_exist_are_those_of_pydantic() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = text.partition("## What does not exist")[2]
    options = {name for name in pydantic.ConfigDict.__annotations__ if f"`{name}`" in missing}
    assert {"json_encoders", "regex_engine"} <= options
    assert options.isdisjoint(ConfigDict.__annotations__)
