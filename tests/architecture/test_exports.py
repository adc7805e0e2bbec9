"""The public names of the root package."""

from __future__ import annotations

import importlib
import subprocess
import sys

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.exports import imports_nothing, same_names, same_version
from tests.architecture.rules.source_tree import SourceTree

AGREEING = """\
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from bolide.app import Bolide as Bolide
        from bolide.params import Query as Query
    __all__ = ["Bolide", "Query", "__version__"]
    __version__ = "0.1.0"
    _EXPORTS: dict[str, str] = {"Bolide": "bolide.app", "Query": "bolide.params"}
    """


def test_the_repository_lists_the_same_names_three_times(repository: SourceTree) -> None:
    assert list(same_names(repository)) == []


def test_the_root_package_of_the_repository_imports_nothing(repository: SourceTree) -> None:
    assert list(imports_nothing(repository)) == []


def test_the_repository_has_one_version(repository: SourceTree) -> None:
    assert list(same_version(repository)) == []


def test_importing_the_validation_package_loads_no_module_of_the_framework() -> None:
    script = (
        "import sys, bolide.validation\n"
        "others = ('bolide.validation', 'bolide.openapi', 'bolide.server_adapters')\n"
        "print([name for name in sys.modules if name.startswith('bolide.') and not name.startswith(others)])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_public_name_resolves() -> None:
    bolide = importlib.import_module("bolide")
    assert [name for name in bolide.__all__ if getattr(bolide, name, None) is None] == []


def test_three_equal_lists_obey(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/__init__.py": AGREEING})
    assert list(same_names(tree)) == []
    assert list(imports_nothing(tree)) == []


def test_another_version_in_pyproject_is_found(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/__init__.py": AGREEING, "pyproject.toml": '[project]\nversion = "0.2.0"'})
    assert list(same_version(tree)) == ["framework/__init__.py: version 0.1.0, in pyproject.toml 0.2.0"]


def test_names_that_stand_in_one_list_only_are_found(write_tree: WriteTree) -> None:
    text = AGREEING.replace('"bolide.params"', '"bolide.query"').replace('["Bolide", ', '["Path", ')
    assert list(same_names(write_tree({"framework/__init__.py": text}))) == [
        "framework/__init__.py: Query is bolide.query in _EXPORTS, bolide.params under TYPE_CHECKING",
        "framework/__init__.py: Bolide stands in only one of _EXPORTS and __all__",
        "framework/__init__.py: Path stands in only one of _EXPORTS and __all__",
    ]


def test_a_missing_or_computed_list_is_found(write_tree: WriteTree) -> None:
    text = AGREEING.replace('["Bolide", "Query", "__version__"]', "sorted(_EXPORTS)")
    assert list(same_names(write_tree({"framework/__init__.py": text}))) == [
        "framework/__init__.py: __all__ is no literal list",
    ]
    assert list(same_names(write_tree({"framework/__init__.py": ""}))) == [
        "framework/__init__.py: _EXPORTS is no literal dict",
    ]


def test_imports_at_run_time_are_found(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/__init__.py": "import asyncio\nfrom bolide.app import Bolide"})
    assert list(imports_nothing(tree)) == [
        "framework/__init__.py:1 imports asyncio at run time",
        "framework/__init__.py:2 imports bolide.app at run time",
    ]
