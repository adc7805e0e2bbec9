"""The lifespan runs around an application's life, in one task."""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypedDict

import pytest

from bolide import APIRouter, Bolide, Depends, Request, State, datastructures
from bolide.exceptions import BolideError, RouteError
from bolide.testclient import TestClient


def test_state_is_seen_by_requests_and_each_has_its_own_copy() -> None:
    calls = []

    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
        calls.append(f"start {app.title}")
        yield {"pool": "open"}
        calls.append("stop")

    app = Bolide(title="Shop", lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request) -> list[str]:
        seen = [request.state.pool, request.state["pool"]]
        request.state.pool = "changed"
        return seen

    with TestClient(app) as client:
        assert client.get("/").json() == ["open", "open"]
        assert client.get("/").json() == ["open", "open"]
        assert calls == ["start Shop"]
    assert calls == ["start Shop", "stop"]


def test_start_and_stop_share_one_task_and_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    tasks = []

    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[None]:
        token = variable.set("on")
        tasks.append(asyncio.current_task())
        yield
        tasks.append(asyncio.current_task())
        variable.reset(token)

    with TestClient(Bolide(lifespan=lifespan)):
        pass
    assert tasks[0] is tasks[1]


def test_135_without_with_no_lifespan_runs() -> None:
    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[None]:
        raise AssertionError("must not run")
        yield

    app = Bolide(lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request) -> bool:
        return hasattr(request.state, "pool")

    assert TestClient(app).get("/").json() is False


def test_failing_start_up_is_raised() -> None:
    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    with pytest.raises(OSError, match="no database"), TestClient(Bolide(lifespan=lifespan)):
        pass


def test_tasks_of_the_lifespan_run_between_requests() -> None:
    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
        ticks = asyncio.Event()
        task = asyncio.create_task(tick(ticks))
        yield {"ticks": ticks}
        task.cancel()

    async def tick(ticks: asyncio.Event) -> None:
        ticks.set()

    app = Bolide(lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request) -> bool:
        return await asyncio.wait_for(request.state.ticks.wait(), 5)

    with TestClient(app) as client:
        assert client.get("/").json() is True


def test_bare_generator_is_refused_as_a_lifespan() -> None:
    async def lifespan(app: Bolide) -> AsyncIterator[None]:
        yield

    with pytest.raises(BolideError, match=r"'lifespan' \(.*\) needs the decorator @asynccontextmanager"):
        Bolide(lifespan=lifespan)  # type: ignore[arg-type]


@asynccontextmanager
async def takes_nothing() -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def yields_a_number(app: Bolide) -> AsyncIterator[Any]:
    yield 5


async def waits(app: Bolide) -> None: ...


@pytest.mark.parametrize(
    ("lifespan", "reason"),
    [
        (3, "lifespan is 3; expected a function that makes a context manager"),
        (yields_a_number(Bolide()), "is a context manager already; give the function that makes it"),
        (takes_nothing, r"lifespan 'takes_nothing' \(.*\) must take one argument, the application"),
        (waits, r"lifespan 'waits' \(.*\) does not yield; it needs a yield and the decorator @async"),
    ],
    ids=["number", "called", "no argument", "no yield"],
)
@pytest.mark.parametrize("owner", [Bolide, APIRouter])
def test_what_is_no_lifespan_is_refused(owner: Any, lifespan: Any, reason: str) -> None:
    with pytest.raises(BolideError, match=reason):
        owner(lifespan=lifespan)


@pytest.mark.parametrize("of_router", [False, True])
def test_state_that_is_no_mapping_is_an_error_that_names_the_lifespan(of_router: bool) -> None:
    app = Bolide(lifespan=None if of_router else yields_a_number)
    if of_router:
        app.include_router(APIRouter(lifespan=yields_a_number))
    with (
        pytest.raises(BolideError, match=r"lifespan 'yields_a_number' \(.*\) yields 5; expected a mapping"),
        TestClient(app),
    ):
        pass


def test_state_has_the_type_of_a_dictionary() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint(state: State[int]) -> None: ...  # type: ignore[type-var]

    with pytest.raises(RouteError, match=r"'endpoint' .* 'state': .*; T must be a TypedDict, not int"):
        app.compile()


class AppState(TypedDict):
    pool: str
    hits: list[int]


def test_typed_state_is_a_dictionary_of_its_own_for_each_request() -> None:
    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[AppState]:
        yield {"pool": "open", "hits": []}

    app = Bolide(lifespan=lifespan)

    async def count(state: State[AppState]) -> int:
        state["hits"].append(1)
        return len(state["hits"])

    @app.get("/")
    async def endpoint(state: State[AppState], hits: Annotated[int, Depends(count)]) -> list[Any]:
        seen = state["pool"]
        state["pool"] = "changed"
        return [seen, hits, type(state) is dict]

    with TestClient(app) as client:
        assert client.get("/").json() == ["open", 1, True]
        assert client.get("/").json() == ["open", 2, True]


def test_bare_state_is_that_of_the_request() -> None:
    app = Bolide()

    async def note(state: datastructures.State) -> None:
        state.user = "ann"

    @app.get("/", dependencies=[Depends(note)])
    async def endpoint(state: State, request: Request) -> list[Any]:  # type: ignore[type-arg]
        return [state.user, request.state.user, state is request.state]

    assert TestClient(app).get("/").json() == ["ann", "ann", True]
