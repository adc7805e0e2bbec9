"""WSGI applications below a path."""

import sys
from collections.abc import Iterable
from typing import Any

import pytest

from bolide import Bolide
from bolide.exceptions import BolideError
from bolide.middleware.wsgi import WSGIMiddleware
from bolide.testclient import TestClient


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("201 Created", [("x-script", environ["SCRIPT_NAME"]), ("content-type", "text/plain")])
    yield environ["PATH_INFO"].encode()
    yield b" " + body


def test_wsgi_application_answers_below_its_path() -> None:
    app = Bolide()
    app.mount("/old", WSGIMiddleware(echo))
    response = TestClient(app).post("/old/a/b", content=b"hello")
    assert (response.status_code, response.headers["x-script"]) == (201, "/old")
    assert response.content == b"/a/b hello"


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "a2wsgi", None)
    with pytest.raises(BolideError, match=r"need the extra 'wsgi': pip install 'bolide\[wsgi\]'"):
        WSGIMiddleware(echo)
