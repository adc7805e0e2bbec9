"""The examples in docstrings run.

They see the public names, as a reader does who has written ``from bolide import ...``. Modules are imported
under their installed names: pytest's own collector would load second copies of them, and
``pkgutil.walk_packages`` does not see packages that an editable installation maps.
"""

from __future__ import annotations

import doctest
import importlib

import pytest

import bolide
from tests.architecture.rules.source_tree import SourceTree
from tests.docs.pages import ROOT

MODULES = [module.name for module in SourceTree(ROOT).modules if not module.name.endswith("__main__")]


def test_every_module_of_the_four_packages_is_run() -> None:
    roots = {"bolide.applications", "bolide.validation.model", "bolide.openapi.document"}
    assert {*roots, "bolide.server_adapters.contract"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    public = {each: getattr(bolide, each) for each in bolide.__all__}
    result = doctest.testmod(importlib.import_module(name), extraglobs=public)
    assert result.failed == 0


def test_some_docstring_has_an_example() -> None:
    module = importlib.import_module("bolide.validation.model")
    assert [test for test in doctest.DocTestFinder().find(module) if test.examples]
