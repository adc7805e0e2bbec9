"""The plan of a route: everything that its handler does, decided at start-up, as frozen data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bolide.params import Location, Param
from bolide.routing import Route
from bolide.validation.tree import NO_DEFAULT, TypeTree

__all__ = ["Argument", "Call", "CallKind", "Input", "InputValue", "RequestValue", "RoutePlan", "StepValue"]

CallKind = Literal["async", "sync", "async_generator", "generator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One value that comes from the request; equal inputs are read once.

    Attributes:
        name: The Python parameter's.
        wire_name: The name in the request; for a body the parameter's name, which nobody sees.
        default: What stands in when the request has no such value; see :attr:`required`.
        multiple: Every occurrence counts (``list[str]`` of a query parameter or header).
    """

    name: str = field(compare=False)
    location: Location
    wire_name: str
    tree: TypeTree
    param: Param = field(compare=False)
    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    multiple: bool = False

    @property
    def required(self) -> bool:
        return self.default is NO_DEFAULT and self.default_factory is None


@dataclass(frozen=True, slots=True)
class InputValue:
    """The value of ``plan.inputs[index]``."""

    index: int


@dataclass(frozen=True, slots=True)
class StepValue:
    """The result of ``plan.steps[index]``."""

    index: int


@dataclass(frozen=True, slots=True)
class RequestValue:
    """The request object."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What a parameter of a called function receives."""

    name: str
    keyword_only: bool
    source: InputValue | StepValue | RequestValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the endpoint or of a dependency."""

    function: Callable[..., Any]
    kind: CallKind
    inline: bool
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """A route, its inputs, its dependencies in the order of their calls, and the endpoint's call.

    *response_tree* is the type that filters the return value, None when there is none.
    """

    route: Route
    template: str
    path_parameters: tuple[str, ...]
    inputs: tuple[Input, ...]
    steps: tuple[Call, ...]
    endpoint: Call
    response_tree: TypeTree | None

    @property
    def body(self) -> Input | None:
        """Return the input that reads the body, if any."""
        return next((each for each in self.inputs if each.location == "body"), None)

    @property
    def needs_request(self) -> bool:
        """Tell whether some call receives the request object."""
        calls = (*self.steps, self.endpoint)
        return any(isinstance(a.source, RequestValue) for call in calls for a in call.arguments)

    @property
    def has_exits(self) -> bool:
        """Tell whether some dependency runs code after the reply."""
        return any(call.kind in ("async_generator", "generator") for call in self.steps)
