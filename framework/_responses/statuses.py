"""Results that say their status: ``Annotated[Item, Status(201)] | Annotated[Problem, Status(409)]``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from bolide._responses.response import EMPTY_HEAD, JSON_HEAD, forbids_body
from bolide.exceptions import ResponseValidationError
from bolide.server_adapters.contract import Reply
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.hints import describe_hint, split_annotated

__all__ = ["ResultChooser", "Status", "StatusHint", "StatusHintError", "split_statuses"]


_Encode = Callable[[Any], bytes]


class Status(msgspec.Struct, frozen=True):
    """The status of a response with a value of the annotated type: ``-> Annotated[Item, Status(201)]``.

    *description* stands in the OpenAPI document; it is the status's phrase unless given.
    """

    code: int
    description: str | None = None


class StatusHint(msgspec.Struct, frozen=True):
    """One option of a return annotation: values of the class *cls*, None where *hint* has none."""

    status: Status
    hint: Any
    cls: type | None


class StatusHintError(ValueError):
    """Options of a return annotation that cannot be told apart, or not all of which say their status."""


def split_statuses(hint: Any, default_code: int) -> tuple[StatusHint, ...]:
    """Return the options of *hint* with their statuses; none when no option says one.

    Options without a :class:`Status` have *default_code*.

    Raises:
        StatusHintError: two options are of one class, or a status is none.
    """
    is_union = get_origin(hint) in (Union, UnionType)
    split = [_split(option) for option in (get_args(hint) if is_union else (hint,))]
    if all(status is None for status, _ in split):
        return ()
    options = [StatusHint(status or Status(default_code), bare, _class_of(bare)) for status, bare in split]
    for index, option in enumerate(options):
        code: Any = option.status.code
        if not isinstance(code, int) or not 200 <= code <= 599:
            raise StatusHintError(f"Status({code!r}): expected an int from 200 to 599")
        for other in options[:index]:
            if option.cls is not None and option.cls is other.cls:
                raise StatusHintError(
                    f"values of {describe_hint(other.hint)} and {describe_hint(option.hint)} cannot be told "
                    f"apart; give each status a class of its own"
                )
    return tuple(options)


class ResultChooser:
    """Makes the reply of a result whose class says which status it has.

    A result of none of the classes exactly (a subclass, a dictionary) is of the first option that it fits.
    """

    __slots__ = ("_by_class", "_endpoint", "_options")

    def __init__(self, endpoint: str, options: Sequence[tuple[StatusHint, _Encode]]) -> None:
        self._endpoint = endpoint
        self._options = options
        self._by_class = {option.cls: (option, encode) for option, encode in options if option.cls}

    def __call__(self, result: object) -> Reply:
        """Return the reply.

        Raises:
            ResponseValidationError: with every error for the options that *result* may be one of.
        """
        exact = self._by_class.get(result.__class__)
        if exact is not None:
            candidates: Sequence[tuple[StatusHint, _Encode]] = (exact,)
        else:
            candidates = [each for each in self._options if each[0].cls and isinstance(result, each[0].cls)]
        errors: list[ErrorDetails] = []
        for option, encode in candidates or self._options:
            code = option.status.code
            try:
                body = encode(result)
            except ValidationError as error:
                errors += error.errors()
                continue
            return Reply(code, EMPTY_HEAD) if forbids_body(code) else Reply(code, JSON_HEAD, body)
        raise ResponseValidationError(errors, endpoint=self._endpoint)


def _split(option: Any) -> tuple[Status | None, Any]:
    bare, metadata = split_annotated(option)
    rest = tuple(item for item in metadata if not isinstance(item, Status))
    statuses = [item for item in metadata if isinstance(item, Status)]
    return (statuses[-1] if statuses else None), Annotated[(bare, *rest)] if rest else bare


def _class_of(hint: Any) -> type | None:
    bare, _ = split_annotated(hint)
    if bare is None:
        return NoneType
    target = get_origin(bare) or bare
    return target if inspect.isclass(target) else None
