"""Guards: who may come in, decided before anything is read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bolide import APIRouter, Bolide, Depends, HTTPException, Model, Request
from bolide.concurrency import inline
from bolide.exceptions import RouteError
from bolide.responses import PlainTextResponse
from bolide.routing import Route
from bolide.testclient import TestClient


async def allow(request: Request) -> None: ...


async def deny(request: Request) -> bool:
    return False


def deny_sync(request: Request) -> bool:
    return False


@inline
def deny_inline(request: Request) -> bool:
    return False


class NeedsTag:
    """Denies routes without a tag."""

    async def __call__(self, request: Request, route: Route) -> bool:
        return "public" in route.tags


async def refuse(request: Request) -> None:
    raise HTTPException(401, f"no entry to {request.url.path}", {"www-authenticate": "Bearer"})


async def read() -> str:
    return "inside"


@pytest.mark.parametrize(
    ("guard", "status"),
    [(allow, 200), (deny, 403), (deny_sync, 403), (deny_inline, 403), (NeedsTag(), 403), (refuse, 401)],
)
def test_guard_denies_by_false_or_by_raising(guard: Any, status: int) -> None:
    app = Bolide()
    app.get("/", guards=[guard])(read)
    assert TestClient(app).get("/").status_code == status


def test_denied_request_is_a_403() -> None:
    app = Bolide(guards=[deny])
    app.get("/")(read)
    response = TestClient(app).get("/")
    assert (response.status_code, response.json()) == (403, {"detail": "Forbidden"})


def test_what_a_guard_raises_is_answered_as_usual() -> None:
    app = Bolide()
    app.get("/", guards=[refuse])(read)
    response = TestClient(app).get("/")
    assert response.json() == {"detail": "no entry to /"}
    assert response.headers["www-authenticate"] == "Bearer"


def test_guards_see_the_route() -> None:
    app = Bolide(guards=[NeedsTag()])
    app.get("/open", tags=["public"])(read)
    app.get("/closed")(read)
    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/open", "/closed")] == [200, 403]


def test_guards_of_all_layers_run_from_the_outside_in() -> None:
    seen: list[str] = []

    def note(name: str) -> Any:
        async def guard(request: Request) -> None:
            seen.append(name)

        return guard

    app, router = Bolide(guards=[note("app")]), APIRouter(guards=[note("router")])
    router.get("/", guards=[note("first"), note("second")])(read)
    app.include_router(router, guards=[note("include")])
    assert TestClient(app).get("/").json() == "inside"
    assert seen == ["app", "include", "router", "first", "second"]


def test_denied_request_is_not_read_and_runs_no_dependency() -> None:
    calls: list[str] = []

    async def resource() -> AsyncIterator[None]:
        calls.append("opened")
        yield

    class Item(Model):
        name: str

    app = Bolide()

    @app.post("/{number}", guards=[deny], dependencies=[Depends(resource)])
    async def add(number: int, item: Item) -> None: ...

    assert TestClient(app).post("/not-a-number", content="not json").status_code == 403
    assert calls == []


def test_guard_is_inside_of_middleware_and_its_error_goes_to_exception_handlers() -> None:
    async def handle(request: Request, exc: HTTPException) -> PlainTextResponse:
        return PlainTextResponse("handled", exc.status_code)

    app = Bolide(guards=[deny], exception_handlers={403: handle})
    seen: list[int] = []

    @app.middleware("http")
    async def note(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        seen.append(response.status_code)
        return response

    app.get("/")(read)
    assert TestClient(app).get("/").text == "handled"
    assert seen == [403]


def test_endpoint_and_guard_share_the_request() -> None:
    async def identify(request: Request) -> None:
        request.state.user = "Ann"

    app = Bolide(guards=[identify])

    @app.get("/")
    async def name(request: Request) -> str:
        user: str = request.state.user
        return user

    assert TestClient(app).get("/").json() == "Ann"


async def takes_nothing() -> None: ...


async def generates(request: Request) -> Any:
    yield


@pytest.mark.parametrize(
    ("guard", "message"),
    [
        (takes_nothing, "expected (request) or (request, route)"),
        (generates, "is a generator; expected a function that returns or raises"),
    ],
)
def test_wrong_guard_is_an_error_at_start_up(guard: Any, message: str) -> None:
    app = Bolide()
    app.get("/", guards=[guard])(read)
    with pytest.raises(RouteError) as caught:
        app.compile()
    assert guard.__name__ in str(caught.value)
    assert message in str(caught.value)


def test_guards_are_printed_into_the_handler() -> None:
    app = Bolide(guards=[deny_sync, deny])
    app.get("/")(read)
    assert app.handler_source("GET", "/").splitlines()[:8] == [
        "async def handle_read(exchange, segments):",
        "    try:",
        "        request = Request(exchange, app, {}, route, _max_body_bytes=1048576)",
        "        if await run_in_threadpool(deny_sync, request) is False:",
        "            raise HTTPException(403)",
        "        if await deny(request) is False:",
        "            raise HTTPException(403)",
        "        result = await read()",
    ]
