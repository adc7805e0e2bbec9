"""Who a client is behind trusted proxies: ``X-Forwarded-*`` or ``Forwarded`` (RFC 7239)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Final, cast

import msgspec

from bolide.server_adapters.config import ServerConfig, split_list
from bolide.server_adapters.contract import Exchange, HeaderPairs, Reply
from bolide.server_adapters.native._exchange import BodySource, NativeExchange
from bolide.server_adapters.native._link import Link

__all__ = ["ProxiedConnection", "TrustedProxies", "as_proxies_say", "trusted_proxies"]

Client = tuple[str, int] | None
Handle = Callable[[Exchange], Coroutine[Any, Any, Reply]]

_UNIX: Final = "unix"
"""Stands for clients on Unix sockets among the addresses that are trusted."""

_SCHEMES: Final = {b"http": "http", b"https": "https", b"ws": "http", b"wss": "https"}

# RFC 7239 §6: an address or a name, in brackets for IPv6, and a port.
_NODE: Final = re.compile(rb"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?")
# RFC 7239 §4: one parameter of an element; what stands behind it.
_PAIR: Final = re.compile(rb'[\t ]*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))[\t ]*([;,]|$)')


class TrustedProxies:
    """Which peers are proxies whose word counts, and in which header they give it.

    Only one kind of header is read: the other one would come from clients as they please.
    """

    __slots__ = ("_says", "trusts")

    def __init__(self, allowed: Iterable[str], header: str) -> None:
        every = "*" in allowed
        networks = [ip_network(each) for each in allowed if each not in ("*", _UNIX)]
        unix = every or _UNIX in allowed

        @lru_cache(maxsize=1024)
        def trusts(host: str | None) -> bool:
            if every or host is None:
                return every or unix
            address = ip_address(host)
            mapped = getattr(address, "ipv4_mapped", None)
            return any((mapped or address) in network or address in network for network in networks)

        self.trusts = trusts
        self._says = _forwarded if header == "forwarded" else _x_forwarded

    def origin(self, peer: Client, scheme: str, headers: HeaderPairs) -> tuple[Client, str]:
        """Return client and scheme of a request.

        The hops are followed from the nearest one for as long as they are trusted, and end at the first
        that is not, or that cannot be read: what stands before it, a client may have made up.
        """
        if not self.trusts(peer[0] if peer is not None else None):
            return peer, scheme
        client = peer
        for node, proto in self._says(headers):
            scheme = proto or scheme
            if node is None:
                break
            client = node
            if not self.trusts(node[0]):
                break
        return client, scheme


def trusted_proxies(config: ServerConfig) -> TrustedProxies | None:
    """Return the proxies that *config* trusts, None when there are none."""
    allowed = split_list(config.forwarded_allow_ips)
    if not config.proxy_headers or not allowed:
        return None
    return TrustedProxies(allowed, config.forwarded_header)


def _x_forwarded(headers: HeaderPairs) -> list[tuple[Client, str | None]]:
    nodes = [_node(each) for each in _list(headers, b"x-forwarded-for")] or [None]
    protos = [_SCHEMES.get(each.lower()) for each in _list(headers, b"x-forwarded-proto")] or [None]
    if len(protos) != len(nodes):  # most proxies replace it: the last one holds for all hops
        protos = protos[-1:] * len(nodes)
    return list(zip(reversed(nodes), reversed(protos), strict=True))


def _forwarded(headers: HeaderPairs) -> list[tuple[Client, str | None]]:
    value = b",".join(value for name, value in headers if name == b"forwarded")
    elements: list[dict[bytes, bytes]] = [{}]
    position = 0
    while position < len(value):
        match = _PAIR.match(value, position)
        if match is None:
            return []  # nobody knows where the next element begins
        name, quoted, token, end = match.groups()
        elements[-1][name.lower()] = re.sub(rb"\\(.)", rb"\1", quoted) if quoted is not None else token
        if end == b",":
            elements.append({})
        position = match.end()
    return [
        (_node(each.get(b"for", b"")), _SCHEMES.get(each.get(b"proto", b"").lower()))
        for each in reversed(elements)
    ]


def _list(headers: HeaderPairs, name: bytes) -> list[bytes]:
    lines = b",".join(value for key, value in headers if key == name)
    return [each.strip() for each in lines.split(b",")] if lines else []


def _node(text: bytes) -> Client:
    """Return address and port of one hop, port 0 when it has none; None for what is no address."""
    if (match := _NODE.fullmatch(text)) is not None:
        host, port = (match[1] or match[2]).decode(), int(match[3] or 0)
    else:
        host, port = text.decode("latin-1"), 0  # IPv6 without brackets
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if "%" in host:
        return None  # a zone is of no use to others, and may hold any character (RFC 4007 §11)
    return (str(address), port) if port <= 65535 else None


class ProxiedConnection(msgspec.Struct, eq=False):
    """The connection of one request, as the request sees it: its client is that of the proxy."""

    client: Client
    scheme: str
    _connection: BodySource

    @property
    def server(self) -> tuple[str, int | None] | None:
        return self._connection.server

    @property
    def root_path(self) -> str:
        return self._connection.root_path

    @property
    def link(self) -> Link:
        return self._connection.link

    def receive_body(self) -> Awaitable[bytes]:
        return self._connection.receive_body()


def as_proxies_say(handle: Handle, proxies: TrustedProxies) -> Handle:
    """Return what answers requests with the client and the scheme that *proxies* name."""

    def handle_proxied(exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        native = cast("NativeExchange", exchange)
        connection = native.source
        client, scheme = proxies.origin(connection.link.peer, connection.scheme, native.headers)
        # The request keeps what is its own: the next one on this connection may have another client.
        native.come_from(ProxiedConnection(client, scheme, connection))
        connection.client = client  # for the access log
        return handle(exchange)

    return handle_proxied
