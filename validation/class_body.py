"""Read the body of a model class: fields, private attributes, and what cannot stand there.

Hints are not resolved here: names may be defined later.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.config import read_config
from bolide.validation.defaults import copies_of
from bolide.validation.fields import FieldInfo, merge_field_infos, takes_data
from bolide.validation.hints import TypeHintError, is_class_variable, split_annotated, split_qualifiers
from bolide.validation.instance import (
    PrivateAttribute,
    fill_defaults,
    generic_methods,
    showing_methods,
    stateful_methods,
)
from bolide.validation.misplaced_markers import misplaced_marker
from bolide.validation.naming import name_field, refuse_shared_names
from bolide.validation.records import EXTRA_ANNOTATION, MODEL_DECLARATION, ModelDeclaration
from bolide.validation.tree import NO_DEFAULT

__all__ = [
    "PrivateAttr",
    "declare_model",
    "default_of",
    "needs_dict",
    "refuse_two_layouts",
    "struct_namespace",
]


def PrivateAttr(  # noqa: N802 - named as Pydantic's users know it
    default: Any = NO_DEFAULT, *, default_factory: Callable[[], Any] | None = None
) -> Any:
    """Declare an attribute of instances that is no field: its name begins with an underscore.

    It is not validated, given or written. The default is made when the attribute is first read.
    """
    if default is not NO_DEFAULT and default_factory is not None:
        raise TypeHintError("PrivateAttr() takes a default or a default_factory, not both")
    return PrivateAttribute(default, default_factory)


def declare_model(
    owner: str, bases: tuple[type, ...], namespace: Mapping[str, Any], options: Mapping[str, Any]
) -> ModelDeclaration:
    """Return what the body of the class *owner* and its keywords *options* state.

    Raises:
        TypeHintError: Something in the body would be ignored, or would hide something.
    """
    parents = _declarations(bases)
    inherited: dict[str, FieldInfo] = {}
    for parent in reversed(parents):
        inherited |= parent.fields
    config = read_config(
        owner, [parent.config for parent in parents], options, namespace.get("model_config", {})
    )
    annotations = {
        name: hint
        for name, hint in namespace.get("__annotations__", {}).items()
        if (name[0] != "_" or name == EXTRA_ANNOTATION)
        and name != "model_config"
        and not is_class_variable(hint)
    }
    own = {
        name: _declared_info(name, hint, namespace)
        for name, hint in annotations.items()
        if name != EXTRA_ANNOTATION
    }
    _refuse_method_names(owner, bases, own.keys() - inherited.keys())
    _refuse_attributes(owner, namespace, own, inherited)
    _refuse_bare_attributes(owner, bases, namespace)
    fields = inherited | own
    _refuse_mixed_in_annotations(owner, bases, fields)
    names = {name: name_field(owner, name, info, config) for name, info in fields.items()}
    refuse_shared_names(owner, names)
    return ModelDeclaration(
        fields,
        names=names,
        config=config,
        private=frozenset(_private_attributes(namespace)).union(*(parent.private for parent in parents)),
        annotations=annotations,
    )


def struct_namespace(
    declaration: ModelDeclaration, bases: tuple[type, ...], namespace: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the class body as msgspec reads it."""
    inherited = {name: parent for parent in reversed(_declarations(bases)) for name in parent.fields}
    config = declaration.config
    attributes = {name: value for name, value in namespace.items() if name not in declaration.annotations}
    attributes.pop("model_config", None)
    annotations: dict[str, Any] = {}
    defaults: dict[str, tuple[Any, Callable[[], Any] | None]] = {}
    for name, info in declaration.fields.items():
        default = default_of(info)
        if not info.is_required():
            defaults[name] = default
        parent = inherited.get(name)
        if (
            name not in declaration.annotations
            and parent is not None
            and parent.names[name].wire_name == declaration.names[name].wire_name
            and parent.config.track_fields_set == config.track_fields_set
        ):
            continue
        annotations[name] = declaration.annotations.get(name, Any)
        if field := _struct_field(name, declaration, default):
            attributes[name] = field
    attributes["__annotations__"] = annotations
    for name, attribute in _private_attributes(namespace).items():
        attributes[name] = attribute
    if config.track_fields_set:
        attributes["__post_init__"] = fill_defaults(defaults)
    if any(info.repr is False for info in declaration.fields.values()):
        attributes = showing_methods() | attributes
    if declaration.is_stateful:
        attributes = stateful_methods(config) | attributes
    elif any(issubclass(base, typing.Generic) for base in bases):
        attributes = generic_methods(config) | attributes
    return attributes


def default_of(info: FieldInfo) -> tuple[Any, Callable[[], Any] | None]:
    """Return the default that instances get, or what makes it; NO_DEFAULT and None when there is none."""
    if info.default_factory is None and (make := copies_of(info.default)) is not None:
        return NO_DEFAULT, make
    if takes_data(info.default_factory):
        return NO_DEFAULT, _refuse_without_data
    return info.default, info.default_factory


def _refuse_without_data() -> Any:
    raise TypeError("the default is made from other fields when those are validated; give the value")


def _struct_field(
    name: str, declaration: ModelDeclaration, default: tuple[Any, Callable[[], Any] | None]
) -> Any:
    """Return the options of one field in msgspec's words, None if there are none."""
    options: dict[str, Any] = {}
    if (wire_name := declaration.names[name].wire_name) != name:
        options["name"] = wire_name
    if declaration.config.track_fields_set and not declaration.fields[name].is_required():
        options["default"] = msgspec.UNSET
    elif default[1] is not None:
        options["default_factory"] = default[1]
    elif default[0] is not NO_DEFAULT:
        options["default"] = default[0]
    return msgspec.field(**options) if options else None


def _declarations(bases: tuple[type, ...]) -> list[ModelDeclaration]:
    return [base.__dict__[MODEL_DECLARATION] for base in bases if MODEL_DECLARATION in base.__dict__]


def refuse_two_layouts(owner: str, bases: tuple[type, ...]) -> None:
    """Refuse bases that both add fields to the object in memory: CPython cannot lay them out together.

    Raises:
        TypeHintError: There are two such bases; names them.
    """
    if len(bases) < 2:
        return
    with_fields = [base for base in bases if getattr(base, "__struct_fields__", ())]
    for one in with_fields:
        for other in with_fields:
            lonely = not issubclass(one, other) and not issubclass(other, one)
            if lonely and _added_fields(one, other) and _added_fields(other, one):
                raise TypeHintError(
                    f"{owner}: {one.__name__} and {other.__name__} both have fields, and only one base may; "
                    f"let one of them inherit from the other"
                )


def _added_fields(cls: Any, other: Any) -> set[str]:
    """Return the fields of *cls* that do not come from what it shares with *other*."""
    shared = next(base for base in cls.__mro__ if base in other.__mro__)
    return {*cls.__struct_fields__} - {*getattr(shared, "__struct_fields__", ())}


def _refuse_method_names(owner: str, bases: tuple[type, ...], names: Collection[str]) -> None:
    for name in names:
        if name.startswith("model_") and any(hasattr(base, name) for base in bases):
            raise TypeHintError(f"{owner}.{name}: every Model has an attribute of this name")


_PROPERTIES: Final = (property, functools.cached_property)


def _refuse_attributes(
    owner: str, namespace: Mapping[str, Any], own: Collection[str], inherited: Collection[str]
) -> None:
    """Refuse attributes that look like a field, or like a private attribute, and are none."""
    for name, value in namespace.items():
        if (mistake := misplaced_marker(value)) is not None:
            raise TypeHintError(f"{owner}.{name}: {mistake}")
        if name in own and (
            isinstance(value, property) or isinstance(getattr(value, "wrapped", None), _PROPERTIES)
        ):
            raise TypeHintError(f"{owner}.{name}: is a field and a property; give one of them another name")
        if name in inherited and name not in own:
            raise TypeHintError(f"{owner}.{name}: overrides a field and needs an annotation")
        if isinstance(value, FieldInfo) and name not in own:
            if name[0] == "_":
                raise TypeHintError(f"{owner}.{name}: field names cannot begin with an underscore")
            raise TypeHintError(f"{owner}.{name}: Field() needs an annotation beside it")
        if isinstance(value, PrivateAttribute) and not _is_private(name):
            raise TypeHintError(f"{owner}.{name}: names of private attributes begin with an underscore")
    for name in ("__init__", "__new__"):
        if name in namespace:
            raise TypeHintError(f"{owner}.{name}: a Model's constructor is generated and cannot be replaced")
    if "__slots__" in namespace:
        raise TypeHintError(f"{owner}.__slots__: a Model has slots anyway, one for each field")


def _refuse_bare_attributes(owner: str, bases: tuple[type, ...], namespace: Mapping[str, Any]) -> None:
    """Refuse values that look like the default of a field, and would be one in no instance."""
    if "Config" in namespace:
        raise TypeHintError(f"{owner}.Config: options are class keywords, or stand in model_config")
    annotations = namespace.get("__annotations__", {})
    for name, value in namespace.items():
        if name[0] == "_" or name in annotations or name == "model_config" or _is_of_class(value):
            continue
        if not any(hasattr(base, name) for base in bases):
            raise TypeHintError(
                f"{owner}.{name} = {value!r}: a field needs an annotation; "
                f"if it is none, write {name}: ClassVar[...]"
            )


def _refuse_mixed_in_annotations(owner: str, bases: tuple[type, ...], fields: Collection[str]) -> None:
    """Refuse annotations of bases that are no models: they would make no fields."""
    for base in bases:
        for mixin in base.__mro__ if not issubclass(base, msgspec.Struct) else ():
            for name, hint in inspect.get_annotations(mixin).items():
                if name[0] != "_" and name not in fields and not is_class_variable(hint):
                    raise TypeHintError(
                        f"{owner}: {mixin.__name__}.{name} makes no field, since {mixin.__name__} is no "
                        f"Model; make it one, or annotate {name} in {owner} too"
                    )


def _private_attributes(namespace: Mapping[str, Any]) -> dict[str, PrivateAttribute]:
    """Return the private attributes that a class body declares, by annotation or by value."""
    annotations = namespace.get("__annotations__", {})
    class_variables = {name for name, hint in annotations.items() if is_class_variable(hint)}
    found: dict[str, PrivateAttribute] = {}
    for name in [*annotations, *namespace]:
        if name in found or name in class_variables or not _is_private(name):
            continue
        value = namespace.get(name, NO_DEFAULT)
        if name not in annotations and _is_of_class(value):
            continue
        found[name] = value if isinstance(value, PrivateAttribute) else PrivateAttribute(value)
        found[name].name = name
    return found


def _is_of_class(value: object) -> bool:
    """Tell whether *value* is no attribute of instances: a class, a method, a validator, a property."""
    if isinstance(value, PrivateAttribute):
        return False
    return isinstance(value, type) or hasattr(type(value), "__get__")


def needs_dict(namespace: Mapping[str, Any]) -> bool:
    """Tell whether instances need a dictionary for what methods of the class body keep in it."""
    return any(
        isinstance(getattr(value, "wrapped", value), functools.cached_property)
        for value in namespace.values()
    )


def _is_private(name: str) -> bool:
    return name[0] == "_" and not (name[:2] == "__" and name[-2:] == "__")


def _declared_info(name: str, hint: Any, namespace: Mapping[str, Any]) -> FieldInfo:
    given = namespace.get(name, NO_DEFAULT)
    info = given if isinstance(given, FieldInfo) else FieldInfo(default=given)
    # String annotations are read later, when all names exist; an alias inside of one is refused then.
    _, metadata = split_annotated(split_qualifiers(hint)[0])
    for item in reversed(metadata):
        if isinstance(item, FieldInfo):
            info = merge_field_infos(item, info)
    return info
