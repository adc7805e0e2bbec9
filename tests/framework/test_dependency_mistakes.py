"""Wrong declarations are one error at start-up that says where and what to do; odd callables are none."""

import functools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from bolide import Bolide, Depends, Security, controllers, inline
from bolide.exceptions import RouteError
from bolide.testclient import TestClient

HERE = r"\(.*test_dependency_mistakes\.py:\d+\)"


async def value() -> int:
    return 1


def not_a_callable(item: Annotated[int, Depends(7)]) -> None: ...  # type: ignore[arg-type]


def no_class(item: Annotated[int | str, Depends()]) -> None: ...


def two_markers(item: Annotated[int, Depends(value)] = Depends(value)) -> None: ...


def open_arguments(item: Annotated[int, Depends(lambda *names: 1)]) -> None: ...


def builtin(item: Annotated[int, Depends(max)]) -> None: ...


class Method:
    def method(self) -> int:
        return 1


def unbound(item: Annotated[int, Depends(Method.method)]) -> None: ...


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (
            not_a_callable,
            rf"endpoint 'not_a_callable' {HERE}: parameter 'item': Depends\(\) takes a callable, not 7",
        ),
        (
            no_class,
            rf"endpoint 'no_class' {HERE}: parameter 'item': Depends\(\) without a callable needs a class",
        ),
        (
            two_markers,
            rf"endpoint 'two_markers' {HERE}: parameter 'item' has a marker in Annotated and as its",
        ),
        (open_arguments, rf"'<lambda>' {HERE}: parameter '\*names' cannot be bound"),
        (builtin, r"'max' has no readable signature|'max': parameter"),
        (unbound, rf"'Method\.method' {HERE} is a method"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_mistake_names_function_and_place(endpoint: Callable[..., Any], message: str) -> None:
    app = Bolide()
    app.get("/")(endpoint)
    with pytest.raises(RouteError, match=message):
        app.compile()


@pytest.mark.parametrize("wrong", [value, "value", Depends()])
def test_list_of_dependencies_takes_depends_with_a_callable(wrong: Any) -> None:
    with pytest.raises(RouteError, match=r"dependencies=\[\.\.\.\] takes Depends\(callable\)"):
        Bolide(dependencies=[wrong])


def test_security_scopes_are_a_list() -> None:
    with pytest.raises(ValueError, match=r"scopes is 'items'; expected a list"):
        Security(value, scopes="items")


def test_override_is_a_callable() -> None:
    app = Bolide()
    message = rf"the override of 'value' {HERE} is 7; expected a callable"
    with pytest.raises(TypeError, match=message):
        app.dependency_overrides[value] = 7  # type: ignore[assignment]
    with pytest.raises(TypeError, match=message):
        app.dependency_overrides = {value: 7}  # type: ignore[dict-item]


def test_overrides_are_copied_and_merged_as_dictionaries_are() -> None:
    app = Bolide()

    async def two() -> int:
        return 2

    before = app.dependency_overrides.copy()
    app.dependency_overrides |= {value: two}
    assert app.dependency_overrides | {two: value} == {value: two, two: value}
    assert app.dependency_overrides == {value: two}
    app.dependency_overrides = before
    assert app.dependency_overrides == {}


@dataclass
class Adder:
    """Equal by value, so it has no hash."""

    amount: int

    def __call__(self, number: int) -> int:
        return number + self.amount


def test_callable_without_a_hash_is_known_by_its_identity() -> None:
    app, calls = Bolide(), list[str]()
    adder, same_value = Adder(1), Adder(1)

    def fake() -> int:
        calls.append("fake")
        return 7

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(adder)],
        b: Annotated[int, Depends(adder)],
        c: Annotated[int, Depends(same_value)],
    ) -> list[int]:
        return [a, b, c]

    client = TestClient(app)
    assert client.get("/?number=2").json() == [3, 3, 3]


def test_context_managers_are_dependencies_as_the_generators_within_them() -> None:
    app, calls = Bolide(), list[str]()

    @asynccontextmanager
    async def in_loop() -> AsyncIterator[str]:
        yield "loop"
        calls.append("loop-")

    @contextmanager
    def in_thread() -> Iterator[str]:
        yield "thread"
        calls.append("thread-")

    @app.get("/")
    async def endpoint(
        a: Annotated[str, Depends(in_loop)], b: Annotated[str, Depends(in_thread)]
    ) -> list[str]:
        return [a, b]

    assert TestClient(app).get("/").json() == ["loop", "thread"]
    assert calls == ["thread-", "loop-"]


def test_decorators_may_change_how_a_function_is_called() -> None:
    app = Bolide()

    def as_coroutine(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def wrapper(*args: Any) -> Any:
            return function(*args)

        return wrapper

    def passes_coroutine_on(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> Any:
            return function(*args)

        return wrapper

    @as_coroutine
    def sync(number: int) -> int:
        return number

    @passes_coroutine_on
    async def asynchronous(number: int) -> int:
        return number + 1

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(sync)], b: Annotated[int, Depends(asynchronous)]
    ) -> list[int]:
        return [a, b]

    assert TestClient(app).get("/?number=3").json() == [3, 4]


def test_inline_marks_functions_that_run_in_place() -> None:
    app = Bolide()

    @inline
    def here() -> str:
        return threading.current_thread().name

    @inline
    def generator() -> Iterator[str]:
        yield threading.current_thread().name

    @app.get("/")
    @inline
    def endpoint(a: Annotated[str, Depends(here)], b: Annotated[str, Depends(generator)]) -> bool:
        return {a, b} == {threading.current_thread().name}

    assert TestClient(app).get("/").json() is True


def test_chain_of_dependencies_may_be_long_and_too_long_is_one_clear_error() -> None:
    def chain(length: int) -> Callable[..., int]:
        link: Callable[..., int] = lambda: 0  # noqa: E731
        for _ in range(length):

            def dependency(number: int = Depends(link)) -> int:
                return number + 1

            link = dependency
        return link

    def declared(length: int) -> Bolide:
        app = Bolide()

        @app.get("/")
        async def read(number: Annotated[int, Depends(chain(length), inline=True)]) -> int:
            return number

        return app

    assert TestClient(declared(100)).get("/").json() == 100
    with pytest.raises(
        RouteError, match=r"'read' .*: its dependencies need one another in a chain that is longer"
    ):
        declared(5000).compile()
    with pytest.raises(RouteError, match=r"'.*dependency' .*: its dependencies need one another in a chain"):
        Bolide().dependency(chain(5000))


class AsyncInit:
    async def __init__(self) -> None:  # type: ignore[misc]
        raise AssertionError("nobody awaits it")

    @controllers.get("/")
    def read(self) -> None: ...


class AsyncNew:
    async def __new__(cls) -> Any: ...  # type: ignore[misc]


class View:
    def __init__(self) -> None: ...


def test_class_whose_constructor_is_async_cannot_be_a_dependency() -> None:
    for cls, name in ((AsyncInit, "__init__"), (AsyncNew, "__new__")):
        app = Bolide()
        app.get("/", dependencies=[Depends(cls)])(value)
        expected = (
            rf"^dependency '{cls.__name__}' {HERE}: {name} is async, so that calling the class makes no"
        )
        with pytest.raises(RouteError, match=expected):
            app.compile()
    app = Bolide()
    app.add_controller(AsyncInit)
    with pytest.raises(RouteError, match=rf"^dependency 'AsyncInit' {HERE}: __init__ is async"):
        app.compile()


def test_class_as_an_endpoint_is_what_it_returns() -> None:
    app = Bolide()
    app.get("/view")(View)
    with pytest.raises(RouteError, match=rf"^endpoint 'View' {HERE}: return type: View is not a type that"):
        app.compile()

    @dataclass
    class Page:
        number: int = 1

    app = Bolide()
    app.get("/page")(Page)
    assert TestClient(app).get("/page?number=3").json() == {"number": 3}
