"""Describe what mounted applications add to the document of the application around them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

from bolide._declaring.mounts import Mount
from bolide._openapi.documented import Documented, documented_operations, routes_of, shown_plans
from bolide._openapi.security import security_schemes
from bolide._openapi.tags import join_tags
from bolide._planning.dependencies import plan_route
from bolide._routing.templates import parse_template
from bolide.exceptions import RouteError

__all__ = ["MountedApi", "join_schemes", "mounted_apis"]

_URLS: Final = frozenset(
    {"authorizationUrl", "deviceAuthorizationUrl", "openIdConnectUrl", "refreshUrl", "tokenUrl"}
)


class AroundMounts(Protocol):
    """What mounts are looked at from; attributes are those of :class:`~bolide.Bolide`."""

    openapi_url: str | None
    problem_details: bool


@dataclass(frozen=True, slots=True)
class MountedApi:
    """What one mounted application adds.

    Attributes:
        path: Template of where it is mounted.
        operations: Those of the applications that are mounted in it, too.
        security_schemes: By name; their addresses are relative to the document of the application around.
        tags: Its Tag Objects.
    """

    path: str
    operations: Sequence[Documented]
    security_schemes: Mapping[str, Mapping[str, Any]]
    tags: Sequence[Mapping[str, Any]]


def mounted_apis(app: AroundMounts, routes: Iterable[Any]) -> Iterator[MountedApi]:
    """Yield what the mounts among *routes* add to the document of *app*, where they say so.

    Raises:
        RouteError: a route cannot be described, or the applications differ in what errors look like.
    """
    for mount in routes:
        if isinstance(mount, Mount) and mount.include_in_schema and mount.layer.include_in_schema:
            if mount.app.problem_details != app.problem_details:
                raise RouteError(
                    f"mount({mount.path!r}): the document has one schema of errors; both applications or "
                    f"neither must have problem_details=True"
                )
            yield _mounted(mount, app)


def join_schemes(
    own: Mapping[str, Mapping[str, Any]], apis: Iterable[MountedApi], *, last_wins: bool
) -> dict[str, Mapping[str, Any]]:
    """Return the security schemes of the application and of those that are mounted in it.

    Raises:
        RouteError: two schemes of one name differ; names the mount.
    """
    joined = dict(own)
    for api in apis:
        for name, scheme in api.security_schemes.items():
            if joined.setdefault(name, scheme) != scheme and not last_wins:
                raise RouteError(
                    f"mount({api.path!r}): the security scheme {name!r} differs from that of the application "
                    f"around it; give one of them another scheme_name"
                )
            joined[name] = scheme
    return joined


def _mounted(mount: Mount, around: AroundMounts) -> MountedApi:
    app, prefix = mount.app, parse_template(mount.path).text if mount.path else ""
    last_wins: bool = app.compatibility == "fastapi"
    routes = list(app.iter_routes())
    operations = documented_operations(plan_route(route, {}) for route in routes_of(routes))
    inner = list(mounted_apis(app, routes))
    schemes = join_schemes(
        security_schemes(shown_plans(operations), last_wins=last_wins), inner, last_wins=last_wins
    )
    found = [*operations, *(each for api in inner for each in api.operations)]
    return MountedApi(
        path=mount.path,
        operations=[
            replace(each, prefix=prefix + each.prefix, outer_tags=(*mount.layer.tags, *each.outer_tags))
            for each in found
        ],
        security_schemes={
            name: _moved(scheme, prefix + (app.openapi_url or "/"), around.openapi_url or "/")
            for name, scheme in schemes.items()
        },
        tags=join_tags(app.openapi_tags or (), *(api.tags for api in inner)),
    )


def _moved(part: Mapping[str, Any], document: str, around: str) -> dict[str, Any]:
    """Return a part of the *document* with addresses that are relative to the one *around* it."""
    moved = dict(part)
    for name, value in part.items():
        if name in _URLS:
            moved[name] = _moved_url(value, document, around)
        elif isinstance(value, Mapping) and name != "scopes":
            moved[name] = _moved(cast("Mapping[str, Any]", value), document, around)
    return moved


def _moved_url(url: str, document: str, around: str) -> str:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return url
    path = posixpath.join(posixpath.dirname(document), parts.path)
    return parts._replace(path=posixpath.relpath(path, posixpath.dirname(around))).geturl()
