"""Security schemes against the real FastAPI: what they find, what they refuse, and how."""

from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from tests.framework.fastapi_oracle import Answer, Web, bolide_web, fastapi_web, send

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
            scheme = make(Names(web), auto_error=auto_error, scheme_name=f"{name} {kind}")
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
