"""Who imports whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.architecture.conftest import WriteTree
from tests.architecture.rules import imports
from tests.architecture.rules.source_tree import SourceTree

Rule = Callable[[SourceTree], Iterator[str]]

RULES: list[Rule] = [
    imports.layering,
    imports.third_party,
    imports.sans_io,
    imports.root_package,
    imports.relative,
    imports.private_modules,
    imports.cycles,
    imports.folder_names,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_repository_obeys(rule: Rule, repository: SourceTree) -> None:
    assert list(rule(repository)) == []


def test_every_rule_reads_the_four_packages(repository: SourceTree) -> None:
    assert {"bolide", "bolide.openapi", "bolide.server_adapters", "bolide.validation"} <= {
        module.name for module in repository.modules
    }


def test_io_in_a_protocol_is_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "server_adapters/native/server.py": "import asyncio, socket",
            "server_adapters/_http1/reader.py": "def f():\n    from asyncio import sleep",
            "server_adapters/_websocket/frames.py": "import re, time",
        }
    )
    assert list(imports.sans_io(tree)) == [
        "server_adapters/_http1/reader.py:2 imports asyncio: a protocol does no I/O",
        "server_adapters/_websocket/frames.py:1 imports time: a protocol does no I/O",
    ]


def test_imports_that_point_upward_or_sideways_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/app.py": "import bolide.openapi.document, bolide.validation, bolide.server_adapters",
            "openapi/document.py": "from bolide.validation import tree\nimport bolide.server_adapters.asgi",
            "server_adapters/asgi.py": "def f():\n    from bolide.validation import tree",
            "validation/tree.py": """\
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from bolide.requests import Request
                """,
        }
    )
    assert list(imports.layering(tree)) == [
        "openapi/document.py:2 imports bolide.server_adapters.asgi: openapi may not use server_adapters",
        "server_adapters/asgi.py:2 imports bolide.validation.tree: server_adapters may not use validation",
        "validation/tree.py:3 imports bolide.requests.Request: validation may not use framework",
    ]


def test_distributions_outside_the_allow_list_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/app.py": "import msgspec, json, bolide.routing\nimport uvloop",
            "openapi/document.py": "from msgspec import json",
            "server_adapters/native.py": "import uvloop, httptools.parser\nfrom anyio import to_thread",
            "validation/tree.py": "from msgspec.json import Decoder\nfrom typing_extensions import TypeForm",
        }
    )
    assert list(imports.third_party(tree)) == [
        "framework/app.py:2 imports uvloop: framework may not use it",
        "openapi/document.py:1 imports msgspec: openapi may not use it",
        "server_adapters/native.py:2 imports anyio: server_adapters may not use it",
        "validation/tree.py:2 imports typing_extensions: validation may not use it",
    ]


def test_imports_of_the_root_package_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/app.py": "from bolide import Depends, params\nfrom bolide.params import Query",
            "framework/cli.py": "import bolide\nimport bolide.routing",
            "framework/params.py": "",
            "framework/routing.py": "",
        }
    )
    assert list(imports.root_package(tree)) == [
        "framework/app.py:1 imports the root package: name the home module",
        "framework/cli.py:1 imports the root package: name the home module",
    ]


def test_relative_imports_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "validation/tree.py": """\
                from importlib import import_module
                from . import codegen
                from .codegen import Namespace
                import_module(".codegen", "bolide.validation")
                """
        }
    )
    assert list(imports.relative(tree)) == [
        "validation/tree.py:2 has a relative import: write the absolute name",
        "validation/tree.py:3 has a relative import: write the absolute name",
        "validation/tree.py:4 has a relative import: write the absolute name",
    ]


def test_private_modules_stay_inside_their_package(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/_one/router.py": "from bolide.validation._walker import walk",
            "framework/app.py": "from bolide._one import router\nfrom bolide._one.router import Router",
            "server_adapters/_http1/__init__.py": "from bolide.server_adapters._http1._events import Request",
            "server_adapters/_http1/_events.py": "",
            "server_adapters/_http1/core.py": "import bolide.server_adapters._http1._events",
            "server_adapters/native.py": """\
                from bolide.server_adapters._http1 import core
                from bolide.server_adapters._http1._events import Request
                """,
            "validation/__init__.py": "from bolide.validation._walker import __name__",
            "validation/_walker.py": "",
        }
    )
    assert list(imports.private_modules(tree)) == [
        "framework/_one/router.py:1 imports bolide.validation._walker: private to bolide.validation",
        "server_adapters/native.py:2 imports bolide.server_adapters._http1._events: "
        "private to bolide.server_adapters._http1",
    ]


def test_cycles_are_found_through_functions_type_checking_and_import_module(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "framework/a.py": "from bolide.b import B",
            "framework/b.py": "def f():\n    import bolide.c",
            "framework/c.py": """\
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from bolide.a import A
                """,
            "validation/__init__.py": "from bolide.validation.model import Model",
            "validation/model.py": "import importlib\nimportlib.import_module('bolide.validation')",
        }
    )
    assert sorted(imports.cycles(tree)) == [
        "import cycle: bolide.a -> bolide.b -> bolide.c -> bolide.a",
        "import cycle: bolide.validation -> bolide.validation.model -> bolide.validation",
    ]


def test_modules_that_meet_again_are_no_cycle(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "validation/__init__.py": "from bolide.validation.model import Model",
            "validation/model.py": "from bolide.validation import codegen, tree",
            "validation/codegen.py": "",
            "validation/tree.py": "import bolide.validation.codegen",
        }
    )
    assert list(imports.cycles(tree)) == []


def test_imports_by_the_name_of_a_folder_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "bench/app.py": "from framework import Bolide",
            "framework/app.py": "import openapi.document",
            "tests/openapi/test_document.py": "import bolide.openapi, validation",
        }
    )
    assert sorted(imports.folder_names(tree)) == [
        "bench/app.py:1 imports framework: its name is bolide",
        "framework/app.py:1 imports openapi: its name is bolide.openapi",
        "tests/openapi/test_document.py:1 imports validation: its name is bolide.validation",
    ]
