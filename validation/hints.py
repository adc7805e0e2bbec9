"""Resolve annotations to type hints.

Owns forward references and type qualifiers. Knows nothing about what a hint means.
"""

from __future__ import annotations

import contextlib
import inspect
import operator
import re
import sys
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

__all__ = [
    "MAKES_HINT",
    "TypeHintError",
    "alias_value",
    "default_of_parameter",
    "describe_hint",
    "hint_of_parameter",
    "is_alias",
    "is_class_variable",
    "is_typed_dict",
    "needs_names",
    "outline",
    "resolve_class_annotations",
    "resolve_early",
    "resolve_hints",
    "resolve_record_hints",
    "split_annotated",
    "split_qualifiers",
    "substitute",
    "with_arguments",
]

MAKES_HINT: Final = "__bolide_makes_hint__"
"""Method of metadata: takes the hint beside it, and returns the one that both stand for."""


class TypeHintError(TypeError):
    """A type hint cannot be resolved, or does not say something that can be validated."""


def resolve_hints(
    obj: Any,
    *,
    localns: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
    annotations: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the resolved annotations of a function or class, ``Annotated`` metadata kept.

    Args:
        obj: A function, or a class; a class brings the annotations of its bases first.
        localns: Names that are local to the function which defined *obj*. Names that *obj* closes over
            are found without it.
        only: Of a function, the annotations to resolve; the others may name what does not exist at run time.
        annotations: Of a function, what to resolve in place of its own annotations, with its names.

    Raises:
        TypeHintError: A forward reference names something that does not exist (yet).
    """
    if isinstance(obj, type):
        return _resolve_class(obj, localns or {})
    target = inspect.unwrap(obj)
    names = {**_closure_names(target), **(localns or {})}
    found: Mapping[str, Any] = getattr(target, "__annotations__", {}) if annotations is None else annotations
    module_names: dict[str, Any] = getattr(target, "__globals__", {})
    return {
        name: _resolve_hint(hint, module_names, names, where=f"{describe_hint(target)}, {name!r}")
        for name, hint in found.items()
        if only is None or name in only
    }


def resolve_record_hints(hint: Any) -> dict[str, Any]:
    """Return the resolved annotations of *hint*, a class or a generic class with arguments (``Box[int]``).

    Type parameters are replaced by their arguments, in the annotations of its bases too.

    Raises:
        TypeHintError: A forward reference names something that does not exist (yet).
    """
    cls: type = typing.get_origin(hint) or hint
    arguments = _arguments_by_class(hint)
    # A TypedDict carries the annotations of its bases as its own.
    merged = {name: value for each in reversed(arguments.values()) for name, value in each.items()}
    hints: dict[str, Any] = {}
    for owner in _annotation_owners(cls):
        own = merged if is_typed_dict(cls) else arguments.get(owner, {})
        annotations = resolve_class_annotations(
            owner, inspect.get_annotations(owner), localns=_enclosing_names(owner)
        )
        hints |= {name: substitute(value, own) for name, value in annotations.items()}
    return hints


def _enclosing_names(cls: type) -> Mapping[str, Any]:
    """Return the local names of the function that defines *cls*, if that is still being executed."""
    enclosing, is_local, _ = cls.__qualname__.rpartition(".<locals>.")
    frame = sys._getframe(1) if is_local else None  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_code.co_qualname != enclosing:
        frame = frame.f_back
    return {} if frame is None else frame.f_locals


def substitute(hint: Any, arguments: Mapping[Any, Any]) -> Any:
    """Return *hint* with type parameters replaced by their *arguments*."""
    if not arguments or isinstance(hint, type):
        return hint
    if isinstance(hint, typing.TypeVar):
        return arguments.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(arguments.get(each, each) for each in parameters)] if parameters else hint


def is_alias(hint: Any) -> bool:
    """Tell whether *hint* is a ``type X = ...`` of typing (3.12) or the backport, or one with arguments."""
    modules = (typing, sys.modules.get("typing_extensions"))
    classes = tuple(cls for module in modules if (cls := getattr(module, "TypeAliasType", None)) is not None)
    return isinstance(typing.get_origin(hint) or hint, classes)


def alias_value(hint: Any) -> Any:
    """Return what the alias *hint* stands for, with its arguments put in.

    Raises:
        TypeHintError: A forward reference names something that does not exist (yet).
    """
    alias: Any = typing.get_origin(hint) or hint
    module = sys.modules.get(alias.__module__)
    module_names: dict[str, Any] = vars(module) if module is not None else {}
    names = {alias.__name__: alias} | {each.__name__: each for each in alias.__type_params__}
    value = _resolve_hint(alias.__value__, module_names, names, where=alias.__name__)
    return substitute(value, dict(zip(alias.__type_params__, typing.get_args(hint), strict=False)))


def default_of_parameter(variable: Any) -> Any:
    """Return the default of a ``TypeVar`` (PEP 696), None when it has none."""
    has_default: Any = getattr(variable, "has_default", None)
    return variable.__default__ if has_default is not None and has_default() else None


def hint_of_parameter(variable: Any) -> Any:
    """Return the hint that an open ``TypeVar`` stands for: its default, its constraints or its bound."""
    if (default := default_of_parameter(variable)) is not None:
        return default
    if variable.__constraints__:
        return typing.Union[variable.__constraints__]  # noqa: UP007 - made from a tuple
    return Any if variable.__bound__ is None else variable.__bound__


def _arguments_by_class(hint: Any) -> dict[type, dict[Any, Any]]:
    """Return for *hint* and each generic base of it what its type parameters stand for."""
    cls: Any = typing.get_origin(hint) or hint
    parameters: tuple[Any, ...] = getattr(cls, "__parameters__", ())
    found: dict[type, dict[Any, Any]] = {cls: dict(zip(parameters, typing.get_args(hint), strict=False))}
    for base in cls.__dict__.get("__orig_bases__", ()):
        if typing.get_origin(base) not in (None, typing.Generic, typing.Protocol):
            found |= _arguments_by_class(substitute(base, found[cls]))
    return found


def resolve_class_annotations(
    cls: type, annotations: Mapping[str, Any], *, localns: Mapping[str, Any]
) -> dict[str, Any]:
    """Resolve *annotations*, which stand in the body of *cls* itself.

    Raises:
        TypeHintError: A name is undefined, or a text is no type.
    """
    module = sys.modules.get(cls.__module__)
    module_names: dict[str, Any] = vars(module) if module is not None else {}
    names = {cls.__name__: cls, **localns, **_class_names(cls)}
    return {
        name: _resolve_hint(hint, module_names, names, where=f"{cls.__qualname__}.{name}")
        for name, hint in annotations.items()
    }


def resolve_early(
    annotations: Mapping[str, Any], module_name: str, names: Callable[[], Mapping[str, Any]] | None
) -> dict[str, Any]:
    """Resolve those string *annotations* that are ``Annotated`` already, while their class is being made.

    What a ``Field`` inside of them says of defaults and aliases is needed then. Names that are defined later
    leave the string as it is.

    Args:
        annotations: Hints by name, as the class body has them.
        module_name: Where the class is defined.
        names: Returns the local names around the class.
    """
    module = sys.modules.get(module_name)
    module_names: dict[str, Any] = vars(module) if module is not None else {}
    local_names: Mapping[str, Any] | None = None
    found = dict(annotations)
    for name, hint in annotations.items():
        if type(hint) is not str or not ("Annotated" in hint or hint.isidentifier()):
            continue
        if local_names is None:
            local_names = {} if names is None else names()
        if hint.isidentifier():
            alias = local_names.get(hint, module_names.get(hint))
            if typing.get_origin(alias) is typing.Annotated:
                found[name] = alias
            continue
        with contextlib.suppress(TypeHintError):
            found[name] = _resolve_hint(hint, module_names, local_names, where=name)
    return found


def needs_names(hint: Any) -> bool:
    """Tell whether *hint* may hold a forward reference (strings inside ``Literal`` count too)."""
    waiting = [hint]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str | typing.ForwardRef):
            return True
        waiting.extend(typing.get_args(item))
    return False


def _resolve_hint(hint: Any, globalns: Mapping[str, Any], localns: Mapping[str, Any], *, where: str) -> Any:
    if type(hint) is type:
        return hint
    # typing's public door to evaluate one hint: it also walks into list["X"] and Annotated["X", ...].
    # A class, because Final and ClassVar are let through in class bodies only.
    carrier = type("carrier", (), {"__annotations__": {"hint": hint}})
    try:
        found = typing.get_type_hints(carrier, dict(globalns), dict(localns), include_extras=True)["hint"]
        return _with_made_hints(found)
    except NameError as error:
        raise TypeHintError(
            f"{where}: forward reference {_short(hint)} cannot be resolved: {error}; define the name in "
            f"the module, or in the enclosing function before the first use"
        ) from error
    except RecursionError as error:
        raise TypeHintError(f"{where} is nested too deeply") from error
    except TypeHintError as error:
        raise TypeHintError(f"{where}: {error}") from error
    except (SyntaxError, TypeError, AttributeError, IndexError) as error:  # IndexError: an empty string
        raise TypeHintError(f"{where}: {_short(hint)} is not a type hint: {error}") from error


def _with_made_hints(hint: Any) -> Any:
    """Return *hint* with what metadata makes of hints that were mere names before, see ``MAKES_HINT``."""
    arguments = typing.get_args(hint)
    if not arguments:
        return hint
    if typing.get_origin(hint) is typing.Annotated:
        bare, *metadata = arguments
        makers = [item for item in metadata if hasattr(item, MAKES_HINT)]
        for maker in makers:
            bare = getattr(maker, MAKES_HINT)(bare)
        made = (_with_made_hints(bare), *(item for item in metadata if not hasattr(item, MAKES_HINT)))
    else:
        made = tuple(map(_with_made_hints, arguments))
    return with_arguments(hint, made)


def with_arguments(hint: Any, arguments: tuple[Any, ...]) -> Any:
    """Return *hint*, a type with arguments, with other *arguments*; those of Annotated include metadata."""
    old = typing.get_args(hint)
    if len(old) == len(arguments) and all(map(operator.is_, old, arguments)):
        return hint
    origin: Any = typing.get_origin(hint)
    if origin is typing.Annotated:
        bare, *metadata = arguments
        return typing.Annotated[(bare, *metadata)] if metadata else bare
    if origin is types.UnionType:
        return typing.Union[arguments]  # noqa: UP007 - made from a tuple
    return origin[arguments[0] if len(arguments) == 1 else arguments]  # NotRequired takes no tuple


def split_annotated(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the bare hint and its ``Annotated`` metadata, innermost first."""
    if typing.get_origin(hint) is not typing.Annotated:
        return hint, ()
    return hint.__origin__, hint.__metadata__


def split_qualifiers(hint: Any) -> tuple[Any, frozenset[str]]:
    """Remove ``Final``, ``Required``, ``NotRequired`` and ``ReadOnly``; return the rest and their names.

    Qualifiers may stand outside or inside of ``Annotated`` (PEP 655), whose metadata is kept.
    """
    bare, metadata = split_annotated(hint)
    origin: Any = typing.get_origin(bare)
    name = getattr(origin, "_name", None) or getattr(origin, "__name__", "")
    if name not in ("Final", "Required", "NotRequired", "ReadOnly"):
        return hint, frozenset()
    inner, more = split_qualifiers(typing.get_args(bare)[0])
    return (typing.Annotated[(inner, *metadata)] if metadata else inner), more | {name}


def is_class_variable(hint: Any) -> bool:
    """Tell whether *hint* marks a class attribute that is not a field; *hint* may be a string."""
    if isinstance(hint, str):
        return hint.replace("typing.", "").replace("t.", "").lstrip().startswith("ClassVar")
    return hint is typing.ClassVar or typing.get_origin(hint) is typing.ClassVar


def is_typed_dict(cls: Any) -> bool:
    """Tell whether *cls* is a ``TypedDict``, of ``typing`` or of ``typing_extensions``."""
    return isinstance(cls, type) and dict in cls.__bases__ and "__required_keys__" in vars(cls)


def describe_hint(hint: Any) -> str:
    """Return *hint* as a user would write it, without the names of modules."""
    if hint is type(None):
        return "None"
    if isinstance(hint, typing.ForwardRef):
        return repr(hint.__forward_arg__)
    origin: Any = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is typing.Union or origin is types.UnionType:
        return " | ".join(map(describe_hint, arguments))
    if origin is typing.Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin is typing.Annotated:
        return (
            f"Annotated[{describe_hint(arguments[0])}, {', '.join(map(_describe_metadata, arguments[1:]))}]"
        )
    if origin is not None and arguments:
        star = "*" if getattr(hint, "__unpacked__", False) else ""
        return f"{star}{describe_hint(origin)}[{', '.join(map(describe_hint, arguments))}]"
    kind: Any = hint.__class__
    if kind is list:
        return f"[{', '.join(map(describe_hint, hint))}]"
    if isinstance(hint, type) or inspect.isroutine(hint):
        return hint.__qualname__.replace("<locals>.", "")
    return "..." if hint is ... else str(hint).replace("typing.", "")


def outline(hint: Any, levels: int = 3) -> str:
    """Return the outermost *levels* of a hint that may be too deep to describe: ``list[list[...]]``."""
    arguments = typing.get_args(hint)
    if not arguments:
        return describe_hint(hint)
    inner = ", ".join(outline(each, levels - 1) for each in arguments) if levels > 1 else "..."
    return f"{describe_hint(typing.get_origin(hint))}[{inner}]"


def _describe_metadata(item: object) -> str:
    """Return what stands in ``Annotated`` without addresses, which say nothing and differ each time."""
    if type(item).__repr__ is object.__repr__:
        return f"{type(item).__name__}()"
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(item))


def _resolve_class(cls: type, localns: Mapping[str, Any]) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for owner in _annotation_owners(cls):
        hints |= resolve_class_annotations(owner, inspect.get_annotations(owner), localns=localns)
    return hints


def _annotation_owners(cls: type) -> Iterator[type]:
    # A TypedDict's class has only dict as base, and carries its bases' annotations already.
    if is_typed_dict(cls):
        yield cls
        return
    for owner in reversed(cls.__mro__):
        if "__annotations__" in vars(owner):
            yield owner


def _closure_names(function: Any) -> dict[str, Any]:
    code = getattr(function, "__code__", None)
    cells = getattr(function, "__closure__", None) or ()
    names: dict[str, Any] = {}
    for name, cell in zip(code.co_freevars if code else (), cells, strict=False):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # the enclosing function has not assigned it yet
            continue
    return names


def _class_names(cls: type) -> dict[str, Any]:
    # Of a class body's own names only nested classes count: in ``date: "date | None" = None`` the
    # attribute would hide the type.
    # A copy, because threads put what a first use makes into classes.
    body = vars(cls).copy()
    names: dict[str, Any] = {name: value for name, value in body.items() if isinstance(value, type)}
    return names | {parameter.__name__: parameter for parameter in getattr(cls, "__type_params__", ())}


def _short(hint: Any) -> str:
    text: str = hint.__forward_arg__ if isinstance(hint, typing.ForwardRef) else str(hint)
    text = repr(text.strip("'\""))
    return text if len(text) <= 80 else text[:77] + "..."
