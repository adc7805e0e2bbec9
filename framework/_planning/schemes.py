"""Refuse declarations of security schemes that would let every request pass."""

from __future__ import annotations

import inspect

from bolide._planning.markers import BindingError
from bolide._planning.signature import Parameter
from bolide.security.base import SecurityBase
from bolide.validation.hints import split_annotated

__all__ = ["refuse_bare_scheme", "refuse_scheme_class"]


def refuse_bare_scheme(parameter: Parameter) -> None:
    """Refuse a scheme that is the default of a parameter, or stands in ``Annotated``, without ``Depends``.

    Raises:
        BindingError: names the parameter.
    """
    _, metadata = split_annotated(parameter.hint)
    for each in (parameter.default, *metadata):
        if isinstance(each, SecurityBase):
            name = type(each).__name__
            message = f"parameter {parameter.name!r}: {name}(...) is a security scheme that nothing asks"
            raise BindingError(f"{message}; write Depends({name}(...))", code="B003")


def refuse_scheme_class(function: object) -> None:
    """Refuse the class of a scheme as a dependency: calling that makes a scheme, and asks it nothing.

    Raises:
        BindingError: names the class.
    """
    if inspect.isclass(function) and issubclass(function, SecurityBase):
        name = function.__name__
        message = f"Depends({name}) only makes a security scheme, and lets every request pass"
        raise BindingError(f"{message}; write Depends({name}(...))", code="B003")
