"""Match scopes against single routes, as add-ons do that look for the template of a request.

Requests are not served by this: the router finds their route at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bolide._routing.templates import HostPattern, PathTemplate, parse_template
from bolide.convertors import CONVERTOR_TYPES

if TYPE_CHECKING:
    from bolide.server_adapters.asgi import Scope

__all__ = [
    "Match",
    "match_host",
    "match_mount",
    "match_route",
    "match_websocket",
    "path_regex",
    "path_values",
]

_NAME: Final = re.compile(r"\{(\w+)\}", re.ASCII)

# A line feed, which "." does not match, may stand in a path as %0A.
_ANY_TEXT: Final = "(?s:.*)"


class Match(Enum):
    """How a route matches a scope; equal to Starlette's ``Match`` of the same name."""

    NONE = 0
    PARTIAL = 1
    FULL = 2

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Enum) and _is_starlettes(type(other)):
            return self.name == other.name
        return self is other

    def __hash__(self) -> int:
        return hash(self.name)


def match_route(
    path: str, methods: Sequence[str], found: Mapping[str, Any], scope: Scope
) -> tuple[Match, dict[str, Any]]:
    """Return how a route for *methods* at *path* matches, and *found* with the parameters of the path."""
    if scope["type"] != "http":
        return Match.NONE, {}
    params = _match(path, _path_below_root(scope))
    if params is None:
        return Match.NONE, {}
    method = "GET" if scope["method"] == "HEAD" and "HEAD" not in methods else scope["method"]
    child = {**found, "path_params": {**scope.get("path_params", {}), **params}}
    return (Match.FULL if method in methods else Match.PARTIAL), child


def match_websocket(path: str, found: Mapping[str, Any], scope: Scope) -> tuple[Match, dict[str, Any]]:
    """Return whether a route for WebSocket connections to *path* matches, as :func:`match_route` does."""
    params = _match(path, _path_below_root(scope)) if scope["type"] == "websocket" else None
    if params is None:
        return Match.NONE, {}
    return Match.FULL, {**found, "path_params": {**scope.get("path_params", {}), **params}}


def match_mount(path: str, app: Any, found: Mapping[str, Any], scope: Scope) -> tuple[Match, dict[str, Any]]:
    """Return whether *path* is a prefix, and what the scope of *app* has beside *found*."""
    if scope["type"] not in ("http", "websocket"):
        return Match.NONE, {}
    below = _path_below_root(scope)
    params = _match(f"{path}/{{path_below_mount:path}}", below)
    if params is None:
        return Match.NONE, {}
    rest = params.pop("path_below_mount")
    root_path: str = scope.get("root_path", "")
    return Match.FULL, {
        **found,
        "endpoint": app,
        "path_params": {**scope.get("path_params", {}), **params},
        "app_root_path": scope.get("app_root_path", root_path),
        "root_path": root_path + below.removesuffix(rest).rstrip("/"),
    }


def match_host(
    pattern: HostPattern, app: Any, found: Mapping[str, Any], scope: Scope
) -> tuple[Match, dict[str, Any]]:
    """Return whether the request is for the host, and what the scope of *app* has beside *found*."""
    if scope["type"] not in ("http", "websocket"):
        return Match.NONE, {}
    host: str = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    params = pattern.match(re.sub(r":\d*$", "", host.lower()))
    if params is None:
        return Match.NONE, {}
    return Match.FULL, {
        **found,
        "endpoint": app,
        "path_params": {**scope.get("path_params", {}), **params},
    }


@lru_cache(maxsize=1024)
def path_regex(path: str) -> re.Pattern[str]:
    """Return the regular expression of the template *path*, with a group for each parameter."""
    template = parse_template(path)
    kinds = dict(zip(template.parameters, template.kinds, strict=True))
    parts = _NAME.split(template.text)
    for index in range(0, len(parts), 2):
        parts[index] = re.escape(parts[index])
    for index in range(1, len(parts), 2):
        kind = kinds[parts[index]]
        regex = _ANY_TEXT if kind == "path" else CONVERTOR_TYPES[kind].regex
        parts[index] = f"(?P<{parts[index]}>{regex})"
    return re.compile(f"^{''.join(parts)}$")


def path_values(template: PathTemplate, texts: Sequence[str]) -> dict[str, Any]:
    """Return the parameters of *template* as its convertors make them of *texts*, which match."""
    convertors = template.convertors
    return {
        name: convertors[name].convert(text) if name in convertors else text
        for name, text in zip(template.parameters, texts, strict=False)
    }


def _match(path: str, text: str) -> dict[str, Any] | None:
    found = path_regex(path).fullmatch(text)
    if found is None:
        return None
    template = parse_template(path)
    return path_values(template, [found[name] for name in template.parameters])


def _path_below_root(scope: Scope) -> str:
    """Return the path of *scope* without its ``root_path``, which ASGI's path contains."""
    path: str = scope["path"]
    root_path: str = scope.get("root_path", "")
    if root_path and path.startswith(root_path) and path[len(root_path) :][:1] in ("", "/"):
        return path[len(root_path) :] or "/"
    return path


def _is_starlettes(cls: type[Enum]) -> bool:
    return cls.__module__ == "starlette.routing" and cls.__name__ == "Match"
