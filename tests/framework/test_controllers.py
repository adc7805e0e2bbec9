"""Controllers: classes whose methods are endpoints."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Generic, TypeVar

import pytest

from bolide import APIRouter, Bolide, Depends, Header, HTTPException, Model, Query
from bolide.controllers import api_route, delete, get, post
from bolide.exceptions import RouteError
from bolide.testclient import TestClient


class Item(Model):
    name: str


async def database() -> AsyncIterator[dict[int, Item]]:
    yield {1: Item(name="axe")}


def test_methods_are_endpoints_and_the_constructor_takes_what_they_share() -> None:
    app = Bolide()

    @app.controller("/items", tags=["items"])
    class Items:
        def __init__(
            self, rows: Annotated[dict[int, Item], Depends(database)], x_user: str = Header("?")
        ) -> None:
            self.rows = rows
            self.user = x_user

        @get("/{item_id}")
        async def read(self, item_id: int) -> Item:
            if item_id not in self.rows:
                raise HTTPException(404)
            return self.rows[item_id]

        @post(status_code=201)
        def create(self, item: Item, notify: bool = False) -> list[Any]:
            return [item.name, notify, self.user]

    client = TestClient(app)
    assert client.get("/items/1").json() == {"name": "axe"}
    assert client.get("/items/2").status_code == 404
    assert client.get("/items/x").json()["detail"][0]["loc"] == ["path", "item_id"]
    created = client.post("/items?notify=1", json={"name": "saw"}, headers={"x-user": "ann"})
    assert (created.status_code, created.json()) == (201, ["saw", True, "ann"])


def test_each_request_has_one_instance() -> None:
    app, made = Bolide(), list[Any]()

    class Counter:
        def __init__(self) -> None:
            made.append(self)

        @get("/")
        async def read(self, again: Annotated["Counter", Depends()]) -> bool:
            return again is self

    Counter.read.__annotations__["again"] = Annotated[Counter, Depends()]
    app.add_controller(Counter, prefix="/counter")
    client = TestClient(app)
    assert [client.get("/counter/").json(), client.get("/counter/").json()] == [True, True]
    assert len(made) == 2


def test_document_and_route_names_tell_class_and_method() -> None:
    app, router = Bolide(), APIRouter(prefix="/shop", tags=["shop"])

    @router.controller("/items", tags=["items"], deprecated=True)
    class Items:
        @get("/{item_id}")
        async def read_one(self, item_id: int) -> int:
            """Return one item."""
            return item_id

        @delete("/{item_id}", name="drop", summary="Drop it")
        async def remove(self, item_id: int) -> None: ...

    app.include_router(router)
    assert [(route.name, route.path) for route in app.iter_routes()] == [
        ("Items.read_one", "/shop/items/{item_id}"),
        ("drop", "/shop/items/{item_id}"),
    ]
    assert app.url_path_for("Items.read_one", item_id=3) == "/shop/items/3"
    operation = app.openapi()["paths"]["/shop/items/{item_id}"]["get"]
    assert operation["operationId"] == "Items_read_one"
    assert operation["summary"] == "Read One"
    assert operation["description"] == "Return one item."
    assert operation["tags"] == ["shop", "items"]
    assert operation["deprecated"] is True
    assert [parameter["name"] for parameter in operation["parameters"]] == ["item_id"]


def test_inherited_methods_keep_their_routes_and_may_be_overridden_or_removed() -> None:
    class Readable:
        label = "base"

        @get("/one")
        async def one(self) -> str:
            return f"one {self.label}"

        @get("/two")
        async def two(self) -> str:
            return "two"

        @get("/three")
        async def three(self) -> str:
            return "three"

        @get("/four")
        async def four(self) -> str:
            return "four"

    app = Bolide()

    @app.controller("/x")
    class Things(Readable):
        label = "things"

        async def two(self) -> str:
            return f"new {await super().two()}"

        @api_route("/trois", methods=["GET", "POST"])
        async def three(self) -> str:
            return "trois"

        four = None  # type: ignore[assignment]

    client = TestClient(app)
    assert client.get("/x/one").json() == "one things"
    assert client.get("/x/two").json() == "new two"
    assert client.post("/x/trois").json() == "trois"
    assert client.get("/x/three").status_code == 404
    assert client.get("/x/four").status_code == 404


T = TypeVar("T")
K = TypeVar("K")


class Crud(Generic[T, K]):
    """Endpoints for any kind of record."""

    rows: dict[Any, Any]

    @get("/{key}")
    async def read(self, key: K) -> T:
        row: T = self.rows[key]
        return row

    @post("/{key}")
    async def write(self, key: K, row: T, *, copies: list[K] = Query([])) -> list[T]:  # noqa: B008
        self.rows[key] = row
        return [row, *(self.rows[copy] for copy in copies)]


class NumberedCrud(Crud[T, int], Generic[T]):
    @delete("/{key}")
    async def remove(self, key: int) -> T:
        removed: T = self.rows.pop(key)
        return removed


def test_generic_base_gets_the_types_of_its_controller() -> None:
    app = Bolide()

    @app.controller("/items")
    class Items(NumberedCrud[Item]):
        rows = {1: Item(name="axe")}

    @app.controller("/words")
    class Words(Crud[str, str]):
        rows = {"a": "b"}

    class Special(Items): ...

    app.add_controller(Special, prefix="/special")
    client = TestClient(app)
    assert client.get("/items/1").json() == {"name": "axe"}
    assert client.get("/items/x").status_code == 422
    assert client.post("/items/2?copies=1", json={"name": "saw"}).json() == [{"name": "saw"}, {"name": "axe"}]
    assert client.post("/items/3", json={"title": "saw"}).json()["detail"][0]["loc"] == ["body", "name"]
    assert client.get("/words/a").json() == "b"
    assert client.delete("/special/2").json() == {"name": "saw"}
    schema = app.openapi()["paths"]["/items/{key}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert schema == {"schema": {"$ref": "#/components/schemas/Item"}}
    assert [route.name for route in app.iter_routes()][:2] == ["Items.read", "Items.write"]


def test_one_controller_serves_several_prefixes_and_an_override_replaces_the_instance() -> None:
    class Greeter:
        def __init__(self) -> None:
            self.greeting = "hello"

        @get("/")
        async def greet(self) -> str:
            return self.greeting

    class Fake:
        greeting = "fake"

    app = Bolide()
    app.add_controller(Greeter, prefix="/a")
    app.add_controller(Greeter, prefix="/b")
    client = TestClient(app)
    assert [client.get(path).json() for path in ("/a/", "/b/")] == ["hello", "hello"]
    app.dependency_overrides[Greeter] = Fake
    assert client.get("/a/").json() == "fake"


def test_controller_with_app_scope_is_made_once() -> None:
    app, made = Bolide(), list[int]()

    async def pool() -> AsyncIterator[str]:
        yield "pool"

    @app.controller("/items", scope="app")
    class Items:
        def __init__(self, pool: Annotated[str, Depends(pool, scope="app")]) -> None:
            made.append(1)
            self.pool = pool

        @get("/")
        async def read(self) -> str:
            return self.pool

    with TestClient(app) as client:
        assert [client.get("/items/").json() for _ in range(3)] == ["pool"] * 3
    assert made == [1]


def test_mistakes_name_class_method_file_and_line() -> None:
    class Static:
        @get("/")
        @staticmethod
        async def read() -> None: ...

    class Empty: ...

    class Broken:
        @get("/{item_id}")
        async def read(self, item_id: object = 3) -> None: ...

    class NoSelf:
        @get("/")
        async def read() -> None: ...  # type: ignore[misc]

    place = r"\(.*test_controllers\.py:\d+\)"
    with pytest.raises(RouteError, match=rf"'Static\.read' {place} is a static method"):
        Bolide().add_controller(Static)
    with pytest.raises(RouteError, match=rf"controller 'Empty' {place} declares no routes"):
        Bolide().add_controller(Empty)
    with pytest.raises(RouteError, match="a controller is a class, not 3"):
        Bolide().add_controller(3)  # type: ignore[arg-type]
    app = Bolide()
    app.add_controller(Broken)
    with pytest.raises(RouteError, match=rf"endpoint 'Broken\.read' {place}: .*'item_id'"):
        app.compile()
    app = Bolide()
    app.add_controller(NoSelf)
    with pytest.raises(RouteError, match=rf"'NoSelf\.read' {place} has no parameter for the instance"):
        app.compile()


def test_option_that_does_not_exist_is_refused_when_the_controller_is_added() -> None:
    class Items:
        @get("/", status=201)  # type: ignore[call-arg]
        async def read(self) -> None: ...

    with pytest.raises(RouteError, match=r"endpoint 'Items\.read' .* there is no option 'status'"):
        Bolide().add_controller(Items)
