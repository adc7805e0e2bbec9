"""JSON bodies: whole, embedded, several."""

from typing import Annotated, Any

from tests.openapi.differential.names import Names


def a_body_is_a_model(web: Names) -> Any:
    class Item(web.Model):
        """Something to sell."""

        name: str
        price: float
        tags: list[str] = []
        note: str | None = None

    app = web.App()

    @app.post("/items")
    async def create_item(item: Item) -> None: ...

    @app.put("/items/{item_id}")
    async def replace_item(item_id: int, item: Item | None = None) -> None: ...

    @app.patch("/items")
    async def change_items(items: list[Item]) -> None: ...

    return app


def several_bodies_are_members_of_one(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class User(web.Model):
        name: str

    app = web.App()

    @app.put("/items/{item_id}")
    async def update_item(
        item_id: int,
        item: Item,
        user: User,
        importance: Annotated[int, web.Body(gt=0, title="How important", description="More is more.")],
        note: Annotated[str | None, web.Body(examples=["later"])] = None,
        q: str | None = None,
    ) -> None: ...

    return app


def a_single_body_is_embedded(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.put("/items")
    async def update_item(item: Annotated[Item, web.Body(embed=True)]) -> None: ...

    @app.post("/items")
    async def create_item(
        item: Annotated[Item | None, web.Body(embed=True, description="Perhaps.")] = None,
    ) -> None: ...

    return app


def a_body_has_options(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.post("/titled")
    async def titled(
        item: Annotated[Item, web.Body(title="The item", description="To be made.")],
    ) -> None: ...

    @app.post("/typed")
    async def typed(item: Annotated[Item, web.Body(media_type="application/vnd.shop+json")]) -> None: ...

    @app.post("/examples")
    async def examples(item: Annotated[Item, web.Body(examples=[{"name": "a"}, {"name": "b"}])]) -> None: ...

    @app.post("/named")
    async def named(
        item: Annotated[Item, web.Body(openapi_examples={"one": {"summary": "One", "value": {"name": "a"}}})],
    ) -> None: ...

    return app


def a_body_is_no_record(web: Names) -> Any:
    app = web.App()

    @app.post("/number")
    async def number(value: Annotated[int, web.Body(ge=1)]) -> None: ...

    @app.post("/numbers")
    async def numbers(values: list[int]) -> None: ...

    @app.post("/map")
    async def mapping(weights: dict[int, float]) -> None: ...

    @app.post("/pairs")
    async def pairs(pairs: dict[str, tuple[int, str]]) -> None: ...

    @app.post("/anything")
    async def anything(value: Annotated[Any, web.Body()]) -> None: ...

    @app.post("/free")
    async def free(value: dict[str, Any]) -> None: ...

    @app.post("/text")
    async def text(value: Annotated[str, web.Body()] = "x") -> None: ...

    @app.post("/bytes")
    async def raw(value: Annotated[bytes, web.Body()]) -> None: ...

    return app


def bodies_of_every_method(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.get("/items")
    async def search_items(item: Item) -> None: ...

    @app.delete("/items")
    async def delete_items(item: Item) -> None: ...

    @app.patch("/items")
    async def change_items(item: Item) -> None: ...

    return app


def bodies_come_from_dependencies(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    async def item(item: Item) -> None: ...

    async def audit(reason: Annotated[str, web.Body()]) -> None: ...

    @app.post("/items", dependencies=[web.Depends(audit)])
    async def create_item(item: Annotated[None, web.Depends(item)]) -> None: ...

    @app.put("/items")
    async def update_item(item: Item, same: Annotated[None, web.Depends(item)]) -> None: ...

    return app


def whole_bodies_have_constraints(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.post("/many")
    async def many(items: Annotated[list[Item], web.Body(min_length=1, max_length=9)]) -> int: ...

    @app.post("/unique")
    async def unique(values: set[int]) -> int: ...

    @app.post("/pair")
    async def pair(pair: Annotated[tuple[int, str], web.Body(description="Two.")]) -> int: ...

    @app.post("/deprecated")
    async def deprecated(item: Annotated[Item, web.Body(deprecated=True)]) -> int: ...

    @app.post("/default")
    async def default(item: Annotated[Item, web.Body()] = Item(name="x")) -> int: ...  # noqa: B008

    @app.post("/extra")
    async def extra(item: Annotated[Item, web.Body(json_schema_extra={"x-kind": "item"})]) -> int: ...

    return app


def bodies_are_defaults_of_functions(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.post("/one")
    async def one(item: Item = web.Body(..., title="One", examples=[{"name": "a"}])) -> int: ...  # noqa: B008

    @app.post("/maybe")
    async def maybe(item: Item | None = web.Body(default=None)) -> int: ...  # noqa: B008

    @app.post("/many")
    async def many(
        item: Item, count: int = web.Body(5, ge=1), note: str = web.Body("", embed=True)
    ) -> int: ...

    return app


def members_of_bodies_are_documented(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class User(web.Model):
        name: str = "Ann"

    app = web.App()

    @app.post("/orders")
    async def order(
        item: Annotated[Item, web.Body(description="What.", title="The item", examples=[{"name": "a"}])],
        user: Annotated[User, web.Body(description="Who.")] = User(),  # noqa: B008
        users: Annotated[list[User], web.Body(max_length=3)] = [],  # noqa: B006
        old: Annotated[int, web.Body(deprecated=True)] = 1,
        named: Annotated[int, web.Body(alias="otherName", json_schema_extra={"x-a": 1})] = 1,
        either: Item | User | None = None,
        free: dict[str, int] | None = None,
    ) -> int: ...

    return app


def a_whole_body_has_another_name(web: Names) -> Any:
    app = web.App()

    @app.post("/items")
    async def create_items(item_names: Annotated[list[str], web.Body(alias="item-names")]) -> None: ...

    return app


def a_body_is_a_root_model_with_words_of_its_own(web: Names) -> Any:
    class Tags(web.RootModel[list[str]]):  # type: ignore[misc]
        """Words."""

    app = web.App()

    @app.put("/tags")
    async def replace_tags(
        tags: Annotated[Tags, web.Body(embed=True, deprecated=True, json_schema_extra={"x-max": 3})],
    ) -> None: ...

    return app
