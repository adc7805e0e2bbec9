"""Security dependencies first, then every input, then the other dependencies."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest

from bolide import Bolide, Depends, Header, HTTPException, Model, Request, Security
from bolide.security import SecurityBase, SecurityScopes
from bolide.testclient import TestClient


class Item(Model):
    name: str


class Token(SecurityBase):
    """Takes the token out of a header, or refuses the request."""

    async def __call__(self, request: Request) -> str:
        if "x-token" not in request.headers:
            raise HTTPException(401, "Not authenticated")
        return request.headers["x-token"]


def secured_app() -> tuple[Bolide, list[str]]:
    app, calls = Bolide(), list[str]()
    token = Token()

    async def database() -> AsyncIterator[str]:
        calls.append("database")
        yield "db"

    async def user(value: Annotated[str, Depends(token)], db: Annotated[str, Depends(database)]) -> str:
        calls.append(f"user {value}")
        if value == "bad":
            raise HTTPException(403, "Forbidden")
        return value

    async def page(size: int = 10) -> int:
        calls.append("page")
        return size

    @app.post("/items")
    async def create(
        size: Annotated[int, Depends(page)], item: Item, owner: Annotated[str, Depends(user)]
    ) -> dict[str, Any]:
        calls.append("endpoint")
        return {"name": item.name, "owner": owner, "size": size}

    return app, calls


def test_security_runs_before_inputs_and_other_dependencies() -> None:
    app, calls = secured_app()
    response = TestClient(app).post("/items?size=3", json={"name": "a"}, headers={"x-token": "ann"})
    assert response.json() == {"name": "a", "owner": "ann", "size": 3}
    assert calls == ["database", "user ann", "page", "endpoint"]


def test_62_what_security_raises_wins_over_a_422() -> None:
    """#62: dependencies that contain a security scheme come first; their answer wins over a 422."""
    app, calls = secured_app()
    client = TestClient(app)
    assert client.post("/items?size=x", content=b"{").status_code == 401
    assert client.post("/items?size=x", content=b"{", headers={"x-token": "bad"}).status_code == 403
    assert "page" not in calls


def test_62_body_is_not_decoded_before_security_has_passed() -> None:
    """#62: the body is decoded only for those who may pass."""
    app, decoded = Bolide(), list[str]()

    class Traced(Model):
        name: str

        def __post_init__(self) -> None:
            decoded.append(self.name)

    @app.post("/", dependencies=[Depends(Token())])
    async def endpoint(item: Traced) -> None: ...

    client = TestClient(app)
    assert client.post("/", json={"name": "a"}).status_code == 401
    assert decoded == []
    assert client.post("/", json={"name": "a"}, headers={"x-token": "t"}).status_code == 200
    assert decoded == ["a"]


def test_62_all_errors_of_the_other_inputs_come_together() -> None:
    """#62: after security, every input of the whole tree is checked; nothing runs when one is wrong."""
    app, calls = secured_app()
    response = TestClient(app).post("/items?size=x", json={}, headers={"x-token": "ann"})
    assert [e["loc"] for e in response.json()["detail"]] == [["query", "size"], ["body", "name"]]
    assert calls == ["database", "user ann"]


def test_inputs_of_security_dependencies_are_read_before_the_others() -> None:
    app, calls = Bolide(), list[str]()

    async def key(x_key: Annotated[int, Header()]) -> int:
        calls.append("key")
        if x_key != 7:
            raise HTTPException(401)
        return x_key

    @app.post("/{number}", dependencies=[Security(key)])
    async def endpoint(number: int, item: Item) -> str:
        return f"{number} {item.name}"

    client = TestClient(app)
    missing = client.post("/x", json={})
    assert [e["loc"] for e in missing.json()["detail"]] == [["header", "x-key"]]
    assert calls == []
    assert client.post("/x", json={}, headers={"x-key": "1"}).status_code == 401
    wrong = client.post("/x", json={}, headers={"x-key": "7"})
    assert [e["loc"] for e in wrong.json()["detail"]] == [["path", "number"], ["body", "name"]]
    assert client.post("/3", json={"name": "a"}, headers={"x-key": "7"}).json() == "3 a"


def test_schemes_without_inputs_refuse_before_the_inputs_of_others_are_checked() -> None:
    app = Bolide()

    async def needs_input(number: int, token: Annotated[str, Depends(Token())]) -> int:
        return number

    @app.get("/", dependencies=[Security(needs_input)])
    async def endpoint() -> None: ...

    client = TestClient(app)
    assert client.get("/?number=x").status_code == 401
    assert client.get("/?number=x", headers={"x-token": "t"}).status_code == 422


@pytest.mark.parametrize("shared", [True, False])
def test_input_of_a_security_dependency_is_shared_with_others(shared: bool) -> None:
    app = Bolide()

    async def tenant(name: str) -> str:
        return name

    @app.get("/", dependencies=[Security(tenant)] if shared else [])
    async def endpoint(name: str, size: int = 1) -> str:
        return name * size

    assert TestClient(app).get("/?name=ab&size=2").json() == "abab"


def test_71_scopes_are_accumulated_from_the_outside_in() -> None:
    """#71: scopes of parents first, each once, in order; a parameter sees those of its own position."""
    app, seen = Bolide(), dict[str, list[str]]()

    async def inner(scopes: SecurityScopes) -> str:
        seen["inner"] = scopes.scopes
        return scopes.scope_str

    async def outer(
        scopes: SecurityScopes, value: Annotated[str, Security(inner, scopes=["c", "a", "d"])]
    ) -> str:
        seen["outer"] = scopes.scopes
        return value

    @app.get("/")
    async def endpoint(
        value: Annotated[str, Security(outer, scopes=["b", "a", "b"])], own: SecurityScopes
    ) -> list[str]:
        return [value, own.scope_str]

    assert TestClient(app).get("/").json() == ["b a c d", ""]
    assert seen == {"inner": ["b", "a", "c", "d"], "outer": ["b", "a"]}


def test_60_scopes_are_part_of_what_is_shared() -> None:
    """#60: a value is shared among equal sets of scopes, when it depends on them."""
    app, calls = Bolide(), list[str]()

    async def scoped(scopes: SecurityScopes) -> str:
        calls.append(scopes.scope_str)
        return scopes.scope_str

    async def plain() -> int:
        calls.append("plain")
        return 1

    @app.get("/")
    async def endpoint(
        a: Annotated[str, Security(scoped, scopes=["x", "y"])],
        b: Annotated[str, Security(scoped, scopes=["y", "x"])],
        c: Annotated[str, Security(scoped, scopes=["x"])],
        d: Annotated[str, Depends(scoped)],
        e: Annotated[int, Depends(plain)],
    ) -> list[str]:
        return [a, b, c, d]

    assert TestClient(app).get("/").json() == ["x y", "x y", "x", ""]
    assert calls == ["x y", "x", "", "plain"]
