"""Every name of the page for Pydantic's users exists, on both sides."""

from __future__ import annotations

import pkgutil
import re

import pytest

from tests.docs.pages import ROOT, read_table

PAGE = ROOT / "docs" / "coming-from-pydantic.md"
NAME = re.compile(r"(?<![\w./-])[A-Za-z_][\w.]*\w(?![\w-]*\.md)")
ROWS = [row for row in read_table(PAGE, header="Pydantic") if row[1]]
OURS = [name for row in ROWS for name in re.sub(r" \(\[.*", "", row[1]).split(", ")]
THEIRS = [name for row in ROWS for name in row[0].split(", ") if NAME.fullmatch(name)]


@pytest.mark.parametrize("name", OURS)
def test_name_of_bolide_exists(name: str) -> None:
    assert pkgutil.resolve_name(name if name.startswith("bolide.") else f"bolide.{name}") is not None


@pytest.mark.parametrize("name", THEIRS)
def test_name_of_pydantic_exists(name: str) -> None:
    path = name if name.startswith("pydantic_core.") else f"pydantic.{name}"
    assert pkgutil.resolve_name(path) is not None
