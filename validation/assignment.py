"""What happens when something is put into an instance of a model without decoding it.

Owns assignment, copies with changes and construction without validation: what they refuse, validate and take
note of. What a class promises about its fields is :mod:`~bolide.validation.guard`'s.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any, cast

from msgspec.structs import force_setattr

from bolide.validation.errors import ErrorDetails, ValidationError, append_error
from bolide.validation.guard import check_assignment, promises_of
from bolide.validation.instance import EXTRA, UNSET_FIELDS, track_unset
from bolide.validation.metaclass import adapter_of, construct
from bolide.validation.records import ModelDeclaration
from bolide.validation.tree import RecordNode

__all__ = ["assign_specially", "construct_checked", "promise", "refuse_deletion", "restore", "update_copy"]


def promise(cls: Any, name: str, value: object) -> None:
    """Raise TypeError if *value* must not stand in the field *name*, see :mod:`bolide.validation.guard`."""
    promises = cls.__bolide_promises__
    if promises is None:
        tree = adapter_of(cls).tree
        promises = cls.__bolide_promises__ = promises_of(cast("RecordNode", tree.definitions[cls]), tree)
    check_assignment(cls, name, value, promises=promises)


def assign_specially(instance: Any, name: str, value: object) -> bool:
    """Assign *value* to what is no mutable, unvalidated field; return False when *name* is one.

    Raises:
        ValidationError: The instance or the field is frozen, or the value does not fit; where assignments are
            validated, there is nothing of that name.
        AttributeError: There is nothing of that name.
    """
    cls: Any = instance.__class__
    declaration: ModelDeclaration = cls.__bolide_declaration__
    if name in declaration.private:
        instance.__dict__[name] = value
        return True
    if declaration.config.frozen:
        raise _refusal(cls, "frozen_instance", name, value)
    info = declaration.fields.get(name)
    if info is None:
        return _assign_other(instance, name, value, declaration)
    if info.frozen:
        raise _refusal(cls, "frozen_field", name, value)
    if declaration.config.validate_assignment:
        from bolide.validation.validated_assignment import assign_validated  # few models need it

        assign_validated(instance, name, value, promise=promise)
        return True
    promise(cls, name, value)
    force_setattr(instance, name, value)
    if declaration.config.track_fields_set:
        instance.__dict__.get(UNSET_FIELDS, set()).discard(name)
    return True


def _assign_other(instance: Any, name: str, value: object, declaration: ModelDeclaration) -> bool:
    """Assign what is no field: properties and cached properties as in any class, unknown keys if allowed."""
    found = inspect.getattr_static(instance.__class__, name, None)
    if hasattr(found, "__set__"):
        found.__set__(instance, value)
        return True
    if isinstance(found, functools.cached_property):
        instance.__dict__[name] = value
        return True
    if found is not None or declaration.config.extra != "allow":
        if declaration.config.validate_assignment and name[0] != "_":
            raise _refusal(instance.__class__, "no_such_attribute", name, value, attribute=name)
        raise AttributeError(f"{type(instance).__name__!r} object has no attribute {name!r}")
    if declaration.config.validate_assignment:
        from bolide.validation.validated_assignment import assign_validated

        assign_validated(instance, name, value, promise=promise)
        return True
    instance.__dict__.setdefault(EXTRA, {})[name] = value
    return True


def refuse_deletion(instance: Any, name: str) -> None:
    """Refuse to delete fields: every instance has them, and could not be shown, compared or written without.

    Raises:
        ValidationError: The instance, or its field *name*, is frozen.
        AttributeError: *name* is a field.
    """
    cls: Any = instance.__class__
    declaration: ModelDeclaration = cls.__bolide_declaration__
    if declaration.config.frozen and name not in declaration.private:
        raise _refusal(cls, "frozen_instance", name, None)
    info = declaration.fields.get(name)
    if info is None:
        return
    if info.frozen:
        raise _refusal(cls, "frozen_field", name, None)
    raise AttributeError(f"{cls.__name__}.{name} is a field, which cannot be deleted; assign another value")


def _refusal(cls: type, error_type: str, name: str, value: object, **ctx: object) -> ValidationError:
    from bolide.validation.redaction import (
        hide_secrets,
    )  # nobody pays for it who assigns what may be assigned

    errors: list[ErrorDetails] = []
    append_error(errors, error_type, (name,), value, **ctx)
    hide_secrets(errors, adapter_of(cls).tree)
    return ValidationError(cls.__name__, errors)


def construct_checked(cls: Any, values: Mapping[str, Any], fields_set: set[str] | None = None) -> Any:
    """Make an instance without validation; what is no valid assignment is noted or refused all the same.

    Args:
        cls: A model class.
        values: By field name, or by the name in the input. Names of no field stay if the model allows them.
        fields_set: Which fields are to count as given; those of *values* if left out.

    Raises:
        TypeError: A required field is missing, or a name is unknown.
    """
    declaration: ModelDeclaration = cls.__bolide_declaration__
    known = {names.wire_name: name for name, names in declaration.names.items()}
    fields: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    for name, value in values.items():
        field = name if name in declaration.fields else known.get(name, name)
        if field in declaration.fields or declaration.config.extra != "allow":
            promise(cls, field, value)
            fields[field] = value
        else:
            extras[name] = value
    instance = construct(cls, fields)
    if extras:
        instance.__dict__[EXTRA] = extras
    if fields_set is not None and declaration.config.track_fields_set:
        track_unset(instance, declaration.fields.keys() - fields_set)
    return instance


def restore(cls: Any, values: dict[str, Any], state: dict[str, Any] | None = None) -> Any:
    """Make the instance that was pickled or copied as *values* of its fields and *state* beside them."""
    for name, value in values.items():
        promise(cls, name, value)
    instance = construct(cls, values)
    if state is not None:
        instance.__dict__.update(state)
    return instance


def update_copy(instance: Any, changes: Mapping[str, Any]) -> None:
    """Put *changes* into *instance*, which nobody else knows yet: frozen or not, without validation.

    Raises:
        AttributeError: There is no field of that name, and the model allows no others.
    """
    cls: Any = instance.__class__
    declaration: ModelDeclaration = cls.__bolide_declaration__
    for name, value in changes.items():
        if name in declaration.fields:
            promise(cls, name, value)
            force_setattr(instance, name, value)
        elif declaration.config.extra == "allow":
            instance.__dict__.setdefault(EXTRA, {})[name] = value
        else:
            raise AttributeError(f"{cls.__name__} has no field {name!r}")
    if declaration.config.track_fields_set:
        track_unset(instance, instance.__dict__.get(UNSET_FIELDS, set()) - changes.keys())
