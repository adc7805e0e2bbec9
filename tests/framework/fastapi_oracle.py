"""Ask the real FastAPI the same as Bolide: one application, declared for both, answers the same request.

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/items/{item_id}")
        async def read(item_id: int) -> dict[str, int]: ...

        return app

    same(declare, "GET", "/items/1")

Annotations in *declare* are resolved in its own function, so *web*'s names can stand in them; a test module
that uses this has no ``from __future__ import annotations``.
"""

import asyncio
import importlib
import json
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

__all__ = ["Answer", "Web", "answers", "bolide_web", "fastapi_web", "same", "send"]


class Answer(NamedTuple):
    """What an application answered: header lines with lower-case names, in order, and the whole body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """Return every value of the header *name*."""
        return [value for known, value in self.headers if known == name]

    def content(self) -> Any:
        """Return the body as decoded JSON where it is JSON, else as it is."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body


class Web:
    """The names of one of the two frameworks: ``web.App``, ``web.Model``, else what the package exports.

    ``web("responses.StreamingResponse")`` reads a name of a sub-module.
    """

    def __init__(self, package: str, app: str, model: str) -> None:
        self.package = package
        self._app = app
        self._model = model

    @property
    def App(self) -> Any:  # noqa: N802 - it is a class
        return self(self._app)

    @property
    def Model(self) -> Any:  # noqa: N802
        return self(self._model)

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.package), name)

    def __call__(self, path: str) -> Any:
        module, _, name = path.rpartition(".")
        if not module.startswith("pydantic"):
            module = f"{self.package}.{module}" if module else self.package
        return getattr(importlib.import_module(module), name)


def bolide_web() -> Web:
    """Return Bolide's names."""
    return Web("bolide", "Bolide", "Model")


def fastapi_web() -> Web:
    """Return FastAPI's names, and Pydantic's model."""
    return Web("fastapi", "FastAPI", "pydantic.BaseModel")


def send(
    app: Any,
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
    *,
    root_path: str = "",
) -> Answer:
    """Send one request to an ASGI application; what it raises after its answer is dropped, as a server does.

    *target* is a path, already percent-decoded, with the query after ``?`` as it stands on the wire.
    """
    path, _, query = target.partition("?")
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers or [])
    if all(name.lower() != "host" for name, _ in pairs):
        pairs.insert(0, ("host", "testserver"))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": root_path,
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in pairs],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "state": {},
    }
    return asyncio.run(_send(app, scope, body))


def answers(declare: Callable[[Web], Any], method: str, target: str, **options: Any) -> tuple[Answer, Answer]:
    """Return the answers of both frameworks, Bolide's first; *options* are those of :func:`send`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the other framework
        expected = send(declare(fastapi_web()), method, target, **options)
    return send(declare(bolide_web()), method, target, **options), expected


def same(
    declare: Callable[[Web], Any],
    method: str,
    target: str,
    *,
    headers_too: tuple[str, ...] = (),
    **options: Any,
) -> Answer:
    """Assert that both answer with the same status, body and *headers_too*; return Bolide's answer."""
    actual, expected = answers(declare, method, target, **options)
    assert (actual.status, actual.content()) == (expected.status, expected.content())
    for name in headers_too:
        assert actual.header(name) == expected.header(name), name
    return actual


async def _send(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    started: dict[str, Any] = {}
    received = bytearray()
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await never.wait()  # the client stays until it has its answer
        raise AssertionError("unreachable")

    async def answer(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            received.extend(message.get("body", b""))

    try:
        await app(scope, receive, answer)
    except Exception:
        if not started:
            raise
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in started["headers"]]
    return Answer(started["status"], headers, bytes(received))
