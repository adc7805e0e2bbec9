"""Handlers of one application share what reads and writes the same types; functions are read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bolide import Bolide, Depends, Model, Query
from bolide._planning.signature import read_parameters, share_signatures
from bolide._printing.shared_codecs import SharedCodecs
from bolide.testclient import TestClient
from bolide.validation.build import build_tree
from bolide.validation.sharing import share_trees


class Item(Model):
    name: str
    secret: str = "s"


class Public(Model):
    name: str


def test_one_type_has_one_adapter_and_one_encoder() -> None:
    codecs = SharedCodecs()
    with share_trees():
        tree, same, other = build_tree(list[Item]), build_tree(list[Item]), build_tree(list[Public])
    assert codecs.adapter(tree, strict=False) is codecs.adapter(same, strict=False)
    assert codecs.adapter(tree, strict=False) is not codecs.adapter(tree, strict=True)
    assert codecs.adapter(tree, strict=False) is not codecs.adapter(other, strict=False)
    encode = codecs.encoder(tree, validate=False, options={})
    assert encode is codecs.encoder(same, validate=False, options={})
    assert encode is not codecs.encoder(tree, validate=True, options={})
    assert encode is not codecs.encoder(other, validate=False, options={})


def test_options_of_the_response_model_are_of_one_route() -> None:
    codecs = SharedCodecs()
    tree = build_tree(Item)
    item = Item(name="axe")
    assert codecs.encoder(tree, validate=False, options={"include": {"name"}})(item) == b'{"name":"axe"}'
    assert codecs.encoder(tree, validate=False, options={})(item) == b'{"name":"axe","secret":"s"}'


def test_routes_with_the_same_types_answer_by_their_own_options() -> None:
    app = Bolide()

    @app.post("/loose")
    async def loose(item: Item) -> Item:
        return item

    @app.post("/strict", strict=True)
    async def strict(item: Item) -> Item:
        return item

    @app.post("/named", response_model_include={"name"})
    async def named(item: Item) -> Item:
        return item

    @app.post("/validated", validate_response=True)
    async def validated(item: Item) -> Item:
        item.name = 7  # type: ignore[assignment]
        return item

    client = TestClient(app, raise_server_exceptions=False)
    body: dict[str, Any] = {"name": "axe"}
    assert client.post("/loose", json=body).json() == {"name": "axe", "secret": "s"}
    assert client.post("/named", json=body).json() == {"name": "axe"}
    assert client.post("/validated", json=body).status_code == 500
    assert client.post("/strict", json=body).status_code == 200


def test_a_function_is_read_once_for_all_routes_that_share_it() -> None:
    async def paging(limit: int = 10, offset: Annotated[int, Query(ge=0)] = 0) -> tuple[int, int]:
        return limit, offset

    names: Mapping[str, Any] = {}
    with share_signatures():
        read = read_parameters(paging, names)
        assert read_parameters(paging, {}) is read
    assert read_parameters(paging, names) is not read


def test_names_that_are_local_to_a_route_tell_its_functions_apart() -> None:
    def depends(value: Local) -> Local:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore
        return value

    with share_signatures():
        assert read_parameters(depends, {"Local": int})[0].hint is int
        assert read_parameters(depends, {"Local": str})[0].hint is str


def test_a_shared_dependency_is_bound_for_each_path() -> None:
    async def limited(limit: int) -> int:
        return limit

    app = Bolide()

    @app.get("/{limit}/path")
    async def by_path(limit: Annotated[int, Depends(limited)]) -> int:
        return limit

    @app.get("/query")
    async def by_query(limit: Annotated[int, Depends(limited)]) -> int:
        return limit

    client = TestClient(app)
    assert client.get("/3/path?limit=4").json() == 3
    assert client.get("/query?limit=4").json() == 4
