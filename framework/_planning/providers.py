"""Read the endpoint of a route and its dependencies: what each of their parameters receives.

Owns markers, signatures, overrides and the rules of scopes. Knows nothing of the order of calls.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeVar, cast, get_origin, is_typeddict

from bolide._locations import describe, unwrap
from bolide._planning.adoption import adopt, is_foreign_scheme, is_left_out
from bolide._planning.binding import bind
from bolide._planning.markers import BindingError, split_marker
from bolide._planning.plan import (
    CallKind,
    ConstantValue,
    ExchangeValue,
    Input,
    LifespanStateValue,
    RequestStateValue,
)
from bolide._planning.received import NeedsScopes, RequestPart, part_of_request
from bolide._planning.schemes import refuse_bare_scheme, refuse_scheme_class
from bolide._planning.signature import NO_HINT, Parameter, call_kind, read_parameters
from bolide._routing.templates import PathTemplate
from bolide.datastructures import State
from bolide.exceptions import DependencyScopeError, RouteError
from bolide.params import DependencyScope, Depends, LifespanState, Param, Security
from bolide.security.base import SecurityBase, quick_reader
from bolide.validation.functions import BeforeValidator
from bolide.validation.hints import describe_hint, split_annotated
from bolide.validation.tree import NO_DEFAULT

__all__ = ["Dependency", "Provider", "ProviderReader", "key_of"]

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """One use of a provider, by a parameter or in a list of dependencies.

    Attributes:
        declared: The callable that was declared; *provider* may be that of its override.
    """

    declared: Callable[..., Any]
    marker: Depends
    provider: Provider

    @property
    def scope(self) -> DependencyScope | None:
        """Return the declared scope; generators have ``request`` without one."""
        if self.marker.scope is None and self.provider.is_generator:
            return "request"
        return self.marker.scope

    @property
    def own_scopes(self) -> tuple[str, ...]:
        """Return the security scopes that are declared here."""
        return self.marker.scopes if isinstance(self.marker, Security) else ()

    @property
    def is_secure(self) -> bool:
        """Tell whether it contains a security scheme."""
        return isinstance(self.marker, Security) or self.provider.is_secure

    @property
    def uses_scopes(self) -> bool:
        """Tell whether its value depends on the security scopes above it."""
        return bool(self.own_scopes) or self.provider.uses_scopes

    @property
    def ends_early(self) -> bool:
        """Tell whether its value is of no use when the endpoint has returned."""
        if self.scope in ("function", "app"):
            return self.scope == "function"
        return self.provider.ends_early


Received = (
    Dependency | Input | RequestPart | RequestStateValue | LifespanStateValue | ConstantValue | ExchangeValue
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Provider:
    """A function that the handler of a route calls: the endpoint or a dependency.

    Attributes:
        role: What messages call it.
        received: What each parameter receives, by its name.
        scheme: The security scheme that it is, None for others.
        is_secure: It is a security scheme, or depends on one.
        uses_scopes: Its value depends on the security scopes above it.
        ends_early: It depends on what ends when the endpoint has returned.
    """

    function: Callable[..., Any]
    role: Literal["endpoint", "dependency"]
    kind: CallKind
    parameters: tuple[Parameter, ...]
    received: dict[str, Received]
    scheme: Any
    is_secure: bool
    uses_scopes: bool
    ends_early: bool

    @property
    def is_generator(self) -> bool:
        return self.kind in ("generator", "async_generator")

    @property
    def dependencies(self) -> Iterator[Dependency]:
        """Iterate over what it depends on, in order of declaration."""
        return (each for each in self.received.values() if isinstance(each, Dependency))

    def __str__(self) -> str:
        return f"{self.role} {describe(self.scheme or self.function)}"

    def check_inline(self) -> None:
        """Refuse ``inline=True`` where it has no meaning.

        Raises:
            RouteError: the function is async.
        """
        if self.kind in ("async", "async_generator"):
            raise RouteError(
                f"{self} is async: it runs in the event loop already; inline=True is for sync functions",
                function=self.function,
            )


class ProviderReader:
    """Reads the functions of one route, each once."""

    def __init__(
        self,
        local_names: Mapping[str, Any],
        template: PathTemplate | None,
        overrides: Overrides,
        *,
        is_websocket: bool = False,
    ) -> None:
        self._is_websocket = is_websocket
        self._local_names = local_names
        self._path_parameters = () if template is None else template.parameters
        self._convertors = {} if template is None else template.convertors
        self._own_convertors = {} if template is None else template.own_convertors
        self._overrides = {key_of(declared): override for declared, override in overrides.items()}
        self._known: dict[object, Provider] = {}
        self._pending: list[Callable[..., Any]] = []

    def endpoint(self, function: Callable[..., Any], instance: Depends | None) -> Provider:
        """Read the endpoint; *instance* makes the first argument of a method.

        Raises:
            RouteError: something in the signature cannot be served; names the function, its file and line.
        """
        return self._provider(function, "endpoint", instance)

    def dependency(self, declared: Callable[..., Any], marker: Depends) -> Dependency:
        """Read a dependency and all that it needs; raises as :meth:`endpoint` does.

        Raises:
            BindingError: it is the class of a security scheme.
            DependencyScopeError: it needs one that ends before itself.
        """
        refuse_scheme_class(declared)
        function = self._overrides.get(key_of(declared), declared)
        provider = self._known.get(key_of(function))
        if provider is None:
            if function in self._pending:
                cycle = [*self._pending[self._pending.index(function) :], function]
                shown = " -> ".join(map(describe, cycle))
                raise RouteError(f"dependency cycle: {shown}", code="B007", function=function)
            self._pending.append(function)
            provider = self._known[key_of(function)] = self._provider(function, "dependency")
            self._pending.pop()
        if marker.inline and function is declared:
            provider.check_inline()
        dependency = Dependency(declared, marker, provider)
        _check_lifetime(dependency)
        return dependency

    def _provider(
        self,
        function: Callable[..., Any],
        role: Literal["endpoint", "dependency"],
        instance: Depends | None = None,
    ) -> Provider:
        if inspect.isclass(function):
            _check_constructor(function, role)
        function = _without_context_manager(function)
        if (read := quick_reader(function)) is not None:
            return _scheme(function, read)
        parameters = read_parameters(function, self._local_names, is_method=instance is not None)
        received: dict[str, Received] = {}
        if instance is not None and instance.dependency is not None:
            received[parameters[0].name] = self.dependency(instance.dependency, instance)
        try:
            for each in parameters[len(received) :]:
                received[each.name] = self._receive(each)
        except BindingError as error:
            message = f"{role} {describe(function)}: {error}"
            raise RouteError(message, code=error.code, function=function) from error
        dependencies = [each for each in received.values() if isinstance(each, Dependency)]
        behind = unwrap(function)
        is_scheme = isinstance(behind, SecurityBase) or is_foreign_scheme(behind)
        return Provider(
            function=function,
            role=role,
            kind=call_kind(function),
            parameters=parameters,
            received=received,
            scheme=behind if is_scheme else None,
            is_secure=is_scheme or any(each.is_secure for each in dependencies),
            uses_scopes=is_scheme
            or NeedsScopes() in received.values()
            or any(each.uses_scopes for each in dependencies),
            ends_early=any(each.ends_early for each in dependencies),
        )

    def _receive(self, declared: Parameter) -> Received:
        refuse_bare_scheme(declared)
        if (state := _state(declared)) is not None:
            return state
        if is_left_out(declared, is_websocket=self._is_websocket):
            return ConstantValue(None if declared.default is NO_DEFAULT else declared.default)
        parameter, marker = split_marker(adopt(declared))
        if isinstance(marker, Depends):
            return self.dependency(_dependency_of(parameter, marker), marker)
        if marker is None and (part := part_of_request(parameter, self._is_websocket)) is not None:
            return part
        bound = bind(self._converted(parameter, marker), marker, self._path_parameters)
        if self._is_websocket and bound.location in ("body", "form"):
            raise BindingError(f"parameter {bound.name!r}: a WebSocket route has no body")
        return bound

    def _converted(self, parameter: Parameter, marker: Param | None) -> Parameter:
        """Let the convertor of a path parameter come first: one that was registered, any where no type is."""
        alias = None if marker is None else marker.field.alias
        hint: Any = Any if parameter.hint is NO_HINT else parameter.hint
        known = self._convertors if hint is Any else self._own_convertors
        convertor = known.get(alias or parameter.name)
        if convertor is None:
            return parameter
        return replace(parameter, hint=Annotated[hint, BeforeValidator(convertor.convert)])


def _scheme(scheme: object, read: Callable[..., Any]) -> Provider:
    """Return the provider of a security scheme that needs no request object."""
    return Provider(
        function=read,
        role="dependency",
        kind="sync",
        parameters=(Parameter("exchange", NO_HINT, NO_DEFAULT, keyword_only=False),),
        received={"exchange": ExchangeValue()},
        scheme=scheme,
        is_secure=True,
        uses_scopes=True,
        ends_early=False,
    )


def _state(parameter: Parameter) -> RequestStateValue | LifespanStateValue | None:
    """Return what a parameter of type ``State`` or ``State[T]`` receives, None for any other."""
    hint, metadata = split_annotated(parameter.hint)
    if LifespanState() in metadata:
        if isinstance(hint, TypeVar):
            return RequestStateValue()
        if not is_typeddict(get_origin(hint) or hint):
            raise BindingError(
                f"parameter {parameter.name!r}: State[T] is what the lifespan yields; T must be a TypedDict, "
                f"not {describe_hint(hint)}"
            )
        return LifespanStateValue()
    return RequestStateValue() if hint is State else None


def key_of(function: object) -> object:
    """Return what identifies *function*: itself, or its identity when it cannot be hashed."""
    try:
        hash(function)
    except TypeError:
        return id(function)
    return function


def _dependency_of(parameter: Parameter, marker: Depends) -> Callable[..., Any]:
    if marker.dependency is not None:
        if not callable(marker.dependency):
            raise BindingError(
                f"parameter {parameter.name!r}: Depends() takes a callable, not {marker.dependency!r}",
                code="B003",
            )
        return marker.dependency
    hint, _ = split_annotated(parameter.hint)
    cls: Any = get_origin(hint) or hint
    if hint in (NO_HINT, Any) or not inspect.isclass(cls) or cls.__module__ in ("builtins", "types"):
        message = f"parameter {parameter.name!r}: Depends() without a callable needs a class hint"
        raise BindingError(f"{message} that makes the value; write Depends(callable)", code="B003")
    return cast("Callable[..., Any]", hint)


def _check_constructor(cls: type, role: str) -> None:
    """Refuse a class that a call makes no instance of.

    Raises:
        RouteError: its constructor is async.
    """
    for name in ("__new__", "__init__"):
        if inspect.iscoroutinefunction(getattr(cls, name)):
            raise RouteError(
                f"{role} {describe(cls)}: {name} is async, so that calling the class makes no instance; make "
                f"it in an async function, and depend on that",
                function=cls,
            )


def _check_lifetime(dependency: Dependency) -> None:
    """Refuse a dependency that would outlive something that it holds.

    Raises:
        DependencyScopeError: names both.
    """
    provider = dependency.provider
    if dependency.scope == "app":
        for name, received in provider.received.items():
            if not (isinstance(received, Dependency) and received.scope == "app"):
                raise DependencyScopeError(
                    f"{provider} has scope 'app', but parameter {name!r} "
                    f"{_why_shorter(received)}; it can only receive dependencies with scope='app'",
                    function=provider.function,
                )
    elif provider.is_generator and dependency.scope == "request":
        for each in provider.dependencies:
            if each.ends_early:
                raise DependencyScopeError(
                    f"{provider} has scope 'request': it ends after the response. It needs {each.provider}, "
                    f"which ends before; give both the same scope",
                    function=provider.function,
                )


def _why_shorter(received: Received) -> str:
    if isinstance(received, Dependency):
        return f"is {received.provider}, which is made for each request"
    return "comes from a request"


def _without_context_manager(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the generator function behind ``@contextmanager``: a dependency is entered without it."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_filename != contextlib.contextmanager.__code__.co_filename:
        return function
    return unwrap(function)
