"""The plan of a route: everything that its handler does, decided at start-up, as frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bolide._planning.readings import Group, Reading
from bolide._responses.statuses import StatusHint
from bolide.convertors import Convertor
from bolide.params import Body, ConcurrencyLimit, Location, Param
from bolide.routing import Route
from bolide.validation.tree import NO_DEFAULT, BytesNode, TypeTree

__all__ = [
    "AppDependency",
    "AppValue",
    "Argument",
    "Call",
    "CallKind",
    "ConstantValue",
    "ExchangeValue",
    "Input",
    "InputValue",
    "LifespanStateValue",
    "RequestStateValue",
    "RequestValue",
    "ResponseValue",
    "RoutePlan",
    "SecurityUse",
    "Source",
    "StatusResult",
    "StepValue",
    "StreamFormat",
    "TasksValue",
    "WebSocketValue",
]

StreamFormat = Literal["json_lines", "events", "pieces"]
"""How the items of an endpoint that yields are sent."""

CallKind = Literal["async", "sync", "async_generator", "generator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One value that comes from the request; equal inputs are read once.

    Attributes:
        name: The Python parameter's.
        wire_name: The name in the request; for a whole body the parameter's name, which nobody sees.
        other_names: Further names, tried in order when there is nothing under *wire_name*.
        default: What stands in when the request has no such value; see :attr:`required`.
        multiple: Every occurrence counts (``list[str]`` of a query parameter or header).
        reading: How it is read where that takes more than one string, or a list of strings.
        takes_file: A file of a form may stand for it, or for a field of it.
        takes_content: Of a file it is the content.
        declared_tree: The type as declared, which the document shows, where it is read as another.
        exact: Text has the spellings of JSON only; the route is strict.
    """

    name: str = field(compare=False)
    location: Location
    wire_name: str
    tree: TypeTree
    param: Param = field(compare=False)
    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    multiple: bool = False
    other_names: tuple[str, ...] = ()
    reading: Reading | None = None
    takes_file: bool = False
    takes_content: bool = False
    declared_tree: TypeTree | None = field(default=None, compare=False)
    exact: bool = False

    @property
    def shown_tree(self) -> TypeTree:
        """Return the type as the document shows it."""
        return self.tree if self.declared_tree is None else self.declared_tree

    @property
    def names(self) -> tuple[str, ...]:
        return (self.wire_name, *self.other_names)

    @property
    def is_raw(self) -> bool:
        """Tell whether a body that is not JSON is taken as it is: the type is ``bytes``."""
        return self.tree.root == BytesNode()

    @property
    def is_model(self) -> bool:
        """Tell whether it is a record whose fields are parameters."""
        return isinstance(self.reading, Group)

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
class ExchangeValue:
    """What the request object is made of."""


@dataclass(frozen=True, slots=True)
class RequestValue:
    """The request object."""


@dataclass(frozen=True, slots=True)
class WebSocketValue:
    """The WebSocket connection."""


@dataclass(frozen=True, slots=True)
class ResponseValue:
    """The response that endpoint and dependencies may change before there is one."""


@dataclass(frozen=True, slots=True)
class TasksValue:
    """The background tasks of the request."""


@dataclass(frozen=True, slots=True)
class RequestStateValue:
    """The state of the request, an object."""


@dataclass(frozen=True, slots=True)
class LifespanStateValue:
    """What the lifespan yielded, a dictionary of the request's own."""


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """An object that is the same for all requests."""

    value: Any


@dataclass(frozen=True, slots=True)
class AppValue:
    """The value of a dependency that was made when the application started."""

    dependency: AppDependency


Source = (
    InputValue
    | StepValue
    | ExchangeValue
    | RequestValue
    | WebSocketValue
    | ResponseValue
    | TasksValue
    | RequestStateValue
    | LifespanStateValue
    | ConstantValue
    | AppValue
)


@dataclass(frozen=True, slots=True)
class Argument:
    """What a parameter of a called function receives."""

    name: str
    keyword_only: bool
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the endpoint or of a dependency.

    Attributes:
        scope: When the code after a ``yield`` runs.
        limit: Bounds how many such calls run at a time.
    """

    function: Callable[..., Any]
    kind: CallKind
    inline: bool
    arguments: tuple[Argument, ...]
    scope: Literal["function", "request"] = "request"
    limit: ConcurrencyLimit | None = None

    @property
    def has_exit(self) -> bool:
        """Tell whether it runs code after its ``yield``."""
        return self.kind in ("async_generator", "generator")


@dataclass(frozen=True, slots=True, eq=False)
class AppDependency:
    """A dependency whose value lives as long as the application runs.

    *key* identifies the value: its callable, with the keys of what that receives.
    """

    key: object
    call: Call


@dataclass(frozen=True, slots=True)
class SecurityUse:
    """A security scheme that some dependency is, with the OAuth2 scopes above it."""

    scheme: Any
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusResult:
    """One option of a return annotation that says its status, and the type that filters it."""

    option: StatusHint
    tree: TypeTree


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """A route, its inputs, its dependencies in the order of their calls, and the endpoint's call.

    The order of a request: the first *free_steps* dependencies, the first *early_inputs* inputs, the
    dependencies up to the first *early_steps*, the other inputs, the other dependencies, the endpoint. All
    three are 0 unless some dependency contains a security scheme.

    Attributes:
        convertors: What makes of the text of path parameters what ``request.path_params`` holds.
        app_dependencies: Those that live as long as the application, with what they need.
        security: The security schemes among the dependencies, in order of declaration.
        response_tree: The type that filters the return value, None when there is none; of an endpoint that
            yields, the type of its items.
        stream: How these are sent.
        statuses: The results that the return annotation tells apart by their status; instead of
            *response_tree*.
    """

    route: Route
    template: str
    path_parameters: tuple[str, ...]
    inputs: tuple[Input, ...]
    steps: tuple[Call, ...]
    endpoint: Call
    response_tree: TypeTree | None
    stream: StreamFormat | None = None
    statuses: tuple[StatusResult, ...] = ()
    free_steps: int = 0
    early_inputs: int = 0
    early_steps: int = 0
    app_dependencies: tuple[AppDependency, ...] = ()
    security: tuple[SecurityUse, ...] = ()
    convertors: Mapping[str, Convertor[Any]] = field(default_factory=dict[str, Convertor[Any]])

    @property
    def bodies(self) -> tuple[Input, ...]:
        """Return the inputs that read the body, as a whole or a member of it."""
        return tuple(each for each in self.inputs if each.location == "body")

    @property
    def form(self) -> tuple[Input, ...]:
        """Return the inputs that read a form, for which the body is taken."""
        return tuple(each for each in self.inputs if each.location == "form")

    @property
    def keeps_files(self) -> bool:
        """Tell whether something may receive files, such as the request, which are closed after the reply."""
        return any(each.takes_file or self.needs_request for each in self.form)

    @property
    def embeds_body(self) -> bool:
        """Tell whether the body is an object with the parameters as members."""
        bodies = self.bodies
        if len({each.wire_name for each in bodies}) > 1:
            return True
        return any(isinstance(each.param, Body) and each.param.embed for each in bodies)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return what the calls receive, in order."""
        return tuple(a.source for call in (*self.steps, self.endpoint) for a in call.arguments)

    @property
    def app_values(self) -> tuple[AppDependency, ...]:
        """Return the dependencies of the application that some call receives, each once."""
        used = [source.dependency for source in self.sources if isinstance(source, AppValue)]
        return tuple(dict.fromkeys(used))

    @property
    def needs_request(self) -> bool:
        """Tell whether some call receives the request object, or a guard does."""
        return (
            bool(self.route.layer.guards)
            or RequestValue() in self.sources
            or RequestStateValue() in self.sources
        )

    @property
    def needs_lifespan_state(self) -> bool:
        """Tell whether some call receives what the lifespan yielded."""
        return LifespanStateValue() in self.sources

    @property
    def needs_response(self) -> bool:
        """Tell whether some call receives the response that it may change."""
        return ResponseValue() in self.sources

    @property
    def needs_tasks(self) -> bool:
        """Tell whether some call receives the background tasks."""
        return TasksValue() in self.sources

    @property
    def has_exits(self) -> bool:
        """Tell whether something is done after the reply: by a dependency, or for files of a form."""
        return self.keeps_files or any(call.has_exit and call.scope == "request" for call in self.steps)

    @property
    def has_one_exit(self) -> bool:
        """Tell whether an async dependency is all that does something after the reply."""
        exits = [call for call in self.steps if call.has_exit and call.scope == "request"]
        return (
            len(exits) == 1
            and exits[0].kind != "generator"
            and exits[0].limit is None
            and not self.keeps_files
        )

    @property
    def has_function_exits(self) -> bool:
        """Tell whether some dependency runs code between the endpoint's return and the reply."""
        return any(call.has_exit and call.scope == "function" for call in self.steps)
