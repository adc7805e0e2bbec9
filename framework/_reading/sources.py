"""What a request holds, by location and name; every part is parsed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bolide._reading.wire import parse_cookies, parse_query_lists
from bolide.params import Location
from bolide.server_adapters.contract import Exchange

__all__ = ["Entries", "Sources", "entries_of_cookies", "entries_of_headers"]

Entries = Mapping[str, Sequence[Any]]
"""Everything that stands in one location, by name: strings, for forms files too, in order."""


class Sources:
    """The parts of one request.

    Args:
        exchange: The request.
        path: Values of the path's parameters.
        body: The body, None when nothing reads it.
        form: The form in the body, None when nothing reads it.
    """

    __slots__ = ("_cookies", "_path", "_query", "body", "exchange", "form")

    def __init__(
        self, exchange: Exchange, path: Mapping[str, Any], *, body: bytes | None, form: Entries | None
    ) -> None:
        self.exchange = exchange
        self.body = body
        self.form: Entries = {} if form is None else form
        self._path = path
        self._query: dict[str, list[str]] | None = None
        self._cookies: Entries | None = None

    def values(self, location: Location, name: str) -> Sequence[Any]:
        """Return what stands under *name*, newest last; empty when there is nothing."""
        if location == "path":
            return (self._path[name],)
        if location == "header":
            return self.exchange.header_values(name.lower().encode("latin-1"))
        return self.all_values(location).get(name, ())

    def all_values(self, location: Location) -> Entries:
        """Return everything that stands in *location*; names of headers are in lower case."""
        if location == "query":
            if self._query is None:
                self._query = parse_query_lists(self.exchange.query)
            return self._query
        if location == "cookie":
            if self._cookies is None:
                text = ";".join(self.exchange.header_values(b"cookie"))
                self._cookies = entries_of_cookies(parse_cookies(text))
            return self._cookies
        return entries_of_headers(self.exchange) if location == "header" else self.form


def entries_of_cookies(cookies: Mapping[str, str]) -> Entries:
    """Return *cookies* in the form that parameters of other locations have."""
    return {name: (value,) for name, value in cookies.items()}


def entries_of_headers(exchange: Exchange) -> Entries:
    """Return the headers of a request by lower-case name."""
    headers: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return headers
