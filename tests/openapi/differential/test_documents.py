"""The same small application, declared for Bolide and for FastAPI, has the same document.

The applications stand in ``apps/``, one function each; the few differences are in ``normalisations.py``.
"""

import importlib
import inspect
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.docs.pages import ROOT
from tests.framework.fastapi_oracle import send
from tests.openapi.differential.apps import applications
from tests.openapi.differential.differences import differences
from tests.openapi.differential.names import App, Names, bolide_names, fastapi_names
from tests.openapi.differential.normalisations import NORMALISATIONS, Document, Normalisation, normalised

PAGE = ROOT / "docs" / "reference" / "openapi-differences.md"


def declared_applications() -> Iterator[Any]:
    """Yield each application of each module in ``apps/``, named by both."""
    for path in sorted((Path(__file__).parent / "apps").glob("*.py")):
        if path.stem.startswith("py312_") and sys.version_info < (3, 12):
            continue
        module = importlib.import_module(f"tests.openapi.differential.apps.{path.stem}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                yield pytest.param(function, id=f"{path.stem}: {name}")


APPLICATIONS = [*declared_applications()]


@cache
def documents(declare: App, path: str = "/openapi.json", root_path: str = "") -> tuple[Document, Document]:
    """Return what clients of Bolide get, and of FastAPI."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the other framework
        theirs = _document(declare(fastapi_names()), path, root_path)
    return _document(declare(bolide_names()), path, root_path), theirs


def _document(app: Any, path: str, root_path: str) -> Document:
    answer = send(app, "GET", path, root_path=root_path)
    assert (answer.status, answer.header("content-type")) == (200, ["application/json"])
    document: Document = answer.content()
    return document


@pytest.mark.parametrize("declare", APPLICATIONS)
def test_documents_are_equal(declare: App) -> None:
    ours, theirs = documents(declare)
    assert [*differences(normalised(ours), normalised(theirs))] == []


@pytest.mark.full
@pytest.mark.parametrize("declare", APPLICATIONS)
def test_documents_are_valid(declare: App) -> None:
    OpenAPIV31SpecValidator(documents(declare)[0]).validate()


def test_document_of_a_mounted_application_names_its_server() -> None:
    def declare(web: Names) -> Any:
        app, inner = web.App(), web.App(servers=[{"url": "https://example.com"}])

        @inner.get("/items")
        async def read_items() -> int: ...

        app.mount("/inner", inner)
        return app

    ours, theirs = documents(declare, "/inner/openapi.json")
    assert ours == theirs
    assert ours["servers"] == [{"url": "/inner"}, {"url": "https://example.com"}]


def test_document_behind_a_proxy_names_the_path_of_the_proxy() -> None:
    ours, theirs = documents(applications.an_application_has_servers, root_path="/api")
    assert ours == theirs
    assert ours["servers"][0] == {"url": "/api"}


def test_there_are_enough_applications() -> None:
    assert len(APPLICATIONS) >= 60


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_each_normalisation_is_needed(normalisation: Normalisation) -> None:
    pairs = (documents(application.values[0]) for application in APPLICATIONS)
    assert any(
        normalised(ours, leave_out=normalisation) != normalised(theirs, leave_out=normalisation)
        for ours, theirs in pairs
    )


def test_normalisations_are_the_differences_that_the_page_lists() -> None:
    listed = re.findall(r"^- (.+(?:\n  .+)*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [" ".join(item.split()) for item in listed] == [inspect.getdoc(each) for each in NORMALISATIONS]


def test_differences_are_told_place_by_place() -> None:
    ours: Any = {"paths": {"y": 1, "x": 2}, "a": [1, {"b": True}], "c": "x", "e": [1]}
    theirs: Any = {"paths": {"x": 2, "y": 1}, "a": [1.0, {"b": 1}], "d": None, "e": [1, 2]}
    assert [*differences(ours, theirs)] == [
        "a[1].b: True, FastAPI: 1",
        "c: 'x', FastAPI: nothing",
        "d: nothing, FastAPI: None",
        "e: [1], FastAPI: [1, 2]",
        "paths: ['y', 'x'], FastAPI: ['x', 'y']",
    ]
