"""Python objects that travel as the place from which they are imported."""

from __future__ import annotations

import types
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.serializers import PlainSerializer

__all__ = ["ImportString"]

T = TypeVar("T")

if TYPE_CHECKING:
    ImportString = Annotated[T, ...]
else:

    class ImportString:
        """An object imported from a path such as ``"math.cos"``; what is no string is taken as it is.

        Never for input of clients: importing a module runs it.
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]

        def __bolide_type__(self: Any = None, hint: Any = Any) -> TypeSpec:
            return TypeSpec(
                wire=Annotated[Any, _Imported()],
                value=Annotated[hint, PlainSerializer(_place, when_used="json")],
                load=lambda value: value,
                schema={"type": "string"},
                output_schema={"type": "string"},
                label="import-string",
            )


class _Imported:
    """Metadata that imports what a string names."""

    def __bolide_type__(self, _hint: Any) -> TypeSpec:
        return TypeSpec(value=Any, load=_load, label="import-string")


def _load(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _import(value)
    except (ImportError, RecursionError) as error:  # the latter for a name of a thousand parts
        message = "Invalid python path: {error}"
        raise CustomError("import_error", message, {"error": str(error)}) from None


def _import(path: str) -> Any:
    module_path, *attributes = path.strip().split(":")
    if len(attributes) > 1:
        raise ImportError(f"Import strings should have at most one ':'; received {path!r}")
    if not module_path or module_path.startswith("."):
        raise ImportError(f"Import strings should have a nonempty module name; received {path!r}")
    try:
        module = import_module(module_path)
    except ModuleNotFoundError:
        parent, _, name = module_path.rpartition(".")
        if attributes or not parent:
            raise
        try:  # the last part may be an attribute of the module before it
            return _import(f"{parent}:{name}")
        except ImportError:
            pass
        raise
    if not attributes:
        return module
    try:
        return getattr(module, attributes[0])
    except AttributeError:
        raise ImportError(f"cannot import name {attributes[0]!r} from {module_path!r}") from None


def _place(value: Any) -> Any:
    """Return where *value* can be imported from; *value* itself when that is not known."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else value
