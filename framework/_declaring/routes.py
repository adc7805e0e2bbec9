"""The declaration of a path operation, with everything that its routers add."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from bolide._declaring.layers import PLAIN, Layer
from bolide._routing.matching import Match, match_route, path_regex
from bolide._routing.templates import without_convertors
from bolide.params import Depends
from bolide.validation.tree import NO_DEFAULT

if TYPE_CHECKING:
    from bolide._responses.response import Response
    from bolide.server_adapters.asgi import Scope

__all__ = ["EndpointRoute", "Route"]


class EndpointRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One declared endpoint, for HTTP or WebSocket, with everything that its routers add.

    Attributes:
        path: Full path template.
        endpoint: The user's function.
        layer: What the route, its routers and the application say together.
        local_names: Names of the function that declared the endpoint, for annotations that are text.
        instance: What makes the first argument of an endpoint that is a method.
    """

    path: str
    endpoint: Callable[..., Any]
    name: str
    layer: Layer = PLAIN
    local_names: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    instance: Depends | None = None

    @property
    def path_format(self) -> str:
        """Return the path template without convertors, as the document shows it."""
        return without_convertors(self.path)

    @property
    def path_regex(self) -> re.Pattern[str]:
        return path_regex(self.path)

    @property
    def dependencies(self) -> tuple[Depends, ...]:
        return self.layer.dependencies


class Route(EndpointRoute, frozen=True, kw_only=True):
    """One declared path operation.

    Attributes:
        methods: Upper-case HTTP methods, as declared.
        response_model: Type that filters the return value; ``NO_DEFAULT`` when the annotation decides.
        validate_response: Whether results of exactly the declared type are validated, too.
        status_code: Status of its responses; None where the response class decides, see :attr:`status`.
        response_model_options: The other ``response_model_...`` options that were given, without that prefix.
    """

    methods: tuple[str, ...]
    response_model: Any = NO_DEFAULT
    response_model_options: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    validate_response: bool = False
    status_code: int | None = None
    summary: str | None = None
    description: str | None = None
    response_description: str = "Successful Response"
    operation_id: str | None = None
    openapi_extra: Mapping[str, Any] | None = None
    inline: bool = False

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Return how the route matches *scope*, and what its scope has then; for add-ons."""
        return match_route(self.path, self.methods, {"route": self, "endpoint": self.endpoint}, scope)

    @property
    def declares_response_model(self) -> bool:
        """Tell whether ``response_model`` was given, be it None."""
        return self.response_model is not NO_DEFAULT

    @property
    def tags(self) -> tuple[str, ...]:
        return self.layer.tags

    @property
    def deprecated(self) -> bool:
        return self.layer.deprecated

    @property
    def include_in_schema(self) -> bool:
        return self.layer.include_in_schema

    @property
    def response_class(self) -> type[Response] | None:
        """Return the nearest declared class; None means :class:`~bolide.responses.JSONResponse`."""
        return self.layer.response_class

    @property
    def status(self) -> int:
        """Return the status of a successful response: the declared one, else that of its class."""
        from bolide._responses.response import status_of_class

        return self.status_code or status_of_class(self.response_class)
