"""Models made from other models: all fields optional, a few of them, all but a few.

A projection has fields of its own, read and described as those of its source, with their validators; nothing
else is taken over: no methods, no private attributes, no validators of the model as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from msgspec.structs import replace

from bolide.validation.decorators import RecordFunctions
from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.records import DeclaredField, declared_record

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
        is None; ``model_fields_set`` and ``model_dump(exclude_unset=True)`` tell which ones were, and
        ``user.model_copy(update=patch)`` takes over those.
        """

        def __class_getitem__(cls, model: Any) -> Any:
            return _project(model, f"Partial{_name(model)}", lambda _: True, partial=True)

    class Pick:
        """``Pick[User, "id", "name"]`` has only these fields of ``User``."""

        def __class_getitem__(cls, arguments: Any) -> Any:
            model, names = _named_fields("Pick", *_as_tuple(arguments))
            return _project(model, f"{model.__name__}With{_joined(names)}", lambda name: name in names)

    class Omit:
        """``Omit[User, "password"]`` has all fields of ``User`` but these.

        Linters that take the names for types are content with ``Omit[User, Literal["password"]]``.
        """

        def __class_getitem__(cls, arguments: Any) -> Any:
            model, names = _named_fields("Omit", *_as_tuple(arguments))
            return _project(model, f"{model.__name__}Without{_joined(names)}", lambda name: name not in names)


def _project(model: Any, name: str, keeps: Callable[[str], bool], *, partial: bool = False) -> Any:
    """Return the projection called *name* of *model*, the same class each time."""
    known: dict[str, Any] | None = model.__dict__.get(_PROJECTIONS)
    if known is None:
        known = {}
        setattr(model, _PROJECTIONS, known)
    if name not in known:
        kept = [field for field in declared_record(model).fields if keeps(field.name)]
        known[name] = _make(model, name, kept, partial=partial)
    return known[name]


def _make(model: Any, name: str, kept: list[DeclaredField], *, partial: bool) -> Any:
    functions = RecordFunctions(model)
    namespace: dict[str, Any] = {
        "__module__": model.__module__,
        "__qualname__": name,
        "__doc__": model.__doc__,
        "__annotations__": {
            field.name: _with_metadata(field.hint, functions.of_field(field.name)) for field in kept
        },
    }
    for field in kept:
        namespace[field.name] = _optional(field.info) if partial else field.info
    options: dict[str, Any] = {**model.model_config}
    if partial:
        options["track_fields_set"] = True
    return ModelMeta(name, (Model,), namespace, **options)


def _with_metadata(hint: Any, metadata: tuple[Any, ...]) -> Any:
    annotated: Any = Annotated
    return annotated[hint, *metadata] if metadata else hint


def _optional(info: FieldInfo) -> FieldInfo:
    return replace(info, default=None, default_factory=None, validate_default=None)


def _named_fields(projection: str, model: Any, *given: Any) -> tuple[Any, tuple[str, ...]]:
    owner = _name(model)
    names: list[Any] = []
    for item in given:
        names.extend(get_args(item) if repr(get_origin(item)) == "typing.Literal" else (item,))
    if not names:
        raise TypeHintError(f'{projection} takes a model and names of fields: {projection}[{owner}, "name"]')
    known = [field.name for field in declared_record(model).fields]
    for name in names:
        if name not in known:
            raise TypeHintError(f"{projection}: {owner} has no field {name!r}; there are: {', '.join(known)}")
    return model, tuple(names)


def _name(model: Any) -> str:
    if not isinstance(model, ModelMeta):
        raise TypeHintError(f"{model!r} is no Model, of which fields could be taken")
    return model.__name__


def _joined(names: tuple[str, ...]) -> str:
    return "And".join(name.title().replace("_", "") for name in sorted(names))
