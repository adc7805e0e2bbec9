"""What add-ons for Starlette and FastAPI expect of an application or a router, beside what users need."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from bolide._declaring.application_options import SETTINGS, check_application_options
from bolide._declaring.names import refuse_bare_decorator
from bolide.exceptions import BolideError

if TYPE_CHECKING:
    from bolide._declaring.events import Lifespan
    from bolide._routing.slashes import TrailingSlash
    from bolide.datastructures import State
    from bolide.server_adapters.asgi import Receive, Scope, Send
    from bolide.server_adapters.asgi_bridge import AsgiApp

__all__ = ["AddonAttributes", "EventDeclarations"]

F = TypeVar("F", bound=Callable[..., Any])


class EventDeclarations:
    """What is called when an application starts or stops, declared one by one."""

    _lifespan: Lifespan | None

    def on_event(self, event_type: Literal["startup", "shutdown"]) -> Callable[[F], F]:
        """Call the decorated function when the application starts or stops, within its lifespan.

        Deprecated: a lifespan does both in one function.

        Raises:
            BolideError: the event is another one.
        """
        refuse_bare_decorator(event_type, "@app.on_event('startup')")
        warnings.warn("on_event() is deprecated; use lifespan", DeprecationWarning, stacklevel=2)

        def decorate(function: F) -> F:
            self.add_event_handler(event_type, function)
            return function

        return decorate

    def add_event_handler(self, event_type: Literal["startup", "shutdown"], func: Callable[[], Any]) -> None:
        """Call *func*, sync or async, when the application starts or stops, within its lifespan.

        Raises:
            BolideError: the event is another one, or *func* needs arguments.
        """
        from bolide._declaring.events import with_event

        self._lifespan = with_event(self._lifespan, event_type, func)


class AddonAttributes(ABC):
    """What only applications have."""

    trailing_slash: TrailingSlash
    _document: dict[str, Any] | None
    _no_stack: Final = None

    if not TYPE_CHECKING:  # checkers would take it for leave to assign anything

        def __setattr__(self, name: str, value: Any) -> None:
            """Set an attribute; what was compiled with another value of a setting is made again."""
            is_late = name in SETTINGS and "_serving" in self.__dict__
            if is_late:
                check_application_options({name: value})
            super().__setattr__(name, value)
            if is_late:
                self._routes_changed()

    @cached_property
    def state(self) -> State:
        """Return what the application keeps: ``app.state.x`` and ``app.state["x"]`` are the same."""
        from bolide.datastructures import State

        return State()

    @property
    def redirect_slashes(self) -> bool:
        """Tell whether a slash at the end may lead to a redirect; False is ``trailing_slash="strict"``."""
        return self.trailing_slash == "redirect"

    @redirect_slashes.setter
    def redirect_slashes(self, redirect: bool) -> None:
        self.trailing_slash = "redirect" if redirect else "strict"

    @property
    def openapi_schema(self) -> Mapping[str, Any] | None:
        """Return the document if it was made; one that is assigned is served until the routes change."""
        return self._document

    @openapi_schema.setter
    def openapi_schema(self, document: dict[str, Any] | None) -> None:
        self._document = document

    @property
    def middleware_stack(self) -> None:
        """Return None, as Starlette does before the first request: middleware may be added at any time.

        It is put together again whenever it changes, so that assigning None, or what
        :meth:`build_middleware_stack` returns, has nothing to do.

        Raises:
            BolideError: something else is assigned.
        """
        return self._no_stack

    @middleware_stack.setter
    def middleware_stack(self, stack: AsgiApp | None) -> None:
        if stack is not None and stack != self.build_middleware_stack():
            raise BolideError(
                f"middleware_stack = {stack!r}: use add_middleware(), which holds on every server"
            )

    def build_middleware_stack(self) -> AsgiApp:
        """Return the application with its middleware, as ASGI servers call it."""
        return self.__call__

    @abstractmethod
    def _routes_changed(self) -> None:
        """Drop what was compiled from the declarations."""

    @abstractmethod
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as an ASGI 3 application."""
