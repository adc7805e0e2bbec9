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
