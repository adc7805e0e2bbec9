"""What the tests of the rules share: this repository, and small trees that break a rule."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.architecture.rules.source_tree import SourceTree

WriteTree = Callable[[Mapping[str, str]], SourceTree]


@pytest.fixture(scope="session")
def repository(pytestconfig: pytest.Config) -> SourceTree:
    """Return the tree of this repository."""
    return SourceTree(pytestconfig.rootpath)


@pytest.fixture
def write_tree(tmp_path: Path) -> WriteTree:
    """Return a function that writes files, given by path and text, and returns their tree."""

    def write(files: Mapping[str, str]) -> SourceTree:
        for file, text in files.items():
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return SourceTree(tmp_path)

    return write
