"""What the handler printer prints, for people to read: a change shows in a golden file.

Run ``python -m tests.framework.test_golden`` to write the files anew, and read the difference.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import pytest

from bolide import Body, Bolide, Cookie, Depends, Field, Header, Model, Query, Request, Security
from bolide import Path as PathParameter
from bolide.responses import PlainTextResponse
from bolide.security import OAuth2PasswordBearer, SecurityScopes

GOLDEN = Path(__file__).parents[1] / "golden"


class Item(Model):
    name: str = Field(min_length=1)


app = Bolide()


@app.get("/constant")
async def read_constant() -> dict[str, str]:
    return {"message": "Hello, World!"}


@app.get("/text", response_class=PlainTextResponse)
def read_text() -> str:
    return "text"


@app.get("/items/{item_id}")
async def read_item(
    item_id: Annotated[int, PathParameter(ge=0)],
    request: Request,
    q: str | None = None,
    limit: Annotated[int, Query(le=100)] = 10,
    tag: Annotated[list[str], Query()] = [],  # noqa: B006 - fresh for every request
    x_token: Annotated[str, Header()] = "none",
    session: Annotated[str | None, Cookie()] = None,
) -> Item:
    return Item(name=q or "?")


@app.post("/items", status_code=201)
async def create_item(item: Item) -> Item:
    return item


@app.delete("/items", status_code=204)
async def delete_items(names: Annotated[list[str] | None, Body()] = None) -> None: ...


async def connect() -> AsyncIterator[str]:
    yield "connection"


def lock(key: str) -> Iterator[None]:
    yield


def user(connection: Annotated[str, Depends(connect)], key: str) -> str:
    return connection + key


@app.get("/dependencies", dependencies=[Depends(lock)])
async def read_dependencies(name: Annotated[str, Depends(user)]) -> str:
    return name


async def caller(
    token: Annotated[str, Depends(OAuth2PasswordBearer("token"))], scopes: SecurityScopes
) -> str:
    return f"{token} {scopes.scope_str}"


@app.get("/security")
async def read_secured(name: Annotated[str, Security(caller, scopes=["read"])], limit: int = 10) -> str:
    return name


CASES = {
    "constant": "GET /constant",
    "text": "GET /text",
    "parameters": "GET /items/{item_id}",
    "body": "POST /items",
    "optional_body": "DELETE /items",
    "dependencies": "GET /dependencies",
    "security": "GET /security",
}


def source(route: str) -> str:
    method, path = route.split()
    return f"# {route}\n\n{app.handler_source(method, path)}"


@pytest.mark.parametrize("name", CASES)
def test_printed_handler_equals_its_golden_file(name: str) -> None:
    assert source(CASES[name]) == (GOLDEN / f"{name}.txt").read_text()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, route in CASES.items():
        (GOLDEN / f"{name}.txt").write_text(source(route))
