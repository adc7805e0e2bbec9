"""Models made from other models: all fields optional, a few of them, all but a few.

A projection has fields of its own, read, described and written as those of its source, with their validators
and serializers; nothing else is taken over: no methods, no private attributes, no validators of the model.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_args, get_origin

from msgspec.structs import replace

from bolide.validation.decorators import FieldValidator, decorated_functions
from bolide.validation.fields import FieldInfo, takes_data
from bolide.validation.functions import ValidationInfo
from bolide.validation.generics import MADE_BY, parameters_of
from bolide.validation.hints import TypeHintError, needs_names
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.records import LEAVES_OUT_UNSET, ModelDeclaration, declared_record
from bolide.validation.serializers import FieldSerializer, RecordSerializers

__all__ = ["Omit", "Partial", "Pick"]

_PROJECTIONS = "__bolide_projections__"

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    # Checkers see the source itself: its fields have the right types, if one too many.
    from typing import Annotated as Omit
    from typing import Annotated as Pick

    Partial = Annotated[M, "partial"]
else:

    def _as_tuple(arguments: Any) -> tuple[Any, ...]:
        return arguments if isinstance(arguments, tuple) else (arguments,)

    class Partial:
        """``Partial[User]`` has the fields of ``User``, none of them required: the body of a PATCH request.

        Types are as strict as before: null is refused where ``User`` refuses it. A field that was not given
        is None and is not written; ``model_fields_set`` tells which ones were given, and
        ``user.model_copy(update=patch)`` takes over those.
        """

        def __class_getitem__(cls, model: Any) -> Any:
            return _projected("Partial", model)

    class Pick:
        """``Pick[User, "id", "name"]`` has only these fields of ``User``."""

        def __class_getitem__(cls, arguments: Any) -> Any:
            return _projected("Pick", *_as_tuple(arguments))

    class Omit:
        """``Omit[User, "password"]`` has all fields of ``User`` but these.

        Linters that take the names for types are content with ``Omit[User, Literal["password"]]``.
        """

        def __class_getitem__(cls, arguments: Any) -> Any:
            return _projected("Omit", *_as_tuple(arguments))


def _projected(kind: str, model: Any = None, *given: Any) -> Any:
    """Return the projection *kind* of *model*, which may be the name of a class that is being defined."""
    if needs_names(model):
        return Annotated[model, _Later(kind, given)]
    if kind == "Partial":
        _name(model)
        return _project(kind, model)
    return _project(kind, model, _named_fields(kind, model, *given))


class _Later:
    """Metadata of the name of a model: the projection is made when names are resolved."""

    def __init__(self, kind: str, given: tuple[Any, ...]) -> None:
        self._kind = kind
        self._given = given

    def __repr__(self) -> str:
        return self._kind

    def __bolide_makes_hint__(self, model: Any) -> Any:
        return _projected(self._kind, model, *self._given)


def _project(kind: str, model: Any, names: frozenset[str] = frozenset()) -> Any:
    """Return the projection of *model* that leaves or takes *names*, the same class each time."""
    known: dict[tuple[str, frozenset[str]], Any] | None = model.__dict__.get(_PROJECTIONS)
    if known is None:
        known = {}
        setattr(model, _PROJECTIONS, known)
    key = (kind, names)
    if key not in known:
        name = _unused(_NAMES[kind](model.__name__, _joined(names)), {cls.__name__ for cls in known.values()})
        known[key] = _make(kind, model, names, name)
    return known[key]


_NAMES: Final[dict[str, Callable[[str, str], str]]] = {
    "Partial": "Partial{}".format,
    "Pick": "{}With{}".format,
    "Omit": "{}Without{}".format,
}


def _unused(name: str, taken: set[str]) -> str:
    """Return *name*, numbered if need be: ``a_1`` and ``a1`` look the same in a title."""
    numbered = itertools.chain((name,), (f"{name}{number}" for number in itertools.count(2)))
    return next(each for each in numbered if each not in taken)


def _make(kind: str, model: Any, names: frozenset[str], name: str) -> Any:
    partial = kind == "Partial"
    fields = _fields_of(model)
    kept = {field: info for field, info in fields.items() if partial or (field in names) == (kind == "Pick")}
    missing = frozenset(fields.keys() - kept.keys())
    namespace: dict[str, Any] = {
        "__module__": model.__module__,
        "__qualname__": name,
        "__doc__": model.__doc__,
        "__annotations__": dict.fromkeys(kept, Any),
        MADE_BY: (_project, (kind, model, names)),
    }
    for field, info in kept.items():
        namespace[field] = _optional(info) if partial else _without(info, missing, name)
    namespace |= _functions_of(model, missing, name)
    options: dict[str, Any] = {**model.model_config}
    if partial or getattr(model, LEAVES_OUT_UNSET, False):  # a part of a Partial is one
        namespace[LEAVES_OUT_UNSET] = True
        options["track_fields_set"] = True
    made: Any = ModelMeta(name, (Model,), namespace, **options)
    made.__parameters__ = parameters_of(model)
    # Not before somebody asks: the model may hold its own projection, and then its hints are read just now.
    made.__bolide_declaration__.hint_source = functools.partial(_hints_of, model, kept.keys())
    return made


def _fields_of(model: Any) -> Mapping[str, FieldInfo]:
    declaration: ModelDeclaration = model.__bolide_declaration__
    return declaration.fields


def _hints_of(model: Any, names: Collection[str]) -> dict[str, Any]:
    """Return the hints of the fields *names* of *model*, with what its docstrings say."""
    return {
        field.name: Annotated[field.hint, FieldInfo(description=field.info.description)]
        if field.info.description
        else field.hint
        for field in declared_record(model).fields
        if field.name in names
    }


def _functions_of(model: Any, missing: frozenset[str], name: str) -> dict[str, Any]:
    """Return the validators and serializers of the fields of *model*, for a class without *missing*.

    Raises:
        TypeHintError: The model is written by a function, which could show what a projection leaves out.
    """
    if RecordSerializers(model).of_record() is not None:
        raise TypeHintError(
            f"{name}: {model.__name__} has a model_serializer, which decides what is written of it whole; "
            f"write a field_serializer, or a model of its own"
        )
    functions: dict[str, Any] = {}
    for method, validator in decorated_functions(model, FieldValidator).items():
        function = _guarded(getattr(model, method), missing, name)
        functions[method] = validator.taken_over(function)
    for method, serializer in decorated_functions(model, FieldSerializer).items():
        functions[method] = serializer.taken_over()
    return functions


def _optional(info: FieldInfo) -> FieldInfo:
    return replace(info, default=None, default_factory=None, validate_default=False)


def _without(info: FieldInfo, missing: frozenset[str], name: str) -> FieldInfo:
    """Return *info* with a default factory that is told when it asks for a field which is *missing*."""
    factory: Any = info.default_factory
    if not missing or not takes_data(factory):
        return info

    def make_default(data: dict[str, Any]) -> Any:
        return factory(_KeptFields(data, missing, name))

    return replace(info, default_factory=make_default)


def _guarded(function: Callable[..., Any], missing: frozenset[str], name: str) -> Callable[..., Any]:
    """Return *function* with an ``info.data`` that tells about fields which are *missing*."""
    if not missing:
        return function

    @functools.wraps(function)
    def validate(value: Any, *others: Any) -> Any:
        *handler, info = others or (None,)
        if isinstance(info, ValidationInfo) and info.data is not None:
            others = (*handler, replace(info, data=_KeptFields(info.data, missing, name)))
        return function(value, *others)

    return validate


class _KeptFields(dict[str, Any]):
    """The validated fields of a projection; says so when a function looks for one that it does not have."""

    def __init__(self, data: dict[str, Any], missing: frozenset[str], owner: str) -> None:
        super().__init__(data)
        self._missing = missing
        self._owner = owner

    def __missing__(self, name: str) -> Any:
        if name in self._missing:
            raise TypeError(
                f"{self._owner} does not have the field {name!r}, which a function of its source reads; "
                f"keep it, or let the function use data.get({name!r})"
            )
        raise KeyError(name)


def _named_fields(projection: str, model: Any, *given: Any) -> frozenset[str]:
    owner = _name(model)
    names: list[Any] = []
    for item in given:
        names.extend(get_args(item) if repr(get_origin(item)) == "typing.Literal" else (item,))
    if not names:
        raise TypeHintError(f'{projection} takes a model and names of fields: {projection}[{owner}, "name"]')
    known = _fields_of(model)
    for name in names:
        if name not in known:
            raise TypeHintError(f"{projection}: {owner} has no field {name!r}; there are: {', '.join(known)}")
    return frozenset(names)


def _name(model: Any) -> str:
    if not isinstance(model, ModelMeta):
        raise TypeHintError(f"{model!r} is no Model, of which fields could be taken")
    return model.__name__


def _joined(names: frozenset[str]) -> str:
    return "And".join(name.title().replace("_", "") for name in sorted(names))
