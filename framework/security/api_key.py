"""API keys: a string under a name, in the query, in a header or in a cookie (OpenAPI 3.1 §4.8.27)."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from bolide._reading.wire import parse_cookies, parse_query
from bolide.concurrency import inline
from bolide.security.base import HeadScheme
from bolide.server_adapters.contract import Exchange

__all__ = ["APIKeyBase", "APIKeyCookie", "APIKeyHeader", "APIKeyQuery"]

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class APIKeyBase(HeadScheme):
    """What the three have in common; the value is the key, a string that is not empty.

    Attributes:
        name: What the key stands under.
    """

    def __init__(
        self,
        location: Literal["query", "header", "cookie"],
        name: str,
        description: str | None,
        scheme_name: str | None,
        auto_error: bool,
    ) -> None:
        model: dict[str, Any] = {"type": "apiKey", "in": location, "name": name}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.name = name

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, scheme_name={self.scheme_name!r})"

    def make_authenticate_headers(self) -> dict[str, str]:
        """Return a challenge that no standard knows; a 401 must have one (RFC 9110 §15.5.2)."""
        return {"WWW-Authenticate": "APIKey"}

    def check_api_key(self, api_key: str | None) -> Any:
        """Return *api_key* unless it is missing or empty.

        Raises:
            HTTPException: it is, and it is not optional.
        """
        if api_key:
            return api_key
        return self.refuse_unless_optional()


class APIKeyQuery(APIKeyBase):
    """A key in the query; of repeated ones the last counts.

    URLs end up in logs and in histories: prefer a header.
    """

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("query", name, description, scheme_name, auto_error)

    @inline
    def read_credentials(self, exchange: Exchange) -> Any:
        return self.check_api_key(parse_query(exchange.query).get(self.name))


class APIKeyHeader(APIKeyBase):
    """A key in a header; of repeated ones the first counts.

    Raises:
        ValueError: no header has such a name (RFC 9110 §5.6.2).
    """

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("header", name, description, scheme_name, auto_error)
        if _TOKEN.fullmatch(name) is None:
            raise ValueError(f"APIKeyHeader: no header can be called {name!r}")
        self._field = name.lower().encode("ascii")

    @inline
    def read_credentials(self, exchange: Exchange) -> Any:
        return self.check_api_key(exchange.header(self._field))


class APIKeyCookie(APIKeyBase):
    """A key in a cookie. Browsers send it by themselves: think of requests that other sites cause."""

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("cookie", name, description, scheme_name, auto_error)

    @inline
    def read_credentials(self, exchange: Exchange) -> Any:
        cookies = parse_cookies(";".join(exchange.header_values(b"cookie")))
        return self.check_api_key(cookies.get(self.name))
