"""What the body of a root model says about its value, as metadata of a hint.

Serializers in class bodies get the instance; those in hints get the value alone, so an instance is made for
them again.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from bolide.validation.decorators import RecordFunctions
from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError
from bolide.validation.serializers import RecordSerializers, SerializerFunction, serializer_takes_info

__all__ = ["annotated_root", "wrap_root"]

R = TypeVar("R")


def wrap_root(cls: type[R], root: Any) -> R:
    """Make an instance of the root model *cls*; nothing else happens."""
    instance = cls.__new__(cls)
    object.__setattr__(instance, "root", root)
    return instance


def annotated_root(cls: type, hint: Any, info: FieldInfo) -> Any:
    """Return *hint* with what the body of the root model *cls* says beside it.

    Raises:
        TypeHintError: The class has computed fields, for which a single value has no place.
    """
    serializers = RecordSerializers(cls)
    if serializers.computed:
        raise TypeHintError(
            f"{cls.__qualname__}: a root model has no computed fields, since it is written as its value"
        )
    serializers.check_names({"root"})
    annotated: Any = Annotated
    metadata: list[Any] = [info, *RecordFunctions(cls).of_field("root")]
    if (of_field := serializers.of_field("root")) is not None:
        metadata.append(_of_instance(cls, *of_field, takes_value=True) if of_field[1] else of_field[0])
    if (of_record := serializers.of_record()) is not None:
        metadata.append(_of_instance(cls, *of_record, takes_value=False))
    return annotated[hint, *metadata]


def _write_root(cls: type[Any], write: Callable[[Any], Any], it: Any) -> Any:
    """Write what the instance *it* wraps, or *it* itself if the serializer hands on something else."""
    return write(it.root if isinstance(it, cls) else it)


def _of_instance(
    cls: type[Any], marker: SerializerFunction, _takes_owner: bool, *, takes_value: bool
) -> SerializerFunction:
    """Return *marker*, whose function takes an instance of *cls*, for the value alone."""
    function: Callable[..., Any] = marker.func
    wraps = marker.mode == "wrap"
    takes_info = serializer_takes_info(function, 1 + takes_value + wraps)

    def serialize(value: Any, *others: Any) -> Any:
        instance: Any = wrap_root(cls, value)
        if wraps and not takes_value:
            handler, *others_left = others
            others = (functools.partial(_write_root, cls, handler), *others_left)
        return function(instance, *((value,) if takes_value else ()), *others)

    names = ("value", *(("handler",) if wraps else ()), *(("info",) if takes_info else ()))
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names]
    serialize.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return type(marker)(serialize, marker.return_type, marker.when_used)
