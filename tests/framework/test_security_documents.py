"""Security schemes in the OpenAPI document, against the real FastAPI's."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from openapi_spec_validator import validate

from bolide import APIRouter, Bolide, Depends, HTTPException, Security
from bolide.exceptions import RouteError
from bolide.openapi import models
from bolide.security import APIKeyCookie, APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2, SecurityBase
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web, same

Make = Callable[[Any], Any]

SCOPES = {"read": "See items.", "write": "Change items."}

SCHEMES: dict[str, Make] = {
    "bearer": lambda s: s.HTTPBearer(),
    "bearer with format": lambda s: s.HTTPBearer(bearerFormat="JWT", description="A *token*."),
    "basic": lambda s: s.HTTPBasic(realm="orders", description="Your name."),
    "digest": lambda s: s.HTTPDigest(scheme_name="old"),
    "query key": lambda s: s.APIKeyQuery(name="key"),
    "header key": lambda s: s.APIKeyHeader(name="X-Key", scheme_name="key", description="Ask us."),
    "cookie key": lambda s: s.APIKeyCookie(name="key"),
    "password": lambda s: s.OAuth2PasswordBearer("token"),
    "password with all": lambda s: s.OAuth2PasswordBearer(
        "token", "users", SCOPES, "Log in.", auto_error=False, refreshUrl="refresh"
    ),
    "code": lambda s: s.OAuth2AuthorizationCodeBearer("authorize", "token"),
    "code with all": lambda s: s.OAuth2AuthorizationCodeBearer(
        "authorize", "token", "refresh", "users", SCOPES, "Log in."
    ),
    "no flows": lambda s: s.OAuth2(),
    "all flows": lambda s: s.OAuth2(
        flows={
            "implicit": {"authorizationUrl": "authorize", "scopes": SCOPES},
            "password": {"tokenUrl": "token", "refreshUrl": "refresh", "scopes": {}},
            "clientCredentials": {"tokenUrl": "token", "x-kind": "machine"},
            "authorizationCode": {"authorizationUrl": "authorize", "tokenUrl": "token", "scopes": SCOPES},
        },
        description="Any.",
    ),
    "connect": lambda s: s.OpenIdConnect(openIdConnectUrl="/.well-known/openid-configuration"),
}


class Names:
    """The names of ``security``."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def __getattr__(self, name: str) -> Any:
        return self._web(f"security.{name}")


async def nothing() -> None: ...


def documents(declare: Callable[[Web], Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the documents of both frameworks, Bolide's first."""
    return declare(bolide_web()).openapi(), declare(fastapi_web()).openapi()


def security_in(document: dict[str, Any]) -> dict[str, Any]:
    """Return the schemes, and what every operation says of them."""
    operations = {
        f"{method} {path}": operation.get("security")
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    return {"schemes": document["components"]["securitySchemes"], "operations": operations}


@pytest.mark.parametrize("name", SCHEMES)
def test_scheme_is_described_as_that_of_fastapi(name: str) -> None:
    def declare(web: Web) -> Any:
        app = web.App()
        app.get("/", dependencies=[web.Depends(SCHEMES[name](Names(web)))])(nothing)
        return app

    actual, expected = documents(declare)
    assert security_in(actual) == security_in(expected)


def test_127_scopes_of_application_routers_and_routes_are_merged() -> None:
    """#127: one requirement per scheme, with the scopes of every way to it, the outer ones first."""

    def declare(web: Web) -> Any:
        scheme = web("security.OAuth2PasswordBearer")("token", scopes=SCOPES)

        async def user(token: Annotated[str, web.Security(scheme, scopes=["own"])]) -> str:
            return token

        app = web.App(dependencies=[web.Security(scheme, scopes=["app"])])
        router = web.APIRouter(dependencies=[web.Security(user, scopes=["router"])])

        @router.get("/items")
        async def read(
            who: Annotated[str, web.Security(user, scopes=["read"])],
            again: Annotated[str, web.Security(user, scopes=["write", "read"])],
        ) -> None: ...

        @router.post("/items", dependencies=[web.Security(user, scopes=["route"])])
        async def create() -> None: ...

        app.include_router(router, dependencies=[web.Security(user, scopes=["include"])])
        app.get("/")(nothing)
        return app

    actual, expected = documents(declare)
    assert security_in(actual) == security_in(expected)
    assert actual["paths"]["/items"]["get"]["security"] == [
        {"OAuth2PasswordBearer": ["app", "include", "own", "router", "read", "write"]}
    ]


def test_71_scopes_reach_a_dependency_by_every_way() -> None:
    """#71: those above it, each once; a scheme that two ways lead to stands once in the document."""

    def declare(web: Web) -> Any:
        app = web.App()
        scheme = web("security.OAuth2PasswordBearer")("token", scopes=SCOPES)
        scopes_class = web("security.SecurityScopes")

        async def user(token: Annotated[str, web.Depends(scheme)], scopes: scopes_class) -> str:
            return f"{token}: {scopes.scope_str}"

        async def active(user: Annotated[str, web.Security(user, scopes=["me"])]) -> str:
            return user

        @app.get("/")
        async def read(
            a: Annotated[str, web.Security(active, scopes=["read", "me"])],
            b: Annotated[str, web.Security(user, scopes=["write"])],
            c: Annotated[str, web.Depends(user)],
        ) -> list[str]:
            return [a, b, c]

        return app

    answer = same(declare, "GET", "/", headers={"authorization": "Bearer abc"})
    assert answer.content() == ["abc: read me", "abc: write", "abc: "]
    actual, expected = documents(declare)
    assert security_in(actual) == security_in(expected)


def test_schemes_that_are_needed_together_stand_in_one_requirement() -> None:
    """FastAPI calls them alternatives; a request with only one of them is refused."""
    app = Bolide(dependencies=[Depends(APIKeyHeader(name="X-Key"))])
    bearer, cookie = HTTPBearer(auto_error=False), APIKeyCookie(name="session", auto_error=False)
    app.get("/both", dependencies=[Security(HTTPBasic(), scopes=["a"])])(nothing)
    app.get("/either", dependencies=[Depends(bearer), Depends(cookie)])(nothing)
    operations = security_in(app.openapi())["operations"]
    assert operations == {
        "get /both": [{"APIKeyHeader": [], "HTTPBasic": ["a"]}],
        "get /either": [
            {"APIKeyHeader": []},
            {"APIKeyHeader": [], "HTTPBearer": []},
            {"APIKeyHeader": [], "APIKeyCookie": []},
        ],
    }


def test_schemes_that_are_optional_are_alternatives() -> None:
    def declare(web: Web) -> Any:
        names = Names(web)
        bearer = names.HTTPBearer(auto_error=False)
        cookie = names.APIKeyCookie(name="session", auto_error=False)
        app = web.App()
        app.get("/", dependencies=[web.Depends(bearer), web.Depends(cookie)])(nothing)
        return app

    actual, expected = documents(declare)
    assert security_in(actual) == security_in(expected)
    assert actual["paths"]["/"]["get"]["security"] == [{"HTTPBearer": []}, {"APIKeyCookie": []}]


def test_two_schemes_of_one_name_stop_the_start_up() -> None:
    app = Bolide()

    @app.get("/a", dependencies=[Depends(APIKeyHeader(name="X-A"))])
    async def read_a() -> None: ...

    @app.get("/b", dependencies=[Depends(APIKeyHeader(name="X-B"))])
    async def read_b() -> None: ...

    with pytest.raises(RouteError) as caught:
        app.compile()
    assert str(caught.value) == (
        "security scheme APIKeyHeader(name='X-B', scheme_name='APIKeyHeader') of endpoint 'read_b' "
        f"(tests/framework/test_security_documents.py:{read_b.__code__.co_firstlineno}) and "
        "APIKeyHeader(name='X-A', scheme_name='APIKeyHeader') of endpoint 'read_a' "
        f"(tests/framework/test_security_documents.py:{read_a.__code__.co_firstlineno}) differ, but both are "
        "called 'APIKeyHeader' in the document; give one of them another scheme_name"
    )


def test_of_two_schemes_of_one_name_fastapi_describes_the_last() -> None:
    def declare(web: Web) -> Any:
        app = web.App(**({"compatibility": "fastapi"} if web.App is Bolide else {}))
        first, last = (web("security.APIKeyHeader")(name=name) for name in ("A", "B"))

        @app.get("/a", dependencies=[web.Depends(last), web.Depends(first)])  # type: ignore[untyped-decorator]
        async def both() -> None: ...

        @app.get("/b", dependencies=[web.Depends(last)])  # type: ignore[untyped-decorator]
        async def one() -> None: ...

        return app

    ours, theirs = (declare(web()).openapi() for web in (bolide_web, fastapi_web))
    assert ours["components"]["securitySchemes"] == theirs["components"]["securitySchemes"]
    assert ours["components"]["securitySchemes"] == {
        "APIKeyHeader": {"type": "apiKey", "in": "header", "name": "B"}
    }
    assert [ours["paths"][path]["get"]["security"] for path in ("/a", "/b")] == 2 * [[{"APIKeyHeader": []}]]


def test_name_that_no_component_can_have_stops_the_start_up() -> None:
    app = Bolide()
    app.get("/", dependencies=[Depends(HTTPBearer(scheme_name="a token"))])(nothing)
    with pytest.raises(RouteError) as caught:
        app.compile()
    assert str(caught.value) == (
        "security scheme HTTPBearer(scheme_name='a token') of endpoint 'nothing' "
        f"(tests/framework/test_security_documents.py:{nothing.__code__.co_firstlineno}) is called "
        "'a token'; a scheme_name has letters, digits, '.', '-' and '_' only"
    )


@pytest.mark.parametrize(
    ("version", "name"), [("3.1.0", "x-deviceAuthorization"), ("3.2.0", "deviceAuthorization")]
)
def test_device_flow_is_an_extension_before_openapi_3_2(version: Any, name: str) -> None:
    flow = {"deviceAuthorizationUrl": "https://a/device", "tokenUrl": "https://a/token"}
    app = Bolide(openapi_version=version)
    app.get("/", dependencies=[Depends(OAuth2(flows={"deviceAuthorization": flow}))])(nothing)
    document = app.openapi()
    validate(document)
    assert document["components"]["securitySchemes"]["OAuth2"]["flows"] == {name: {**flow, "scopes": {}}}


def test_schemes_of_one_name_may_be_the_same() -> None:
    app = Bolide()
    app.get("/a", dependencies=[Depends(HTTPBearer())])(nothing)
    app.get("/b", dependencies=[Depends(HTTPBearer(auto_error=False))])(nothing)
    app.get("/c", dependencies=[Depends(HTTPBearer()), Depends(HTTPBearer(auto_error=False))])(nothing)
    assert security_in(app.openapi()) == {
        "schemes": {"HTTPBearer": {"type": "http", "scheme": "bearer"}},
        "operations": {f"get /{name}": [{"HTTPBearer": []}] for name in "abc"},
    }


def test_schemes_of_hidden_routes_are_hidden() -> None:
    app = Bolide()
    app.get("/", dependencies=[Depends(APIKeyHeader(name="X-A"))])(nothing)
    hidden = APIRouter(include_in_schema=False, dependencies=[Depends(APIKeyHeader(name="X-B"))])
    hidden.get("/hidden")(nothing)
    app.include_router(hidden)
    assert security_in(app.openapi())["schemes"] == {
        "APIKeyHeader": {"type": "apiKey", "in": "header", "name": "X-A"}
    }


def test_document_shows_what_overrides_replace() -> None:
    app, scheme = Bolide(), HTTPBearer()
    app.get("/", dependencies=[Depends(scheme)])(nothing)
    app.dependency_overrides[scheme] = nothing
    assert app.openapi()["paths"]["/"]["get"]["security"] == [{"HTTPBearer": []}]


def test_guard_that_is_a_scheme_stands_in_the_document() -> None:
    app = Bolide()
    app.get("/", guards=[HTTPBearer()])(nothing)
    assert app.openapi()["paths"]["/"]["get"]["security"] == [{"HTTPBearer": []}]


def test_scheme_of_fastapi_stands_in_the_document() -> None:
    fastapi = Names(fastapi_web())
    app = Bolide()
    app.get("/", dependencies=[Depends(fastapi.OAuth2PasswordBearer("token", scopes=SCOPES))])(nothing)
    assert security_in(app.openapi())["schemes"] == {
        "OAuth2PasswordBearer": {
            "type": "oauth2",
            "flows": {"password": {"tokenUrl": "token", "scopes": SCOPES}},
        }
    }


def test_scheme_without_a_model_stands_in_no_document() -> None:
    class Secret(SecurityBase):
        async def __call__(self) -> None: ...

    app = Bolide()
    app.get("/", dependencies=[Depends(Secret())])(nothing)
    document = app.openapi()
    assert "security" not in document["paths"]["/"]["get"]
    assert "components" not in document


def test_schemes_can_be_made_of_the_objects_of_the_specification() -> None:
    class Signed(SecurityBase):
        model = models.HTTPBase(scheme="signature", description="Signed.")
        scheme_name = "signed"

        async def __call__(self) -> None: ...

    flows = models.OAuthFlows(
        password=models.OAuthFlowPassword(tokenUrl="token", scopes={"a": "A"}),
        clientCredentials={"tokenUrl": "token"},
    )
    app = Bolide()
    app.get("/", dependencies=[Depends(Signed()), Depends(OAuth2(flows=flows))])(nothing)
    assert security_in(app.openapi())["schemes"] == {
        "OAuth2": {
            "type": "oauth2",
            "flows": {
                "password": {"tokenUrl": "token", "scopes": {"a": "A"}},
                "clientCredentials": {"tokenUrl": "token", "scopes": {}},
            },
        },
        "signed": {"type": "http", "scheme": "signature", "description": "Signed."},
    }


def test_objects_of_the_specification_write_their_own_names() -> None:
    written = [
        models.APIKey(in_=models.APIKeyIn.header, name="X-Key").to_json(),
        models.HTTPBearer(bearerFormat="JWT").to_json(),
        models.OAuth2(flows=models.OAuthFlows()).to_json(),
        models.OpenIdConnect(openIdConnectUrl="/openid").to_json(),
    ]
    assert written == [
        {"type": "apiKey", "in": "header", "name": "X-Key"},
        {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        {"type": "oauth2", "flows": {}},
        {"type": "openIdConnect", "openIdConnectUrl": "/openid"},
    ]


def test_refusal_stands_among_the_responses() -> None:
    class Hidden(HTTPException):
        """There is no such page."""

        status_code = 404
        detail: str = "Not Found"

    class HiddenBearer(HTTPBearer):
        def make_not_authenticated_error(self) -> HTTPException:
            return Hidden()

    class PlainBearer(HTTPBearer):
        def make_not_authenticated_error(self) -> HTTPException:
            return HTTPException(403)

    app = Bolide()
    app.get("/basic", dependencies=[Depends(HTTPBasic())])(nothing)
    app.get("/described", dependencies=[Depends(HTTPBasic())], responses={401: {"description": "No."}})(
        nothing
    )
    app.get("/hidden", dependencies=[Depends(HiddenBearer())])(nothing)
    app.get("/plain", dependencies=[Depends(PlainBearer())])(nothing)
    document = app.openapi()
    shown = {
        path: {status: each for status, each in item["get"]["responses"].items() if status != "200"}
        for path, item in document["paths"].items()
    }
    assert shown == {
        "/basic": {
            "401": {
                "description": "The credentials are missing, or malformed.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/NotAuthenticatedResponse"}}
                },
                "headers": {
                    "WWW-Authenticate": {
                        "schema": {"type": "string"},
                        "example": 'Basic realm="HTTPBasic", charset="UTF-8"',
                    }
                },
            }
        },
        "/described": {"401": {"description": "No."}},
        "/hidden": {
            "404": {
                "description": "There is no such page.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HiddenResponse"}}},
            }
        },
        "/plain": {},
    }
    assert list(document["components"]["schemas"]) == ["HiddenResponse", "NotAuthenticatedResponse"]
