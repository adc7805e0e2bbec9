"""Security schemes, and what operations say of them."""

from typing import Annotated, Any

from tests.openapi.differential.names import Names

SCOPES = {"read": "See items.", "write": "Change items."}


async def _nothing() -> None: ...


def bearer_tokens(web: Names) -> Any:
    app = web.App()
    plain = web.HTTPBearer()
    described = web.HTTPBearer(bearerFormat="JWT", scheme_name="jwt", description="A *token*.")
    app.get("/plain", dependencies=[web.Depends(plain)])(_nothing)
    app.get("/described", dependencies=[web.Depends(described)])(_nothing)
    return app


def basic_and_digest_credentials(web: Names) -> Any:
    app = web.App()
    app.get("/basic", dependencies=[web.Depends(web.HTTPBasic(realm="shop", description="You."))])(_nothing)
    app.get("/digest", dependencies=[web.Depends(web.HTTPDigest(scheme_name="old"))])(_nothing)
    return app


def keys_in_three_places(web: Names) -> Any:
    app = web.App()

    @app.get("/query")
    async def read_query(key: Annotated[str, web.Security(web.APIKeyQuery(name="key"))]) -> str: ...

    @app.get("/header")
    async def read_header(key: Annotated[str, web.Security(web.APIKeyHeader(name="X-Key"))]) -> str: ...

    @app.get("/cookie")
    async def read_cookie(key: Annotated[str, web.Security(web.APIKeyCookie(name="key"))]) -> str: ...

    return app


def a_token_for_a_password(web: Names) -> Any:
    scheme = web.OAuth2PasswordBearer("token", scopes=SCOPES, refreshUrl="refresh", description="Log in.")
    app = web.App()

    @app.post("/token")
    async def log_in(form: Annotated[web.OAuth2PasswordRequestForm, web.Depends()]) -> dict[str, str]: ...

    @app.post("/strict-token")
    async def log_in_strictly(
        form: Annotated[web.OAuth2PasswordRequestFormStrict, web.Depends()],
    ) -> dict[str, str]: ...

    async def user(token: Annotated[str, web.Depends(scheme)], scopes: web.SecurityScopes) -> str: ...

    @app.get("/items")
    async def read_items(user: Annotated[str, web.Security(user, scopes=["read"])]) -> list[str]: ...

    @app.get("/me")
    async def read_me(user: Annotated[str, web.Depends(user)]) -> str: ...

    return app


def all_flows_of_oauth2(web: Names) -> Any:
    flows = {
        "implicit": {"authorizationUrl": "authorize", "scopes": SCOPES},
        "password": {"tokenUrl": "token", "refreshUrl": "refresh", "scopes": {}},
        "clientCredentials": {"tokenUrl": "token"},
        "authorizationCode": {"authorizationUrl": "authorize", "tokenUrl": "token", "scopes": SCOPES},
    }
    app = web.App()
    app.get("/all", dependencies=[web.Depends(web.OAuth2(flows=flows, scheme_name="all"))])(_nothing)
    code = web.OAuth2AuthorizationCodeBearer("authorize", "token", scopes=SCOPES)
    app.get("/code", dependencies=[web.Security(code, scopes=["write"])])(_nothing)
    return app


def an_openid_provider(web: Names) -> Any:
    provider = web.OpenIdConnect(openIdConnectUrl="https://example.com/.well-known/openid-configuration")
    app = web.App(dependencies=[web.Security(provider, scopes=["openid"])])
    app.get("/")(_nothing)
    return app


def scopes_of_all_layers(web: Names) -> Any:
    scheme = web.OAuth2PasswordBearer("token", scopes=SCOPES)

    async def user(token: Annotated[str, web.Security(scheme, scopes=["own"])]) -> str: ...

    app = web.App(dependencies=[web.Security(scheme, scopes=["app"])])
    router = web.APIRouter(dependencies=[web.Security(user, scopes=["router"])])

    @router.get("/items", dependencies=[web.Security(user, scopes=["route", "app"])])
    async def read_items(
        user: Annotated[str, web.Security(user, scopes=["read"])],
        again: Annotated[str, web.Security(user, scopes=["write", "read"])],
    ) -> None: ...

    app.include_router(router, dependencies=[web.Security(user, scopes=["include"])])
    app.get("/public", openapi_extra={"security": [{"other": []}]})(_nothing)
    return app


def schemes_that_are_alternatives(web: Names) -> Any:
    token, key = web.HTTPBearer(auto_error=False), web.APIKeyCookie(name="session", auto_error=False)
    app = web.App()
    app.get("/", dependencies=[web.Depends(token), web.Depends(key)])(_nothing)
    return app


def schemes_that_are_needed_together(web: Names) -> Any:
    app = web.App(dependencies=[web.Depends(web.APIKeyHeader(name="X-Key"))])
    app.get("/both", dependencies=[web.Security(web.HTTPBasic(), scopes=["a"])])(_nothing)
    app.get("/one")(_nothing)
    return app


def schemes_of_hidden_operations(web: Names) -> Any:
    app = web.App()
    app.get("/", dependencies=[web.Depends(web.HTTPBearer())])(_nothing)
    app.get("/hidden", include_in_schema=False, dependencies=[web.Depends(web.HTTPBasic())])(_nothing)
    return app


def keys_are_in_headers_queries_and_cookies(web: Names) -> Any:
    app = web.App()
    header = web.APIKeyHeader(name="X-Key")
    query = web.APIKeyQuery(name="key", scheme_name="queryKey", description="In the *query*.")
    cookie = web.APIKeyCookie(name="session", auto_error=False)

    @app.get("/header")
    async def by_header(key: Annotated[str, web.Security(header)]) -> dict[str, str]: ...

    @app.get("/query")
    async def by_query(key: Annotated[str, web.Security(query)], limit: int = 1) -> dict[str, str]: ...

    @app.get("/cookie")
    async def by_cookie(key: Annotated[str | None, web.Depends(cookie)]) -> dict[str, str]: ...

    return app


def credentials_are_of_http_schemes(web: Names) -> Any:
    app = web.App()

    @app.get("/basic")
    async def basic(
        user: Annotated[web.HTTPBasicCredentials, web.Depends(web.HTTPBasic(realm="Shop"))],
    ) -> int: ...

    @app.get("/bearer")
    async def bearer(
        token: Annotated[
            web.HTTPAuthorizationCredentials,
            web.Security(web.HTTPBearer(bearerFormat="JWT", description="Signed.")),
        ],
    ) -> int: ...

    @app.get("/digest")
    async def digest(token: Annotated[Any, web.Security(web.HTTPDigest(scheme_name="Digested"))]) -> int: ...

    return app


def tokens_have_scopes(web: Names) -> Any:
    app = web.App()
    scheme = web.OAuth2PasswordBearer(
        tokenUrl="token",
        refreshUrl="refresh",
        description="By password.",
        scopes={"me": "Read oneself.", "items": "Read items."},
    )

    async def user(scopes: web.SecurityScopes, token: Annotated[str, web.Depends(scheme)]) -> str: ...

    async def active(user: Annotated[str, web.Security(user, scopes=["me"])]) -> str: ...

    @app.get("/me")
    async def read_me(user: Annotated[str, web.Depends(active)]) -> str: ...

    @app.get("/items")
    async def read_items(user: Annotated[str, web.Security(active, scopes=["items"])]) -> str: ...

    @app.get("/status")
    async def read_status(user: Annotated[str, web.Depends(user)]) -> str: ...

    @app.get("/both")
    async def read_both(
        first: Annotated[str, web.Security(user, scopes=["items", "me"])],
        second: Annotated[str, web.Security(active, scopes=["items"])],
    ) -> str: ...

    return app


def layers_require_schemes(web: Names) -> Any:
    key = web.APIKeyHeader(name="X-Key")
    token = web.OAuth2PasswordBearer(tokenUrl="token", scopes={"a": "A.", "b": "B."})

    app = web.App(dependencies=[web.Depends(key)])
    router = web.APIRouter(dependencies=[web.Security(token, scopes=["a"])])

    @router.get("/items", dependencies=[web.Security(token, scopes=["b"])])
    async def read_items() -> int: ...

    @router.get("/others")
    async def read_others(key: Annotated[str, web.Security(key)]) -> int: ...

    @app.get("/plain")
    async def plain() -> int: ...

    app.include_router(router)
    return app


def a_scheme_is_a_class_of_ones_own(web: Names) -> Any:
    class Signature(web.APIKeyHeader):
        """How requests are signed."""

        def __init__(self) -> None:
            super().__init__(name="X-Signature")

    app = web.App()

    @app.get("/items")
    async def read_items(signature: Annotated[str, web.Depends(Signature())]) -> int: ...

    return app


def several_schemes_are_required_together(web: Names) -> Any:
    app = web.App()
    basic, bearer = web.HTTPBasic(), web.HTTPBearer()

    async def both(
        user: Annotated[Any, web.Depends(basic)], token: Annotated[Any, web.Depends(bearer)], q: str = ""
    ) -> None: ...

    @app.get("/items", openapi_extra={"security": [{"other": []}]})
    async def read_items(both: Annotated[None, web.Depends(both)]) -> int: ...

    return app
