"""A large application, for what start-up and matching cost: 1,000 typed routes in 50 nested routers.

    python bench/apps/startup_app.py bolide|bolide-compiled|fastapi

makes it and answers one request, in this process. `bolide-document` and `fastapi-document` make its OpenAPI
document instead, and print the CPU milliseconds.
"""

import asyncio
import json
import sys
import time
from importlib import import_module
from typing import Annotated, Any

OUTER_ROUTERS = 10
INNER_ROUTERS = 4
GROUPS = 4
"""Of five routes in each router, which share three models."""


def build(framework: str) -> Any:
    """Return the application, made with *framework*: ``bolide`` or ``fastapi``."""
    web = import_module(framework)
    model = web.Model if framework == "bolide" else import_module("pydantic").BaseModel
    app = web.Bolide() if framework == "bolide" else web.FastAPI()
    for outer in range(OUTER_ROUTERS):
        router = web.APIRouter(prefix=f"/area{outer}", tags=[f"area {outer}"])
        add_routes(web, model, router, f"outer{outer}")
        for inner in range(INNER_ROUTERS):
            below = web.APIRouter(prefix=f"/part{inner}")
            add_routes(web, model, below, f"inner{outer}_{inner}")
            router.include_router(below)
        app.include_router(router)
    return app


def add_routes(web: Any, model: Any, router: Any, prefix: str) -> None:
    """Add the groups of one router."""

    async def paging(limit: int = 20, offset: int = 0) -> tuple[int, int]:
        return limit, offset

    for group in range(GROUPS):
        add_group(web, model, router, f"{prefix}_{group}", f"/things{group}", paging)


def add_group(web: Any, model: Any, router: Any, name: str, path: str, paging: Any) -> None:
    """Add five routes and their models."""

    class Part(model):  # type: ignore[misc]
        label: str
        weight: float

    class NewThing(model):  # type: ignore[misc]
        title: str
        price: float
        tags: list[str] = []  # noqa: RUF012 - a model's
        parts: list[Part] = []  # noqa: RUF012
        note: str | None = None

    class Thing(NewThing):
        id: int

    page = Annotated[tuple[int, int], web.Depends(paging)]

    async def list_things(page: page, q: str | None = None, sort: str = "id") -> list[Thing]:
        return []

    async def read_thing(thing_id: int, deep: bool = False) -> Thing:
        return Thing(id=thing_id, title="x", price=1.5)

    async def add_thing(thing: NewThing) -> Thing:
        return Thing(id=1, title=thing.title, price=thing.price)

    async def change_thing(thing_id: int, thing: NewThing) -> Thing:
        return Thing(id=thing_id, title=thing.title, price=thing.price)

    async def drop_thing(thing_id: int, x_reason: Annotated[str | None, web.Header()] = None) -> None: ...

    router.add_api_route(path, list_things, methods=["GET"], name=f"list_{name}")
    router.add_api_route(f"{path}/{{thing_id}}", read_thing, methods=["GET"], name=f"read_{name}")
    router.add_api_route(path, add_thing, methods=["POST"], name=f"add_{name}", status_code=201)
    router.add_api_route(f"{path}/{{thing_id}}", change_thing, methods=["PUT"], name=f"change_{name}")
    router.add_api_route(
        f"{path}/{{thing_id}}", drop_thing, methods=["DELETE"], name=f"drop_{name}", status_code=204
    )


async def ask(app: Any, path: str) -> tuple[int, Any]:
    """Send one GET request by ASGI; return status and JSON."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], json.loads(b"".join(each.get("body", b"") for each in sent[1:]))


def measure_document(app: Any, framework: str) -> float:
    """Return the CPU milliseconds of making the document of *app*, and its JSON as the framework does."""
    if framework == "bolide":
        app.compile()
        encode = import_module("msgspec.json").encode
    else:
        encode = import_module("fastapi.responses").JSONResponse(None).render
    start = time.process_time()
    document = app.openapi()
    encode(document)
    spent = time.process_time() - start
    if sum(map(len, document["paths"].values())) != OUTER_ROUTERS * (INNER_ROUTERS + 1) * GROUPS * 5:
        raise SystemExit(f"{framework} described {len(document['paths'])} paths")
    return spent * 1000


def main(subject: str) -> None:
    """Make the application and answer one request, or make its document."""
    framework = subject.partition("-")[0]
    app = build(framework)
    if subject.endswith("-document"):
        print(measure_document(app, framework))
        return
    if subject.endswith("-compiled"):
        app.compile()
    status, thing = asyncio.run(ask(app, f"/area{OUTER_ROUTERS - 1}/part0/things3/7"))
    if (status, thing["id"]) != (200, 7):
        raise SystemExit(f"{subject} answered {status} {thing}")


if __name__ == "__main__":
    main(sys.argv[1])
