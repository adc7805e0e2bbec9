"""Signatures and exceptions that name classes of Starlette and FastAPI, as those of add-ons do."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import fastapi.security
import pytest
import starlette.background
import starlette.exceptions
import starlette.requests
import starlette.responses
import starlette.websockets
from pydantic import BaseModel

from bolide import BackgroundTasks, Bolide, Depends, HTTPException, Request, Response, Security
from bolide.exceptions import RouteError
from bolide.requests import HTTPConnection
from bolide.responses import PlainTextResponse
from bolide.security import SecurityScopes
from bolide.testclient import TestClient, WebSocketDenialResponse
from bolide.websockets import WebSocket, WebSocketDisconnect

if TYPE_CHECKING:
    from nowhere import Missing  # type: ignore[import-not-found]


@pytest.mark.parametrize(
    ("foreign", "own"),
    [
        (starlette.requests.Request, Request),
        (starlette.requests.HTTPConnection, HTTPConnection),
        (fastapi.Request, Request),
        (Annotated[fastapi.Request, "a note"], Request),
        (Annotated[Request, "a note"], Request),
        (starlette.responses.Response, Response),
        (fastapi.Response, Response),
        (starlette.background.BackgroundTasks, BackgroundTasks),
        (fastapi.BackgroundTasks, BackgroundTasks),
        (fastapi.security.SecurityScopes, SecurityScopes),
    ],
)
def test_parameters_of_their_classes_receive_ours(foreign: Any, own: type) -> None:
    received: list[Any] = []

    async def take(part: Any) -> None:
        received.append(part)

    take.__annotations__["part"] = foreign
    app = Bolide()
    app.get("/", dependencies=[Depends(take)])(take)
    assert TestClient(app).get("/").status_code == 200
    assert [isinstance(part, own) for part in received] == [True, True]


def test_connection_of_the_other_kind_of_route_is_none() -> None:
    seen: list[tuple[str, str]] = []

    def note(request: fastapi.Request, websocket: starlette.websockets.WebSocket) -> None:
        seen.append((type(request).__name__, type(websocket).__name__))

    app = Bolide(dependencies=[Depends(note)])

    @app.get("/")
    async def root() -> None: ...

    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()

    client = TestClient(app)
    client.get("/")
    with client.websocket_connect("/ws"):
        pass
    assert seen == [("Request", "NoneType"), ("NoneType", "WebSocket")]


def test_their_dependencies_are_ours() -> None:
    calls: list[str] = []

    async def number() -> AsyncIterator[int]:
        calls.append("begins")
        yield 7
        calls.append("ends")

    async def double(number: int = fastapi.Depends(number)) -> int:
        return number * 2

    class Pair:
        def __init__(self, number: Annotated[int, fastapi.Depends(number)]) -> None:
            self.number = number

    app = Bolide(dependencies=[fastapi.Depends(number)])

    @app.get("/")
    async def root(
        doubled: Annotated[int, fastapi.Depends(double)],
        pair: Annotated[Pair, fastapi.Depends()],
        plain: int = fastapi.Depends(number, use_cache=False),
    ) -> list[int]:
        return [doubled, pair.number, plain]

    assert TestClient(app).get("/").json() == [14, 7, 7]
    assert calls == ["begins", "begins", "ends", "ends"]


def test_their_dependencies_end_before_the_response_with_scope_function() -> None:
    events: list[str] = []

    def resource() -> Iterator[str]:
        yield "made"
        events.append("ends")

    app = Bolide()

    @app.get("/")
    async def root(
        value: Annotated[str, fastapi.Depends(resource, scope="function")], tasks: BackgroundTasks
    ) -> str:
        tasks.add_task(events.append, "task")
        return value

    assert TestClient(app).get("/").json() == "made"
    assert events == ["ends", "task"]


def test_their_security_scopes_are_ours() -> None:
    def scopes(scopes: fastapi.security.SecurityScopes) -> list[str]:
        return scopes.scopes

    def outer(scopes: Annotated[list[str], fastapi.Security(scopes, scopes=["write"])]) -> list[str]:
        return scopes

    app = Bolide()

    @app.get("/")
    async def root(scopes: Annotated[list[str], fastapi.Security(outer, scopes=["read"])]) -> list[str]:
        return scopes

    assert TestClient(app).get("/").json() == ["read", "write"]


def test_their_limit_of_concurrency_is_refused() -> None:
    async def number() -> int:
        return 7

    with pytest.raises(RouteError, match=r"max_concurrency=2.*declare it with Depends of bolide"):
        Bolide(dependencies=[fastapi.Depends(number, max_concurrency=2)])


def test_their_parameters_are_ours() -> None:
    def read(
        page: Annotated[int, fastapi.Query(ge=1, alias="p")] = 1,
        kind: str = fastapi.Query("any", pattern="^[a-z]+$"),
        user_agent: str | None = fastapi.Header(None),
        exact_name: str | None = fastapi.Header(None, convert_underscores=False),
        session: Annotated[str, fastapi.Cookie()] = "none",
        tags: list[str] = fastapi.Query(default_factory=list, max_length=2),  # noqa: B008
    ) -> list[Any]:
        return [page, kind, user_agent, exact_name, session, tags]

    app = Bolide()

    @app.post("/{item}")
    async def answer(
        item: Annotated[int, fastapi.Path(gt=0)],
        found: Annotated[list[Any], Depends(read)],
        name: Annotated[str, fastapi.Body(embed=True)],
    ) -> list[Any]:
        return [item, *found, name]

    client = TestClient(app, headers={"user-agent": "test"}, cookies={"session": "s"})
    headers = {"exact_name": "e", "exact-name": "no"}
    assert client.post("/3?p=2&kind=x&tags=a&tags=b", json={"name": "n"}, headers=headers).json() == [
        3,
        2,
        "x",
        "test",
        "e",
        "s",
        ["a", "b"],
        "n",
    ]
    errors = client.post("/0?p=0&kind=X&tags=1&tags=2&tags=3", json={}).json()["detail"]
    assert [(error["type"], *error["loc"]) for error in errors] == [
        ("greater_than_equal", "query", "p"),
        ("string_pattern_mismatch", "query", "kind"),
        ("too_long", "query", "tags"),
        ("greater_than", "path", "item"),
        ("missing", "body", "name"),
    ]


def test_their_required_parameters_and_forms_are_ours() -> None:
    app = Bolide()

    @app.post("/")
    async def answer(
        limit: int = fastapi.Query(...),
        name: str = fastapi.Form(min_length=2),
    ) -> list[Any]:
        return [limit, name]

    client = TestClient(app)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/?limit=1", content="name=Ann", headers=form).json() == [1, "Ann"]
    errors = client.post("/", content="name=A", headers=form).json()["detail"]
    assert [error["type"] for error in errors] == ["missing", "string_too_short"]


def test_pydantic_models_are_dependencies_whose_fields_are_parameters() -> None:
    class Page(BaseModel):
        page: int = fastapi.Query(1, ge=1)
        size: int = 50

    app = Bolide()

    @app.get("/")
    async def read(page: Annotated[Page, fastapi.Depends()]) -> Page:
        return page

    client = TestClient(app)
    assert client.get("/?page=2").json() == {"page": 2, "size": 50}
    assert client.get("/?page=0").json()["detail"][0]["type"] == "greater_than_equal"


def test_signature_that_was_assigned_is_read() -> None:
    def take(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return kwargs

    parameter = inspect.Parameter(
        "page", inspect.Parameter.KEYWORD_ONLY, annotation=int, default=fastapi.Query(1, ge=1)
    )
    take.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    app = Bolide()

    @app.get("/")
    async def read(found: Annotated[dict[str, int], Depends(take)]) -> dict[str, int]:
        return found

    client = TestClient(app)
    assert client.get("/?page=2").json() == {"page": 2}
    assert client.get("/?page=x").status_code == 422


def test_what_a_dependency_returns_need_not_exist_at_run_time() -> None:
    def get_missing(number: int) -> Missing:
        return number

    app = Bolide()

    @app.get("/")
    async def read(number: Annotated[int, Depends(get_missing)]) -> int:
        return number

    assert TestClient(app).get("/?number=3").json() == 3


def test_their_security_schemes_decide_before_inputs_are_read() -> None:
    bearer = fastapi.security.HTTPBearer()
    app = Bolide()

    @app.get("/")
    async def read(
        number: int,
        credentials: Annotated[
            fastapi.security.HTTPAuthorizationCredentials, Security(bearer, scopes=["read"])
        ],
    ) -> str:
        return credentials.credentials

    @app.get("/plain", dependencies=[fastapi.Depends(bearer)])
    async def plain(number: int) -> int:
        return number

    client = TestClient(app)
    for path in ("/?number=x", "/plain?number=x"):
        refused = client.get(path)
        assert (refused.status_code, refused.json()) == (401, {"detail": "Not authenticated"})
        assert refused.headers["www-authenticate"] == "Bearer"
    headers = {"authorization": "Bearer token"}
    assert client.get("/?number=1", headers=headers).json() == "token"
    assert client.get("/plain?number=x", headers=headers).status_code == 422


class OutOfStock(starlette.exceptions.HTTPException):
    def __init__(self) -> None:
        super().__init__(409, "out of stock", {"x-reason": "stock"})


def raising(**options: Any) -> TestClient:
    """Return a client of an application whose only route raises an exception of Starlette's."""
    app = Bolide(**options)

    @app.get("/")
    async def root() -> None:
        raise OutOfStock

    @app.websocket("/ws")
    async def socket(websocket: WebSocket, accept: bool = False) -> None:
        if accept:
            await websocket.accept()
        raise OutOfStock

    return TestClient(app)


def test_their_http_exceptions_are_answered_as_ours() -> None:
    answer = raising().get("/")
    assert (answer.status_code, answer.json()) == (409, {"detail": "out of stock"})
    assert answer.headers["x-reason"] == "stock"


def test_their_http_exceptions_are_problems_where_these_are_asked_for() -> None:
    answer = raising(problem_details=True).get("/")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "out of stock",
    }


@pytest.mark.parametrize(
    "key", [409, HTTPException, starlette.exceptions.HTTPException, fastapi.HTTPException, OutOfStock]
)
def test_exception_handlers_are_for_their_http_exceptions_too(key: Any) -> None:
    def handle(request: Request, error: Any) -> PlainTextResponse:
        return PlainTextResponse(error.detail, 418)

    client = raising(exception_handlers={key: handle})
    if key is fastapi.HTTPException:  # a class of its own, from which OutOfStock does not derive
        assert client.get("/").status_code == 409
        return
    assert (client.get("/").status_code, client.get("/").text) == (418, "out of stock")


def test_handlers_for_their_class_get_our_exceptions() -> None:
    def handle(request: Request, error: Any) -> PlainTextResponse:
        return PlainTextResponse(error.detail, 418)

    client = raising(exception_handlers={starlette.exceptions.HTTPException: handle})
    assert client.get("/nowhere").text == "Not Found"


def test_their_http_exceptions_end_websockets_as_ours() -> None:
    client = raising()
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/ws"):
        pass
    assert refused.value.status_code == 409
    with client.websocket_connect("/ws?accept=1") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()
    assert (closed.value.code, closed.value.reason) == (1008, "out of stock")
