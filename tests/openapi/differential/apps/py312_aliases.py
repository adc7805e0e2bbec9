"""Aliases and generic models in the syntax of Python 3.12."""

from typing import Annotated, Any

import annotated_types

from tests.openapi.differential.names import Names

type Count = Annotated[int, annotated_types.Ge(1)]
type Ids = list[int]
type Pair[T] = tuple[T, T]
type Tree = dict[str, Tree] | int


def aliases_stand_in_models(web: Names) -> Any:
    class Item(web.Model):
        count: Count
        ids: Ids = []
        pair: Pair[str]
        tree: Tree
        maybe: Ids | None = None

    app = web.App()

    @app.post("/items")
    async def echo(item: Item) -> Item: ...

    return app


def aliases_stand_in_signatures(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{count}")
    async def read(count: Count, limit: Count = 1) -> dict[str, Pair[int]]: ...

    @app.post("/items")
    async def make(ids: Ids) -> list[Ids]: ...

    return app


def models_have_parameters_of_types(web: Names) -> Any:
    class Page[T](web.Model):
        items: list[T]

    app = web.App()

    @app.get("/items")
    async def read() -> Page[int]: ...

    @app.get("/others")
    async def others() -> Page[dict[str, int]]: ...

    return app
