"""What the parts of one handler share while it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bolide._planning.plan import (
    AppValue,
    Argument,
    ConstantValue,
    ExchangeValue,
    InputValue,
    LifespanStateValue,
    RequestStateValue,
    RequestValue,
    ResponseValue,
    RoutePlan,
    Source,
    StepValue,
    TasksValue,
    WebSocketValue,
)
from bolide._printing.shared_codecs import SharedCodecs
from bolide._reading.formats import BodyFormats
from bolide._scopes.app_scope import late_dependencies
from bolide.validation.codegen import Namespace, SourceBuilder

__all__ = ["Printing"]

# Local names that the printed text uses for itself.
_RESERVED: Final = frozenset(
    {
        "app_values",
        "body",
        "cookies",
        "error",
        "exchange",
        "exits",
        "form",
        "function_exits",
        "members",
        "opened_form",
        "query",
        "reply",
        "request",
        "response",
        "result",
        "segments",
        "state",
        "tasks",
        "websocket",
    }
)


# What is made once in a handler, and the variable that holds it.
_LOCALS: Final[Mapping[type[Source], str]] = {
    ExchangeValue: "exchange",
    RequestValue: "request",
    ResponseValue: "response",
    TasksValue: "tasks",
    LifespanStateValue: "state",
    WebSocketValue: "websocket",
}


class Printing:
    """The source so far, the names in it, and the plan that is printed.

    Attributes:
        codecs: What reads bodies and writes results.
        formats: What bodies the route reads.
        inputs: Local variable of each input of the plan.
        steps: Local variable of each dependency's value.
        app_values: Local variable of the value of each dependency of the application that is received, or
            that is still to be made.
        app: The application, which ``request.app`` shows.
        connection: Local variable of the request, or of the WebSocket connection.
        lone_exit: Generator and function of the dependency, where ``plan.has_one_exit``.
    """

    def __init__(
        self, plan: RoutePlan, app: Any, *, connection: str = "request", codecs: SharedCodecs | None = None
    ) -> None:
        self.plan = plan
        self.codecs = SharedCodecs() if codecs is None else codecs
        self.formats = BodyFormats(plan.route.layer)
        self.connection = connection
        self.app = app
        self.lone_exit = ""
        self.out = SourceBuilder()
        self.names = Namespace(reserved=_RESERVED)
        self.function = self.names.local(f"handle_{plan.route.name}")
        self.inputs = [self.names.local(each.name) for each in plan.inputs]
        self.steps = [self.names.local(_value_name(call.function)) for call in plan.steps]
        # Those that nothing receives were made at the start, but for what was declared since then.
        late = late_dependencies(app, plan.app_dependencies) if plan.app_dependencies else ()
        self.app_values = {
            each: self.names.local(_value_name(each.call.function))
            for each in dict.fromkeys((*plan.app_values, *late))
        }

    def line(self, text: str) -> None:
        """Append one line."""
        self.out.line(text)

    def bind(self, hint: str, obj: object) -> str:
        """Return the name under which the printed code sees *obj*."""
        return self.names.bind(hint, obj)

    def arguments(self, arguments: Sequence[Argument]) -> str:
        """Return the argument list of a call: by position where that is possible, it is faster."""
        return ", ".join(
            f"{each.name}={self._value(each)}" if each.keyword_only else self._value(each)
            for each in arguments
        )

    def _value(self, argument: Argument) -> str:
        source = argument.source
        if isinstance(source, InputValue):
            return self.inputs[source.index]
        if isinstance(source, StepValue):
            return self.steps[source.index]
        if isinstance(source, ConstantValue):
            return self.bind(type(source.value).__name__.lower(), source.value)
        if isinstance(source, AppValue):
            return self.app_values[source.dependency]
        if isinstance(source, RequestStateValue):
            return f"{self.connection}.state"
        return _LOCALS[type(source)]


def _value_name(function: Any) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return f"{name.lower()}_value"
