"""Find the URL of a route by its name: the opposite of routing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from bolide._declaring.mounts import Host, Mount
from bolide._routing.templates import parse_template
from bolide.datastructures import URLPath
from bolide.exceptions import NoMatchFound

__all__ = ["UrlMap"]

# RFC 3986 §3.3: pchar without "%", and "/".
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"


class UrlMap:
    """The names of one application's routes.

    A mounted application with a name is asked for ``name:route``, one without a name for all that is not
    found here. ``name`` and a ``path`` make the URL of any path below it.
    """

    def __init__(self, routes: Iterable[Any]) -> None:
        self._routes: dict[str, list[Any]] = {}
        self._applications: list[Mount | Host] = []
        for route in routes:
            if isinstance(route, Mount | Host):
                self._applications.append(route)
            else:
                self._routes.setdefault(route.name, []).append(route)

    def path_for(self, name: str, params: Mapping[str, Any]) -> URLPath:
        """Return the path of the route *name* with *params* in it, percent-encoded.

        Raises:
            NoMatchFound: no route of that name has exactly these parameters, or a value does not fit.
        """
        for route in self._routes.get(name, ()):
            path = _fill(route.path, params)
            if path is not None:
                return URLPath(path)
        for application in self._applications:
            found = _below(application, name, params)
            if found is not None:
                return found
        raise NoMatchFound(name, params, self._wanted(name))

    def _wanted(self, name: str) -> str:
        known = self._routes.get(name)
        if known is not None:
            paths = ", ".join(repr(route.path) for route in known)
            return f"the path of {name!r} is {paths}"
        names = [*self._routes, *(each.name for each in self._applications if each.name)]
        return f"there are: {', '.join(names) or 'none'}"


def _below(application: Mount | Host, name: str, params: Mapping[str, Any]) -> URLPath | None:
    """Return the path of *name* if *application* has it."""
    template = application.path if isinstance(application, Mount) else ""
    own = set(parse_template(template or "/").parameters)
    if isinstance(application, Host):
        own |= set(application.pattern.names)
    if own - params.keys():
        return None
    if application.name and name == application.name and set(params) == {*own, "path"}:
        rest = URLPath("/" + quote(str(params["path"]).lstrip("/"), safe=_PATH_SAFE))
    else:
        inner = _child_path(application, name, {n: v for n, v in params.items() if n not in own})
        if inner is None:
            return None
        rest = inner
    if isinstance(application, Host):
        return URLPath(str(rest), host=application.pattern.fill(params))
    prefix = _fill(template, {n: params[n] for n in own}) if template else ""
    return None if prefix is None else URLPath(prefix + rest, host=rest.host, protocol=rest.protocol)


def _child_path(application: Mount | Host, name: str, params: Mapping[str, Any]) -> URLPath | None:
    if application.name:
        prefix = f"{application.name}:"
        if not name.startswith(prefix):
            return None
        name = name.removeprefix(prefix)
    find = getattr(application.app, "url_path_for", None)
    if find is None:
        return None
    try:
        found = find(name, **params)
    except Exception as error:
        # Every framework has a class of its own for this.
        if type(error).__name__ == "NoMatchFound":
            return None
        raise
    if isinstance(found, URLPath):
        return found
    return URLPath(str(found), host=getattr(found, "host", ""), protocol=getattr(found, "protocol", ""))


def _fill(path: str, params: Mapping[str, Any]) -> str | None:
    """Return the URL path of the template *path*, None if it has not exactly these parameters."""
    template = parse_template(path)
    if set(template.parameters) != set(params):
        return None
    filled = template.fill(params)
    if filled is None:
        return None
    if filled.startswith("//"):
        filled = f"/%2F{filled[2:]}"
        return quote(filled, safe=_PATH_SAFE + "%")
    return quote(filled, safe=_PATH_SAFE)
