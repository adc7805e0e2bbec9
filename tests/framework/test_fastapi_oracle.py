"""The oracle itself: both frameworks are asked, and a difference is found."""

from typing import Any

import pytest

from tests.framework.fastapi_oracle import Web, answers, same


def declare(web: Web) -> Any:
    app = web.App()

    class Item(web.Model):  # type: ignore[misc]
        name: str

    @app.post("/items/{item_id}", status_code=201)  # type: ignore[untyped-decorator]
    async def create(item_id: int, item: Item, q: str = "x") -> dict[str, Any]:
        return {"id": item_id, "name": item.name, "q": q}

    @app.get("/")  # type: ignore[untyped-decorator]
    async def read() -> str:
        return web.package

    return app


def test_both_answer_the_same_request() -> None:
    answer = same(
        declare, "POST", "/items/1?q=y", body=b'{"name": "a"}', headers={"content-type": "application/json"}
    )
    assert (answer.status, answer.content()) == (201, {"id": 1, "name": "a", "q": "y"})


def test_both_refuse_the_same_request() -> None:
    assert same(declare, "POST", "/items/x").status == 422


def test_a_difference_is_found() -> None:
    assert [each.content() for each in answers(declare, "GET", "/")] == ["bolide", "fastapi"]
    with pytest.raises(AssertionError):
        same(declare, "GET", "/")
