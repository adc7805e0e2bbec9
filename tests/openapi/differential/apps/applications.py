"""What is said of the whole application; routers, prefixes, webhooks."""

from typing import Annotated, Any

from tests.openapi.differential.names import Names


def an_application_is_described(web: Names) -> Any:
    app = web.App(
        version="2.5.1",
        summary="Sells things.",
        description="It *sells* things.\n\n# Really",
        terms_of_service="https://example.com/terms",
        contact={"name": "Ann", "url": "https://example.com/ann", "email": "ann@example.com"},
        license_info={"name": "MIT", "identifier": "MIT"},
    )

    @app.get("/items")
    async def read_items() -> dict[str, str]: ...

    return app


def an_application_has_nothing(web: Names) -> Any:
    return web.App()


def tags_have_metadata(web: Names) -> Any:
    app = web.App(
        openapi_tags=[
            {"name": "users", "description": "Who *buys*."},
            {"name": "items", "externalDocs": {"description": "More", "url": "https://example.com/items"}},
        ],
        openapi_external_docs={"url": "https://example.com", "description": "Everything."},
    )

    @app.get("/items", tags=["items"])
    async def read_items() -> dict[str, str]: ...

    return app


def an_application_has_servers(web: Names) -> Any:
    return web.App(
        servers=[
            {"url": "https://stage.example.com", "description": "For tries"},
            {
                "url": "https://{region}.example.com",
                "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
            },
        ]
    )


def a_proxy_puts_a_path_before_the_application(web: Names) -> Any:
    return web.App(root_path="/api/v1", servers=[{"url": "https://example.com"}])


def a_path_of_a_proxy_is_no_server(web: Names) -> Any:
    return web.App(root_path="/api/v1", root_path_in_servers=False, servers=[{"url": "https://example.com"}])


def routers_have_prefixes_and_tags(web: Names) -> Any:
    app = web.App()
    inner = web.APIRouter(prefix="/parts", tags=["parts"])
    outer = web.APIRouter(prefix="/items", tags=["items"])

    @inner.get("/{part}", tags=["own"])
    async def read_part(item: int, part: int) -> dict[str, str]: ...

    @inner.get("")
    async def read_parts(item: int) -> dict[str, str]: ...

    @outer.get("/")
    async def read_items() -> dict[str, str]: ...

    outer.include_router(inner, prefix="/{item}", tags=["included"])
    app.include_router(outer, prefix="/shop")
    app.include_router(outer, prefix="/store", tags=["store"])
    return app


def routers_have_dependencies_with_parameters(web: Names) -> Any:
    async def token(x_token: Annotated[str, web.Header()]) -> None: ...

    async def tenant(tenant: str) -> None: ...

    async def of_application(trace: str = "") -> None: ...

    app = web.App(dependencies=[web.Depends(of_application)])
    router = web.APIRouter(dependencies=[web.Depends(token)])

    @router.get("/items")
    async def read_items(q: str = "") -> dict[str, str]: ...

    app.include_router(router, prefix="/shops/{tenant}", dependencies=[web.Depends(tenant)])
    return app


def mounted_applications_do_not_show(web: Names) -> Any:
    app, inner = web.App(), web.App()

    @inner.get("/hidden")
    async def hidden() -> dict[str, str]: ...

    @app.get("/shown")
    async def shown() -> dict[str, str]: ...

    @app.websocket("/socket")
    async def socket(websocket: web.WebSocket, q: str) -> None: ...

    app.mount("/inner", inner)
    return app


def prefixes_have_parameters(web: Names) -> Any:
    app = web.App()
    router = web.APIRouter(prefix="/tenants/{tenant}", tags=["tenants"])

    @router.get("/items/{item_id}")
    async def read_item(item_id: int, tenant: str) -> int: ...

    @router.get("/plain")
    async def plain(tenant: Annotated[str, web.Path(min_length=2)]) -> int: ...

    app.include_router(router)
    app.include_router(router, prefix="/v2", deprecated=True)
    return app


def routes_are_added_after_the_inclusion(web: Names) -> Any:
    app = web.App()
    router = web.APIRouter(prefix="/items")
    app.include_router(router)

    @router.get("/late")
    async def late() -> int: ...

    @app.get("/last", tags=["last"])
    async def last() -> int: ...

    return app
