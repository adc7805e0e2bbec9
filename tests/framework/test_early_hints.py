"""``request.send_early_hints``: interim responses from endpoints, dependencies and middleware."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing

from bolide import APIRouter, BackgroundTasks, Bolide, Depends, Request
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware
from bolide.testclient import TestClient

STYLE = "</style.css>; rel=preload; as=style"
SCRIPT = "</app.js>; rel=preload; as=script"


def test_an_endpoint_and_its_dependencies_send_hints() -> None:
    app = Bolide()

    async def preload_style(request: Request) -> None:
        await request.send_early_hints(STYLE)

    @app.get("/", dependencies=[Depends(preload_style)])
    async def read_page(request: Request) -> str:
        await request.send_early_hints(SCRIPT, "</logo.svg>; rel=preload; as=image")
        return "page"

    @app.get("/plain")
    async def read_plain() -> str:
        return "plain"

    with TestClient(app) as client:
        response = client.get("/")
        assert response.early_hints == [STYLE, SCRIPT, "</logo.svg>; rel=preload; as=image"]
        assert response.json() == "page"
        assert client.get("/plain").early_hints == []


def test_background_tasks_come_too_late_for_hints() -> None:
    app = Bolide()

    @app.get("/")
    async def read_page(request: Request, tasks: BackgroundTasks) -> str:
        tasks.add_task(request.send_early_hints, STYLE)
        return "page"

    assert TestClient(app).get("/").early_hints == []


@pytest.mark.parametrize("link", ["</a>\r\nset-cookie: x=1", "</ü>\n"])
def test_a_link_that_is_no_header_value_is_an_error(link: str) -> None:
    app = Bolide()

    @app.get("/")
    async def read_page(request: Request) -> None:
        await request.send_early_hints(link)

    with pytest.raises(ValueError, match="invalid value of response header b'link'"):
        TestClient(app).get("/")


class ForeignMiddleware:
    """Middleware of ASGI, which passes on what it does not know."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class RequestMiddleware(BaseHTTPMiddleware):
    """Middleware that sends a hint of its own."""

    async def dispatch(self, request: Request, call_next: Any) -> Any:
        await request.send_early_hints(SCRIPT)
        return await call_next(request)


@pytest.mark.parametrize(
    ("middleware", "hints"),
    [(ForeignMiddleware, [STYLE]), (RequestMiddleware, [SCRIPT, STYLE])],
    ids=["asgi", "request"],
)
def test_hints_pass_through_middleware(middleware: Any, hints: list[str]) -> None:
    app = Bolide(middleware=[Middleware(middleware)])
    router = APIRouter(prefix="/r", middleware=[Middleware(ForeignMiddleware)])

    @router.get("/")
    async def read_page(request: Request) -> str:
        await request.send_early_hints(STYLE)
        return "page"

    app.include_router(router)
    assert TestClient(app).get("/r/").early_hints == hints


def test_hints_of_mounted_applications_arrive() -> None:
    async def read_page(request: starlette.requests.Request) -> starlette.responses.Response:
        await request.send_early_hints(STYLE, SCRIPT)
        return starlette.responses.PlainTextResponse("foreign")

    ours = Bolide()

    @ours.get("/")
    async def read_ours(request: Request) -> str:
        await request.send_early_hints(STYLE)
        return "ours"

    app = Bolide()
    app.mount("/foreign", starlette.applications.Starlette(routes=[starlette.routing.Route("/", read_page)]))
    app.mount("/ours", ours)

    with TestClient(app) as client:
        assert client.get("/foreign/").early_hints == [STYLE, SCRIPT]
        assert client.get("/foreign/").text == "foreign"
        assert client.get("/ours/").early_hints == [STYLE]


def test_what_an_asgi_server_is_sent_is_what_starlette_sends() -> None:
    app = Bolide()

    @app.get("/")
    async def read_page(request: Request) -> str:
        await request.send_early_hints(STYLE, SCRIPT)
        return "page"

    async def read_theirs(request: starlette.requests.Request) -> starlette.responses.Response:
        await request.send_early_hints(STYLE, SCRIPT)
        return starlette.responses.JSONResponse("page")

    theirs = starlette.applications.Starlette(routes=[starlette.routing.Route("/", read_theirs)])

    for extensions in ({"http.response.early_hint": {}}, {}):
        assert _messages(app, extensions) == _messages(theirs, extensions)


def _messages(app: Any, extensions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what *app* sends to a server with *extensions*, apart from headers."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append({name: value for name, value in message.items() if name != "headers"})

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.5"},
        "http_version": "2",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"a")],
        "extensions": extensions,
    }
    asyncio.run(app(scope, receive, send))
    return sent
