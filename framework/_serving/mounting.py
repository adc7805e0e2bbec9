"""Hand requests over to applications below a path or for a host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bolide._declaring.mounts import Host, Mount, is_own_application
from bolide._routing.templates import PathTemplate, TemplateError, parse_template
from bolide._serving.inner_lifespans import mount_states_of
from bolide.exceptions import RouteError
from bolide.server_adapters.asgi import AsgiExchange
from bolide.server_adapters.asgi_bridge import run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import Exchange, Reply
from bolide.server_adapters.mounted import MountedExchange

__all__ = [
    "Place",
    "View",
    "below",
    "converted",
    "handler_of_host",
    "handler_of_mount",
    "host_name",
    "hosted",
    "mount_template",
    "place_of",
    "rooted",
]

AnswerError = Callable[[Exchange, Sequence[str], Exception], Awaitable[Reply]]
Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]

View = Callable[..., MountedExchange]
"""Makes the exchange of an application below another one: a class of mounted exchanges."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application stands.

    Attributes:
        app: The outermost application, which knows the names of all routes.
        root_path: The outermost application's.
        path_params: The parameters of the mounts on the way.
        template: Their paths together, as declared.
    """

    app: Any
    root_path: str
    path_params: Mapping[str, Any]
    template: str = ""


def mount_template(mount: Mount) -> PathTemplate:
    """Return the template of everything below *mount*.

    Raises:
        RouteError: its path is malformed.
    """
    try:
        return parse_template(f"{mount.path}/{{path_below_mount:path}}")
    except TemplateError as error:
        raise RouteError(f"mount({mount.path!r}): {error}") from error


def handler_of_mount(
    mount: Mount, template: PathTemplate, app: Any, *, max_body_bytes: int, answer_error: AnswerError
) -> Handler:
    """Return the handler of *mount*; the last parameter of *template* is what follows the mount's path."""
    serve = _server_of(mount, app, max_body_bytes, answer_error)
    names = template.parameters[:-1]

    def handle(exchange: Exchange, segments: Sequence[str]) -> Coroutine[Any, Any, Reply]:
        rest = segments[-1]
        path = exchange.path
        prefix = path[: len(path) - len(rest)].rstrip("/")
        values = converted(template, names, segments)
        return serve(below(exchange, app, mount, prefix=prefix, path=f"/{rest}", path_params=values))

    return handle


def handler_of_host(host: Host, app: Any, *, max_body_bytes: int, answer_error: AnswerError) -> Handler:
    """Return the handler of *host*, for exchanges that are asked of it."""
    serve = _server_of(host, app, max_body_bytes, answer_error)

    def handle(exchange: Exchange, segments: Sequence[str]) -> Coroutine[Any, Any, Reply]:
        values = host.pattern.match(host_name(exchange)) or {}
        return serve(below(exchange, app, host, prefix="", path=exchange.path, path_params=values))

    return handle


def hosted(
    hosts: Sequence[tuple[Host, Handler]],
) -> Callable[[Exchange], Coroutine[Any, Any, Reply] | None]:
    """Return what answers an exchange by the first of *hosts* that it is asked of, and returns None else."""

    def serve_host(exchange: Exchange) -> Coroutine[Any, Any, Reply] | None:
        name = host_name(exchange)
        for host, handler in hosts:
            if host.pattern.match(name) is not None:
                return handler(exchange, ())
        return None

    return serve_host


def rooted(exchange: Any, root_path: str, *, view: View = MountedExchange) -> Any:
    """Return *exchange* for an application that was told its *root_path*, which wins over the server's."""
    if isinstance(exchange, MountedExchange):
        return exchange  # the application above knows better
    path = exchange.root_path + exchange.path
    if path.startswith(root_path) and path[len(root_path) :][:1] in ("", "/"):
        path = path[len(root_path) :] or "/"
    else:
        path = exchange.path
    return view(exchange, root_path=root_path, path=path, state=exchange.state, place=None)


def place_of(exchange: Exchange, app: Any) -> Place:
    """Return where *app* stands that serves *exchange*."""
    if isinstance(exchange, MountedExchange):
        if isinstance(exchange.place, Place):
            return exchange.place
        return Place(app, exchange.root_path, {})
    if isinstance(exchange, AsgiExchange) and "router" in exchange.scope:
        scope = exchange.scope
        root_path = scope.get("app_root_path", exchange.root_path)
        return Place(scope["router"], root_path, scope.get("path_params", {}))
    return Place(app, exchange.root_path, {})


def below(
    exchange: Any,
    app: Any,
    mount: Mount | Host,
    *,
    prefix: str,
    path: str,
    path_params: Mapping[str, Any],
    view: View = MountedExchange,
) -> Any:
    """Return what *view* makes of *exchange* for the application of *mount*, *prefix* below *app*."""
    outer = place_of(exchange, app)
    return view(
        exchange,
        root_path=exchange.root_path + prefix,
        path=path,
        state=mount_states_of(app).below(mount.app, exchange.state),
        place=Place(
            outer.app,
            outer.root_path,
            {**outer.path_params, **path_params},
            outer.template + (mount.path if isinstance(mount, Mount) else ""),
        ),
    )


def _server_of(
    mount: Mount | Host, app: Any, max_body_bytes: int, answer_error: AnswerError
) -> Callable[[MountedExchange], Coroutine[Any, Any, Reply]]:
    if is_own_application(mount.app):
        serve: Callable[[Exchange], Coroutine[Any, Any, Reply]] = mount.app.handle
        return serve

    async def serve_foreign(exchange: MountedExchange) -> Reply:
        place = place_of(exchange, app)
        scope = asgi_scope(exchange)
        scope.update(app=app, endpoint=mount.app, path_params=place.path_params, route=mount)
        scope.update(router=place.app, app_root_path=place.root_path)
        try:
            return await run_asgi(mount.app, exchange, scope, max_body_bytes=max_body_bytes)
        except Exception as error:
            return await answer_error(exchange, (), error)

    return serve_foreign


def converted(template: PathTemplate, names: Sequence[str], segments: Sequence[str]) -> dict[str, Any]:
    """Return the path parameters *names* of a mount, as their convertors make them."""
    values: dict[str, Any] = dict(zip(names, segments, strict=False))
    for name in names:
        if (convertor := template.convertors.get(name)) is not None:
            values[name] = convertor.convert(values[name])
    return values


def host_name(exchange: Exchange) -> str:
    """Return the host that the client asked for, in lower case and without the port."""
    host = (exchange.header(b"host") or "").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host.removesuffix(":")
