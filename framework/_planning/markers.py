"""Find what marks a parameter: ``Query()`` and the like, or ``Depends()``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Annotated, Any

import msgspec

from bolide import param_functions
from bolide._planning.signature import Parameter
from bolide.params import Depends, Param
from bolide.validation.fields import FieldInfo, merge_field_infos
from bolide.validation.hints import TypeHintError, split_annotated
from bolide.validation.misplaced_markers import misplaced_marker
from bolide.validation.tree import NO_DEFAULT

__all__ = ["BindingError", "split_marker"]


class BindingError(ValueError):
    """A parameter cannot be bound; who catches it knows the function, file and line.

    *code* is that of the finding, see :class:`~bolide.exceptions.RouteError`.
    """

    def __init__(self, message: str, *, code: str = "B001") -> None:
        super().__init__(message)
        self.code = code


def split_marker(parameter: Parameter) -> tuple[Parameter, Param | Depends | None]:
    """Take the marker out of a parameter's default or ``Annotated`` metadata.

    Of several in ``Annotated`` the last one wins, and what the others say of the value holds, too.

    Raises:
        BindingError: markers stand in both places, one in ``Annotated`` has a default, or one means nothing.
    """
    bare, metadata = split_annotated(parameter.hint)
    if isinstance(bare, Param | Depends):
        kind = type(bare).__name__
        raise BindingError(
            f"parameter {parameter.name!r} has {kind}() as its type; write Annotated[..., {kind}(...)]",
            code="B003",
        )
    _refuse_misplaced(parameter, metadata)
    markers = [item for item in metadata if isinstance(item, Param | Depends)]
    rest = tuple(item for item in metadata if not isinstance(item, Param | Depends))
    hint = Annotated[(bare, *rest)] if rest else bare
    if isinstance(parameter.default, Param | Depends):
        if markers:
            raise BindingError(f"parameter {parameter.name!r} has a marker in Annotated and as its default")
        marker = parameter.default
        default = marker.field.default if isinstance(marker, Param) else NO_DEFAULT
        return replace(parameter, hint=hint, default=default), marker
    if not markers:
        return replace(parameter, hint=hint), None
    marker = markers[-1]
    if isinstance(marker, Depends) and parameter.default is not NO_DEFAULT:
        raise BindingError(
            f"parameter {parameter.name!r} is a dependency and has the default {parameter.default!r}, which "
            f"would never be used",
            code="B003",
        )
    params = [item for item in markers if isinstance(item, Param)]
    for param in params:
        _refuse_default(parameter, type(param).__name__, param.field)
    if isinstance(marker, Param) and len(params) > 1:
        marker = _joined(parameter, marker, params)
    return replace(parameter, hint=hint), marker


def _joined(parameter: Parameter, marker: Param, params: Sequence[Param]) -> Param:
    """Return *marker* with what all *params* say: one alias of a type may have another one inside."""
    try:
        field = reduce(merge_field_infos, (param.field for param in params))
    except TypeHintError as error:
        raise BindingError(f"parameter {parameter.name!r}: {error}") from error
    return msgspec.structs.replace(marker, field=field)


def _refuse_misplaced(parameter: Parameter, metadata: tuple[Any, ...]) -> None:
    """Refuse what would be taken for a default, or passed over."""
    for item in (parameter.default, *metadata):
        if getattr(item, "__module__", None) == param_functions.__name__:
            where = "as a default" if item is parameter.default else "in Annotated"
            message = f"parameter {parameter.name!r}: {item.__name__} {where} must be called"
            raise BindingError(f"{message}: {item.__name__}()", code="B003")
        if not isinstance(item, Param | Depends) and (mistake := misplaced_marker(item)) is not None:
            raise BindingError(f"parameter {parameter.name!r} has {mistake}")
    if isinstance(parameter.default, FieldInfo):
        raise BindingError(
            f"parameter {parameter.name!r} has Field() as its default; use Query() and the like, "
            f"or write Field() in Annotated"
        )
    for item in metadata:
        if isinstance(item, FieldInfo):
            _refuse_default(parameter, "Field", item)


def _refuse_default(parameter: Parameter, marker: str, field: FieldInfo) -> None:
    if field.default is not NO_DEFAULT:
        raise BindingError(
            f"parameter {parameter.name!r}: {marker}() in Annotated takes no default; "
            f"write '= {field.default!r}' after the annotation"
        )
