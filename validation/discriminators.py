"""What users write to tell the options of a union apart: ``Discriminator`` and ``Tag``.

Knows neither nodes nor values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bolide.validation.errors import CustomError
from bolide.validation.hints import TypeHintError

__all__ = ["Discriminator", "Tag"]


class Tag(msgspec.Struct, frozen=True):
    """The tag of one option of a union with a callable :class:`Discriminator`.

    Stands in the metadata of the option: ``Annotated[Cat, Tag("cat")]``.
    """

    tag: str


class Discriminator(msgspec.Struct, frozen=True):
    """How the option of a union is found that a value belongs to; stands in ``Annotated`` metadata.

    Args:
        discriminator: The name of a field that every option has, whose type is a ``Literal`` of its own; or
            a function that takes the input, a dictionary or an object, and returns the :class:`Tag` of an
            option, ``None`` when there is none.
        custom_error_type: The ``type`` of the error when no option is found, instead of ``union_tag_invalid``
            and ``union_tag_not_found``.
        custom_error_message: Its text; ``{name}`` stands for a value of the context.
        custom_error_context: Its ``ctx``.

    Raises:
        TypeHintError: There is a custom error without a message.
    """

    discriminator: str | Callable[[Any], Any]
    custom_error_type: str | None = None
    custom_error_message: str | None = None
    custom_error_context: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if (self.custom_error_type is None) is not (self.custom_error_message is None):
            raise TypeHintError(
                "Discriminator() takes custom_error_type and custom_error_message together or not at all"
            )

    def error(self) -> CustomError | None:
        """Return the error for values without an option, ``None`` for the usual ones."""
        if self.custom_error_type is None or self.custom_error_message is None:
            return None
        return CustomError(self.custom_error_type, self.custom_error_message, self.custom_error_context)
