"""The hosts that a document names, which its pages must be allowed to talk to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, cast
from urllib.parse import urlsplit

__all__ = ["ANY_HOSTS", "PageHosts", "document_hosts", "origin"]

_Object = Mapping[str, Any]

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?")
"""What a policy takes literally; anything else could end its directive."""

_IMAGE: Final = re.compile(
    r"""!\[[^\]]*\]\(\s*<?(?P<markdown>https?://[^\s)>]+)|<img\b[^>]*?\ssrc=["']?(?P<html>https?://[^\s"'>]+)"""
)


@dataclass(frozen=True, slots=True)
class PageHosts:
    """Origins besides the page's own, as sources of a Content-Security-Policy.

    Attributes:
        requested: Where "try it out" and logins send requests to.
        pictured: Where images in descriptions and the logo come from.
    """

    requested: tuple[str, ...] = ()
    pictured: tuple[str, ...] = ()


ANY_HOSTS: Final = PageHosts(("*",), ("*",))


def document_hosts(document: Mapping[str, Any]) -> PageHosts:
    """Return the hosts of servers, of logins and of images that *document*, an OpenAPI Object, names."""
    objects = list(_objects(document))
    servers = [url for found in objects for url in _server_urls(found)]
    schemes = _object(_object(document.get("components")).get("securitySchemes"))
    logins = [url for scheme in schemes.values() for url in _login_urls(_object(scheme))]
    images = [url for found in objects for url in _image_urls(found.get("description"))]
    logo = _object(_object(document.get("info")).get("x-logo")).get("url")
    return PageHosts(_origins([*servers, *logins]), _origins([*images, logo]))


def origin(url: str) -> str | None:
    """Return scheme, host and port of *url*; None if it has no host, or one that no policy can name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("", "http", "https") or _HOST.fullmatch(host) is None:
        return None
    return f"{parts.scheme}://{host}" if parts.scheme else host


def _origins(urls: Iterable[Any]) -> tuple[str, ...]:
    found = (origin(url) for url in urls if isinstance(url, str))
    return tuple(sorted({each for each in found if each is not None}))


def _object(value: Any) -> _Object:
    """Return *value* if it is an object, else an empty one: documents may be written by hand."""
    return cast("_Object", value) if isinstance(value, Mapping) else {}


def _objects(value: Any) -> Iterator[_Object]:
    """Yield every object within *value*."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Mapping):
            yield cast("_Object", found)
            waiting.extend(cast("_Object", found).values())
        elif isinstance(found, list):
            waiting.extend(cast("list[object]", found))


def _server_urls(found: _Object) -> Iterator[str]:
    """Yield the URLs of the Server Objects of *found*, once for each choice of their variables' values."""
    servers = found.get("servers")
    for server in map(_object, cast("list[object]", servers) if isinstance(servers, list) else ()):
        variables = {name: _object(variable) for name, variable in _object(server.get("variables")).items()}
        values = [variable.get("enum") or [variable.get("default")] for variable in variables.values()]
        for chosen in product(*values):
            url = str(server.get("url"))
            for name, value in zip(variables, chosen, strict=True):
                url = url.replace(f"{{{name}}}", str(value))
            yield url


def _login_urls(scheme: _Object) -> Iterator[Any]:
    yield scheme.get("openIdConnectUrl")
    for flow in map(_object, _object(scheme.get("flows")).values()):
        yield flow.get("tokenUrl")
        yield flow.get("refreshUrl")


def _image_urls(description: Any) -> Iterator[str]:
    if isinstance(description, str):
        yield from (found["markdown"] or found["html"] for found in _IMAGE.finditer(description))
