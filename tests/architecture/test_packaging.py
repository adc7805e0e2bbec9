"""The lists in pyproject.toml say what stands in the folders."""

from __future__ import annotations

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.packaging import data_files, packages, taken_names
from tests.architecture.rules.source_tree import SourceTree


def test_the_repository_lists_its_packages(repository: SourceTree) -> None:
    assert list(packages(repository.root)) == []


def test_the_repository_lists_its_data_files(repository: SourceTree) -> None:
    assert list(data_files(repository.root)) == []


def test_the_framework_of_the_repository_leaves_the_other_names_free(repository: SourceTree) -> None:
    assert list(taken_names(repository.root)) == []


def test_modules_in_the_place_of_another_folder_are_found(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/openapi.py": "", "framework/validation/tree.py": ""})
    assert list(taken_names(tree.root)) == [
        "framework/openapi.py takes the name bolide.openapi",
        "framework/validation takes the name bolide.validation",
    ]


def test_packages_in_one_place_only_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/__init__.py": "",
            "framework/middleware/cors.py": "",
            "openapi/__init__.py": "",
            "openapi/assets/docs.js": "",
            "pyproject.toml": """\
                [tool.setuptools]
                packages = ["bolide", "bolide.openapi", "bolide.validation"]
                """,
        }
    )
    assert list(packages(tree.root)) == [
        "bolide.middleware has modules and is missing from [tool.setuptools] packages",
        "bolide.validation is in [tool.setuptools] packages and has no modules",
    ]


def test_uncovered_data_files_and_dead_patterns_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/__init__.py": "",
            "framework/py.typed": "",
            "openapi/__init__.py": "",
            "openapi/assets/docs.css": "",
            "openapi/assets/docs.js": "",
            "openapi/assets/fonts/plain.woff2": "",
            "pyproject.toml": """\
                [tool.setuptools]
                packages = ["bolide", "bolide.openapi"]
                [tool.setuptools.package-data]
                "bolide" = ["py.typed", "*.html"]
                "bolide.openapi" = ["assets/*.js", "assets/fonts/**"]
                """,
        }
    )
    assert list(data_files(tree.root)) == [
        "package-data: '*.html' of bolide covers no file",
        "openapi/assets/docs.css is in no package-data and would not be installed",
    ]
