"""Results that say their status: ``Annotated[Item, Status(201)] | Annotated[Problem, Status(409)]``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
import msgspec.json

from bolide._responses.response import (
    EMPTY_HEAD,
    JSONResponse,
    Response,
    content_type_head,
    content_type_of,
    forbids_body,
)
from bolide.exceptions import ResponseValidationError
from bolide.server_adapters.contract import Reply
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.hints import describe_hint, split_annotated

__all__ = ["ResultChooser", "Status", "StatusHint", "StatusHintError", "names_status", "split_statuses"]


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
        StatusHintError: two options are of one class, a status is none or does not go with its type, or
            stands on a part of a value.
    """
    is_union = get_origin(hint) in (Union, UnionType)
    split = [_split(option) for option in (get_args(hint) if is_union else (hint,))]
    if any(names_status(bare) for _, bare in split):
        raise StatusHintError(
            "Status() is of a whole result, not of a part of it; write Annotated[..., Status(201)] around all"
        )
    if all(status is None for status, _ in split):
        return ()
    options = [StatusHint(status or Status(default_code), bare, _class_of(bare)) for status, bare in split]
    for index, option in enumerate(options):
        code: Any = option.status.code
        if not isinstance(code, int) or not 200 <= code <= 599:
            raise StatusHintError(f"Status({code!r}): expected an int from 200 to 599")
        if forbids_body(code) and option.cls is not NoneType:
            raise StatusHintError(
                f"a response with status {code} has no body, but {describe_hint(option.hint)} is declared "
                f"for it; write Annotated[None, Status({code})]"
            )
        for other in options[:index]:
            if option.cls is not None and option.cls is other.cls:
                raise StatusHintError(
                    f"values of {describe_hint(other.hint)} and {describe_hint(option.hint)} cannot be told "
                    f"apart; give each status a class of its own"
                )
    return tuple(options)


def names_status(hint: Any) -> bool:
    """Tell whether a :class:`Status` stands anywhere in *hint*."""
    bare, metadata = split_annotated(hint)
    return any(isinstance(item, Status) for item in metadata) or any(map(names_status, get_args(bare)))


class ResultChooser:
    """Makes the reply of a result whose class says which status it has.

    A result of none of the classes exactly (a subclass, a dictionary) is of the first option that it fits.
    """

    __slots__ = ("_by_class", "_endpoint", "_options", "_response_class", "_shared_head")

    def __init__(
        self,
        endpoint: str,
        options: Sequence[tuple[StatusHint, _Encode]],
        response_class: type[Response],
    ) -> None:
        self._endpoint = endpoint
        self._response_class = response_class
        renders_itself = response_class.__init__ is not Response.__init__
        renders_itself = renders_itself or response_class.render is not JSONResponse.render
        head = content_type_head(content_type_of(response_class.media_type))
        self._shared_head = None if renders_itself else head
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
            return Reply(code, EMPTY_HEAD) if forbids_body(code) else self._reply(code, body)
        raise ResponseValidationError(errors, endpoint=self._endpoint)

    def _reply(self, code: int, body: bytes) -> Reply:
        if self._shared_head is not None:
            return Reply(code, self._shared_head, body)
        return self._response_class(msgspec.json.decode(body), status_code=code).to_reply()


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
