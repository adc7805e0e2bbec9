"""Random graphs of dependencies: called, shared, finished and failing in the order of the real FastAPI."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.framework.fastapi_events import Log, same_events
from tests.framework.fastapi_oracle import Web

Kind = Literal["async", "sync", "async generator", "generator"]


@dataclass(frozen=True)
class Node:
    """A dependency: what it needs (indexes of nodes before it), and whether it fails."""

    kind: Kind
    needs: tuple[int, ...]
    scope: Literal["function", "request"] | None
    fails: Literal["no", "entering", "leaving"]


@dataclass(frozen=True)
class Graph:
    """Dependencies and what the endpoint asks for: indexes, each with ``use_cache``."""

    nodes: tuple[Node, ...]
    wanted: tuple[tuple[int, bool], ...]
    endpoint_fails: bool

    def ends_early(self, index: int) -> bool:
        node = self.nodes[index]
        return node.scope == "function" or (
            node.scope is None and any(self.ends_early(each) for each in node.needs)
        )

    @property
    def is_allowed(self) -> bool:
        """Tell whether no request-scoped generator needs what ends before it."""
        return not any(
            "generator" in node.kind
            and node.scope in (None, "request")
            and any(self.ends_early(each) for each in node.needs)
            for node in self.nodes
        )


KINDS = st.sampled_from(["async generator", "generator", "async", "sync"])
FAILURES = st.sampled_from(["no"] * 8 + ["entering", "leaving"])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    nodes: list[Node] = []
    for index in range(draw(st.integers(2, 7))):
        kind = draw(KINDS)
        scope = draw(st.sampled_from(["function", None, "request"])) if "generator" in kind else None
        needs = [each for each in range(index) if draw(st.integers(0, index)) == 0]
        nodes.append(Node(kind, tuple(needs), scope, draw(FAILURES)))
    # All of them, in some order; some twice.
    indexes = draw(st.permutations(range(len(nodes))))
    wanted = [(index, draw(st.booleans())) for index in [*indexes, *indexes[: draw(st.integers(0, 2))]]]
    return Graph(tuple(nodes), tuple(wanted), draw(st.booleans()))


def signature(markers: list[Any]) -> inspect.Signature:
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [inspect.Parameter(f"value_{i}", keyword, default=marker) for i, marker in enumerate(markers)]
    )


def function_of(node: Node, name: str, markers: list[Any], log: Log) -> Callable[..., Any]:
    def enter() -> str:
        log.append(f"{name}+")
        if node.fails == "entering":
            raise ValueError(name)
        return name

    def leave() -> None:
        log.append(f"{name}-")
        if node.fails == "leaving":
            raise LookupError(name)

    async def in_loop(*_: Any, **__: Any) -> str:
        return enter()

    def in_thread(*_: Any, **__: Any) -> str:
        return enter()

    async def generator_in_loop(*_: Any, **__: Any) -> AsyncIterator[str]:
        try:
            yield enter()
        except BaseException as error:
            log.append(f"{name} {type(error).__name__}")
            raise
        leave()

    def generator_in_thread(*_: Any, **__: Any) -> Iterator[str]:
        try:
            yield enter()
        except BaseException as error:
            log.append(f"{name} {type(error).__name__}")
            raise
        leave()

    kinds: dict[Kind, Any] = {
        "async": in_loop,
        "sync": in_thread,
        "async generator": generator_in_loop,
        "generator": generator_in_thread,
    }
    function: Any = kinds[node.kind]
    function.__signature__ = signature(markers)
    return function  # type: ignore[no-any-return]


def declare(graph: Graph, web: Web, log: Log) -> Any:
    app = web.App()
    functions: list[Callable[..., Any]] = []

    def marker(index: int, *, use_cache: bool = True) -> Any:
        return web.Depends(functions[index], use_cache=use_cache, scope=graph.nodes[index].scope)

    for index, node in enumerate(graph.nodes):
        functions.append(function_of(node, str(index), [marker(each) for each in node.needs], log))

    async def endpoint(*values: Any, **named: Any) -> list[str]:
        log.append("endpoint")
        if graph.endpoint_fails:
            raise web.HTTPException(418)
        return [*values, *named.values()]

    endpoint.__signature__ = signature([marker(i, use_cache=c) for i, c in graph.wanted])  # type: ignore[attr-defined]
    app.get("/")(endpoint)
    return app


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(graphs())
def test_every_graph_runs_as_in_fastapi(graph: Graph) -> None:
    """#60 to #66: which are called, in which order, what is shared, and who sees which error."""
    assume(graph.is_allowed)
    same_events(lambda web, log: declare(graph, web, log))
