"""The documents of every application that the documentation shows are valid OpenAPI, in both versions."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from bench.apps import startup_app
from bolide import Bolide
from bolide.exceptions import RouteError
from tests.docs.pages import PAGES, ROOT, read_blocks
from tests.docs.test_pages import module, page_id

__all__ = ["module"]

EXAMPLES = {"quickstart": "app", "shop": "shop.application"}
"""Folder below `docs/examples` → the module with the application."""
VALIDATORS = {"3.1.0": OpenAPIV31SpecValidator, "3.2.0": OpenAPIV32SpecValidator}


def check(app: Any) -> None:
    """Assert that the document is valid in every version."""
    for version, validator in VALIDATORS.items():
        app.openapi_version = version
        app.openapi_schema = None
        document = app.openapi()
        if document["openapi"] == version:  # an example may make a document of its own
            validator(document).validate()


def is_wrong(app: Bolide) -> bool:
    """Tell whether the page shows a mistake that stops the application's start."""
    try:
        app.compile()
    except RouteError:
        return True
    return False


def applications(module: ModuleType) -> dict[int, Bolide]:
    return {id(value): value for value in vars(module).values() if isinstance(value, Bolide)}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_documents_of_pages_are_valid(page: Path, module: ModuleType) -> None:
    found: dict[int, Bolide] = {}
    for block in read_blocks(page):
        if block.language == "python" and block.is_run:
            exec(compile(block.source, str(page), "exec", dont_inherit=True), vars(module))  # noqa: S102
            found |= applications(module)
    for app in found.values():
        if not is_wrong(app):
            check(app)


def test_every_example_is_known() -> None:
    folders = {
        folder.name for folder in (ROOT / "docs" / "examples").iterdir() if any(folder.glob("**/*.py"))
    }
    assert folders == EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_documents_of_examples_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "docs" / "examples" / name
    monkeypatch.syspath_prepend(folder)
    loaded = set(sys.modules)
    try:
        check(importlib.import_module(EXAMPLES[name]).app)
    finally:
        for module_name in sys.modules.keys() - loaded:
            if (getattr(sys.modules[module_name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[module_name]


def test_document_of_a_part_of_the_large_application_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_app, "OUTER_ROUTERS", 1)
    check(startup_app.build("bolide"))


@pytest.mark.full
def test_document_of_a_thousand_routes_is_valid() -> None:
    app = startup_app.build("bolide")
    assert sum(map(len, app.openapi()["paths"].values())) == 1000
    check(app)
