"""Security schemes against the real FastAPI: what they find, what they refuse, and how."""

import inspect
from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bolide.security
from bolide import Bolide, Depends, Request, WebSocket
from bolide._commands.route_table import list_routes
from bolide.exceptions import RouteError
from bolide.security import (
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2,
    OAuth2PasswordBearer,
)
from bolide.security.http import HTTPBase
from bolide.testclient import TestClient, WebSocketDenialResponse
from tests.framework.fastapi_oracle import Answer, Web, answers, bolide_web, fastapi_web, same, send

FLOWS = {"clientCredentials": {"tokenUrl": "token", "scopes": {}}}

Make = Callable[..., Any]

SCHEMES: dict[str, Make] = {
    "bearer": lambda s, **o: s.HTTPBearer(**o),
    "digest": lambda s, **o: s.HTTPDigest(**o),
    "basic": lambda s, **o: s.HTTPBasic(realm="orders", **o),
    "password": lambda s, **o: s.OAuth2PasswordBearer("token", **o),
    "code": lambda s, **o: s.OAuth2AuthorizationCodeBearer("authorize", "token", **o),
    "oauth2": lambda s, **o: s.OAuth2(flows=FLOWS, **o),
    "connect": lambda s, **o: s.OpenIdConnect(openIdConnectUrl="/openid", **o),
    "query": lambda s, **o: s.APIKeyQuery(name="key", **o),
    "header": lambda s, **o: s.APIKeyHeader(name="X-Key", **o),
    "cookie": lambda s, **o: s.APIKeyCookie(name="key", **o),
}


def basic(text: str, encoding: str = "utf-8") -> str:
    return f"Basic {b64encode(text.encode(encoding)).decode()}"


REQUESTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "nothing": ("", []),
    "empty": ("?key=", [("authorization", ""), ("x-key", ""), ("cookie", "key=")]),
    "bearer": ("", [("authorization", "Bearer abc.def~ghi")]),
    "lower case": ("", [("authorization", "bearer abc")]),
    "upper case": ("", [("authorization", "BEARER abc")]),
    "blanks": ("", [("authorization", "Bearer   abc  ")]),
    "inner blank": ("", [("authorization", "Bearer abc def")]),
    "tab": ("", [("authorization", "Bearer\tabc")]),
    "no blank": ("", [("authorization", "Bearerabc")]),
    "comma": ("", [("authorization", "Bearer abc, Basic dXNlcjpw")]),
    "other scheme": ("", [("authorization", "Negotiate abc")]),
    "digest": ("", [("authorization", 'Digest username="ann", realm="orders", nonce="1"')]),
    "digest in upper case": ("", [("authorization", "DIGEST x")]),
    "basic": ("", [("authorization", basic("ann:secret"))]),
    "basic in lower case": ("", [("authorization", basic("ann:secret").replace("Basic", "basic"))]),
    "colon in password": ("", [("authorization", basic("ann:se:cr:et"))]),
    "empty name and password": ("", [("authorization", basic(":"))]),
    "no colon": ("", [("authorization", basic("ann"))]),
    "no base64": ("", [("authorization", "Basic !!!")]),
    "cut base64": ("", [("authorization", "Basic YW5uOnNlY3JldA")]),
    "latin-1": ("", [("authorization", basic("änn:geheim", "latin-1"))]),
    "not ASCII": ("", [("authorization", "Basic \xe4\xf6\xfc")]),
    "basic without credentials": ("", [("authorization", "Basic")]),
    "query key": ("?key=abc", []),
    "repeated query key": ("?key=abc&key=def", []),
    "unicode query key": ("?key=%D0%BA%D0%BB%D1%8E%D1%87", []),
    "broken query key": ("?key=%ff%fe", []),
    "query key of another name": ("?Key=abc&keys=def", []),
    "header key": ("", [("x-key", "abc")]),
    "header key in another case": ("", [("X-KEY", "abc")]),
    "repeated header key": ("", [("x-key", "abc"), ("x-key", "def")]),
    "header key that is not ASCII": ("", [("x-key", "kl\xfc")]),
    "cookie key": ("", [("cookie", "other=1; key=abc")]),
    "quoted cookie key": ("", [("cookie", 'key="a\\"b"')]),
    "broken cookies": ("", [("cookie", ";;=;key")]),
}


def declare(web: Web) -> Any:
    """Declare an application with two routes per scheme, which show what it finds."""
    app = web.App()
    for name, make in SCHEMES.items():
        for auto_error in (True, False):
            kind = "needed" if auto_error else "optional"
            scheme = make(Names(web), auto_error=auto_error, scheme_name=f"{name}-{kind}")
            app.get(f"/{name}/{kind}")(showing(web, scheme))
    return app


def showing(web: Web, scheme: Any) -> Callable[..., Any]:
    """Return an endpoint that shows what *scheme* finds."""

    async def read(value: Annotated[Any, web.Depends(scheme)]) -> Any:
        fields = ("username", "password", "scheme", "credentials")
        shown = {name: getattr(value, name) for name in fields if hasattr(value, name)}
        return {"value": shown or value}

    return read


class Names:
    """The names of ``security``."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def __getattr__(self, name: str) -> Any:
        return self._web(f"security.{name}")


@pytest.fixture(scope="module")
def apps() -> tuple[Any, Any]:
    """Return Bolide's application, and FastAPI's."""
    return declare(bolide_web()), declare(fastapi_web())


@pytest.mark.parametrize("request_name", REQUESTS)
def test_scheme_answers_as_that_of_fastapi(apps: tuple[Any, Any], request_name: str) -> None:
    query, headers = REQUESTS[request_name]
    for name in SCHEMES:
        for kind in ("needed", "optional"):
            target = f"/{name}/{kind}{query}"
            actual, expected = (send(app, "GET", target, headers=headers) for app in apps)
            assert (actual.status, actual.content()) == (expected.status, expected.content()), target
            assert challenge(actual) == expected.header("www-authenticate"), target


def challenge(answer: Answer) -> list[str]:
    """Return the challenge, without what only Bolide says: that it is UTF-8."""
    return [value.replace(', charset="UTF-8"', "") for value in answer.header("www-authenticate")]


def parameters_of(function: Any) -> list[tuple[str, str, bool]]:
    """Return name, kind and whether there is a default, of each parameter."""
    parameters = inspect.signature(function).parameters.values()
    return [(each.name, each.kind.name, each.default is each.empty) for each in parameters]


def test_classes_have_fastapis_parameters() -> None:
    known = Names(fastapi_web())
    schemes = [
        name for name in bolide.security.__all__ if "Credentials" not in name and name != "SecurityBase"
    ]
    for name in schemes:
        assert parameters_of(getattr(bolide.security, name)) == parameters_of(getattr(known, name)), name


# What is deliberately not FastAPI's answer: request → status and body of FastAPI, then Bolide's.
REFUSED = (401, {"detail": "Not authenticated"})
DIFFERENCES: dict[str, tuple[str, list[tuple[str, str]], tuple[int, Any], tuple[int, Any]]] = {
    "repeated field": (
        "/password/needed",
        [("authorization", "Bearer abc"), ("authorization", "Bearer def")],
        (200, {"value": "abc"}),
        REFUSED,
    ),
    "repeated field where it is optional": (
        "/bearer/optional",
        [("authorization", "Bearer abc"), ("authorization", "Basic def")],
        (200, {"value": {"scheme": "Bearer", "credentials": "abc"}}),
        REFUSED,
    ),
    "no token": ("/password/needed", [("authorization", "Bearer ")], (200, {"value": ""}), REFUSED),
    "no token for a code": ("/code/needed", [("authorization", "Bearer")], (200, {"value": ""}), REFUSED),
    "token that is not ASCII": (
        "/code/needed",
        [("authorization", "Bearer kl\xfc")],
        (200, {"value": "kl\xfc"}),
        REFUSED,
    ),
    "bearer credentials that are not ASCII": (
        "/bearer/needed",
        [("authorization", "Bearer kl\xfc")],
        (200, {"value": {"scheme": "Bearer", "credentials": "kl\xfc"}}),
        REFUSED,
    ),
    "name in UTF-8": (
        "/basic/needed",
        [("authorization", basic("änn:geheim"))],
        REFUSED,
        (200, {"value": {"username": "änn", "password": "geheim"}}),
    ),
    "line break in a name": (
        "/basic/needed",
        [("authorization", basic("ann\r\nbob:secret"))],
        (200, {"value": {"username": "ann\r\nbob", "password": "secret"}}),
        REFUSED,
    ),
    "text between base64": (
        "/basic/needed",
        [("authorization", "Basic YW5u!On$NlY3JldA==")],
        (200, {"value": {"username": "ann", "password": "secret"}}),
        REFUSED,
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_where_fastapi_is_more_lenient_or_more_strict(apps: tuple[Any, Any], case: str) -> None:
    target, headers, of_fastapi, of_bolide = DIFFERENCES[case]
    actual, expected = (send(app, "GET", target, headers=headers) for app in apps)
    assert (expected.status, expected.content()) == of_fastapi
    assert (actual.status, actual.content()) == of_bolide
    assert (actual.status == 401) == bool(actual.header("www-authenticate"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 'Basic realm="HTTPBasic", charset="UTF-8"'),
        ({"scheme_name": "admins"}, 'Basic realm="admins", charset="UTF-8"'),
        ({"realm": 'The "inner" \\ circle'}, 'Basic realm="The \\"inner\\" \\\\ circle", charset="UTF-8"'),
    ],
    ids=["default", "scheme name", "quoted"],
)
def test_challenge_of_basic_has_a_realm_and_announces_utf_8(options: dict[str, str], expected: str) -> None:
    app = Bolide()
    app.get("/", dependencies=[Depends(HTTPBasic(**options))])(nothing)
    assert TestClient(app).get("/").headers["www-authenticate"] == expected


@pytest.mark.parametrize("realm", ["bücher", "a\r\nset-cookie: b=c", "\x7f"])
def test_realm_that_cannot_stand_in_a_header_is_refused(realm: str) -> None:
    with pytest.raises(ValueError, match=r"realm is .*; expected printable ASCII"):
        HTTPBasic(realm=realm)


@pytest.mark.parametrize("name", ["", "x key", "ключ", "x:key"])
def test_header_that_cannot_exist_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"APIKeyHeader: no header can be called {name!r}"):
        APIKeyHeader(name=name)


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        ({"pasword": {"tokenUrl": "token"}}, "flows has 'pasword'; expected one of 'implicit', 'password'"),
        ({"authorizationCode": {"tokenUrl": "token"}}, "flow 'authorizationCode' has no 'authorizationUrl'"),
        ({"password": {"tokenUrl": ""}}, "flow 'password' has no 'tokenUrl'"),
    ],
)
def test_flow_that_cannot_be_followed_is_refused(flows: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OAuth2(flows=flows)


def test_scheme_by_its_name_takes_no_other_credentials() -> None:
    app = Bolide()
    scheme = HTTPBase(scheme="HOBA")

    @app.get("/")
    async def read(found: Annotated[HTTPAuthorizationCredentials, Depends(scheme)]) -> str:
        return found.credentials

    client = TestClient(app)
    assert client.get("/", headers={"authorization": "hoba result=abc"}).json() == "result=abc"
    refused = client.get("/", headers={"authorization": "Bearer abc"})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Hoba")


def test_secrets_do_not_show_in_representations() -> None:
    assert HTTPBasicCredentials("ann", "secret").__rich_repr__() == [("username", "ann")]
    assert HTTPAuthorizationCredentials("Bearer", "secret").__rich_repr__() == [("scheme", "Bearer")]
    shown = [
        repr(HTTPBasicCredentials("ann", "secret")),
        repr(HTTPAuthorizationCredentials("Bearer", "secret")),
    ]
    assert shown == [
        "HTTPBasicCredentials(username='ann', password=***)",
        "HTTPAuthorizationCredentials(scheme='Bearer', credentials=***)",
    ]


def test_subclass_with_a_call_of_its_own_is_called_as_in_fastapi() -> None:
    def declare(web: Web) -> Any:
        app = web.App()
        request_class = web.Request
        bearer_class: Any = web("security.HTTPBearer")
        base_class: Any = web("security.OAuth2")
        split: Any = web("security.utils.get_authorization_scheme_param")
        flows_class: Any = web("openapi.models.OAuthFlows")

        class TokenBearer(bearer_class):  # type: ignore[misc]
            async def __call__(self, request: request_class) -> str:
                found = await super().__call__(request)
                return f"{found.scheme} / {found.credentials}"

        class CookieBearer(base_class):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__(flows=flows_class(password={"tokenUrl": "token", "scopes": {"a": "A"}}))

            async def __call__(self, request: request_class) -> str:
                scheme, token = split(request.cookies.get("token"))
                if scheme.lower() != "bearer":
                    raise self.make_not_authenticated_error()
                return f"{token} of a cookie"

        class Hidden(bearer_class):  # type: ignore[misc]
            def make_not_authenticated_error(self) -> Exception:
                return web.HTTPException(403, "Not allowed")  # type: ignore[no-any-return]

        for scheme in (TokenBearer, CookieBearer, Hidden):
            app.get(f"/{scheme.__name__}")(showing(web, scheme()))
        return app

    for target in ("/TokenBearer", "/CookieBearer", "/Hidden"):
        for headers in ({}, {"authorization": "Bearer abc"}, {"cookie": 'token="Bearer abc"'}):
            same(declare, "GET", target, headers=headers, headers_too=("www-authenticate",))
    actual, expected = answers(declare, "GET", "/openapi.json")
    shown = [answer.content()["components"]["securitySchemes"] for answer in (actual, expected)]
    assert shown[0] == shown[1]


def test_scheme_is_replaced_by_an_override() -> None:
    def declare(web: Web) -> Any:
        app, scheme = web.App(), web("security.HTTPBearer")()
        app.get("/")(showing(web, scheme))
        app.dependency_overrides[scheme] = lambda: "nobody"
        return app

    assert same(declare, "GET", "/").content() == {"value": "nobody"}


def test_value_is_shared_by_all_who_ask_for_it() -> None:
    app = Bolide()
    scheme = HTTPBearer()

    async def user(found: Annotated[object, Depends(scheme)]) -> object:
        return found

    @app.get("/", dependencies=[Depends(scheme)])
    async def read(a: Annotated[object, Depends(user)], b: Annotated[object, Depends(scheme)]) -> bool:
        return a is b

    assert TestClient(app).get("/", headers={"authorization": "Bearer abc"}).json() is True
    assert str(app.handler_source("GET", "/")).count("read_credentials(exchange)") == 1


def test_refusal_comes_before_the_body_is_read() -> None:
    app = Bolide()

    @app.post("/", dependencies=[Depends(OAuth2PasswordBearer("token"))])
    async def create(item: dict[str, int], limit: int) -> None: ...

    answer = TestClient(app).post("/?limit=many", content=b"no JSON")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})


def test_schemes_work_in_websocket_routes() -> None:
    app = Bolide()

    @app.websocket("/")
    async def talk(
        websocket: WebSocket,
        token: Annotated[str, Depends(OAuth2PasswordBearer("token"))],
        key: Annotated[str, Depends(APIKeyQuery(name="key"))],
    ) -> None:
        await websocket.accept()
        await websocket.send_text(f"{token} {key}")

    client = TestClient(app)
    with client.websocket_connect("/?key=def", headers={"authorization": "Bearer abc"}) as session:
        assert session.receive_text() == "abc def"
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect("/?key=def"):
        pass
    assert (denied.value.status_code, denied.value.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("HEAD", "/items", 401), ("GET", "/items/", 307), ("GET", "//items", 404), ("POST", "/items", 405)],
)
def test_no_other_way_leads_past_a_scheme(method: str, path: str, status: int) -> None:
    app = Bolide()

    @app.get("/items", dependencies=[Depends(HTTPBearer())])
    async def read() -> str:
        return "secret"

    answer = TestClient(app).request(method, path, headers={"x-http-method-override": "GET"})
    assert (answer.status_code, b"secret" in answer.content) == (status, False)


def by_its_class(app: Bolide) -> None:
    @app.get("/")
    async def read(found: Annotated[object, Depends(HTTPBearer)]) -> None: ...


def by_the_hint(app: Bolide) -> None:
    @app.get("/")
    async def read(found: Annotated[HTTPBearer, Depends()]) -> None: ...


def in_a_list(app: Bolide) -> None:
    app.get("/", dependencies=[Depends(HTTPBearer)])(nothing)


def as_default(app: Bolide) -> None:
    @app.get("/")
    async def read(found: str = HTTPBearer()) -> None: ...  # type: ignore[assignment]


def in_annotated(app: Bolide) -> None:
    async def user(found: Annotated[str, HTTPBearer()]) -> None: ...

    app.get("/", dependencies=[Depends(user)])(nothing)


@pytest.mark.parametrize("add_route", [by_its_class, by_the_hint, in_a_list, as_default, in_annotated])
def test_scheme_that_would_let_every_request_pass_stops_the_start_up(
    add_route: Callable[[Bolide], None],
) -> None:
    app = Bolide()
    add_route(app)
    with pytest.raises(RouteError) as caught:
        app.compile()
    message = str(caught.value)
    assert "(tests/framework/test_security.py:" in message
    assert message.endswith("; write Depends(HTTPBearer(...))")


def test_schemes_are_called_by_their_class() -> None:
    app = Bolide()
    app.get("/", dependencies=[Depends(HTTPBearer())])(nothing)
    (row,) = [row for row in list_routes(app) if row.path == "/"]
    assert row.dependencies == ["HTTPBearer"]
    app.get("/app", dependencies=[Depends(HTTPBearer(), scope="app")])(nothing)
    with pytest.raises(RouteError, match=r"^dependency 'HTTPBearer' \(.*http\.py:\d+\) has scope 'app'"):
        app.compile()


def test_guard_asks_a_scheme() -> None:
    app, scheme = Bolide(), HTTPBasic(realm="orders")

    async def is_ann(request: Request) -> bool:
        found = await scheme(request)
        return bool(found.username == "ann")

    app.get("/", guards=[is_ann])(nothing)
    client = TestClient(app)
    statuses = [client.get("/", headers=headers).status_code for headers in GUARDED]
    assert statuses == [401, 200, 403]


GUARDED: list[dict[str, str]] = [
    {},
    {"authorization": basic("ann:secret")},
    {"authorization": basic("bob:secret")},
]


async def nothing() -> None: ...


# What may stand in a field: visible characters, blanks, tabs, bytes beyond ASCII (RFC 9110 §5.5).
FIELDS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f") | st.just("\t")
)
PREFIXES = st.sampled_from(["", "Basic ", "basic  ", "Bearer ", "Digest ", "Bearer\t"])
TEXTS = st.text(st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]))


@settings(deadline=None)
@given(PREFIXES, FIELDS | st.binary().map(lambda data: b64encode(data).decode()))
def test_whatever_is_sent_is_found_or_refused(apps: tuple[Any, Any], prefix: str, text: str) -> None:
    client = TestClient(apps[0])
    for name in ("bearer", "digest", "basic", "password", "oauth2", "connect"):
        for kind in ("needed", "optional"):
            answer = client.get(f"/{name}/{kind}", headers={"authorization": prefix + text})
            assert answer.status_code in (200, 401)
            assert (answer.status_code == 401) == ("www-authenticate" in answer.headers)


@settings(deadline=None)
@given(TEXTS.filter(lambda text: ":" not in text), TEXTS)
def test_names_and_passwords_are_found(apps: tuple[Any, Any], username: str, password: str) -> None:
    headers = {"authorization": basic(f"{username}:{password}")}
    answer = TestClient(apps[0]).get("/basic/needed", headers=headers)
    assert answer.json() == {"value": {"username": username, "password": password}}
