"""Collect a request's inputs with every error: the slow path behind a handler's straight-line extraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bolide._planning.plan import Input
from bolide._reading.formats import BodyFormats
from bolide._reading.readers import BodyReader, MemberReader, Reader, read_members, reader_of
from bolide._reading.sources import Sources
from bolide._reading.uploads import FormEntries
from bolide.datastructures import FormData
from bolide.exceptions import RequestValidationError
from bolide.server_adapters.contract import Exchange
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails, ErrorList

__all__ = ["InputCollector"]


class InputCollector:
    """Re-reads inputs of a route with lax rules after the fast path has failed.

    What the fast path accepts, this accepts with the same value.

    Args:
        inputs: What to read.
        path_parameters: Names of the path's parameters, in order.
        adapters: Those of the bodies among *inputs*, in order.
        embeds_body: The bodies are members of one object.
        formats: Those of the bodies.
        max_errors: So many errors are reported at most.
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        path_parameters: Sequence[str],
        adapters: Sequence[Adapter[Any]],
        *,
        embeds_body: bool,
        formats: BodyFormats,
        max_errors: int,
    ) -> None:
        self._formats = formats
        self._max_errors = max_errors
        self._path_parameters = path_parameters
        self._reads_form = any(each.location == "form" for each in inputs)
        self._readers: list[tuple[int, Reader]] = []
        self._members: list[tuple[int, MemberReader]] = []
        self._count = len(inputs)
        of_body = iter(adapters)
        bodies: list[tuple[int, Reader]] = []
        for index, each in enumerate(inputs):
            if each.location != "body":
                # The errors of a body come last, whoever declares it.
                readers = bodies if each.location == "form" else self._readers
                readers.append((index, reader_of(each)))
            elif embeds_body:
                self._members.append((index, MemberReader(each, next(of_body))))
            else:
                bodies.append((index, BodyReader(each, next(of_body), formats)))
        self._readers += bodies

    def __call__(self, exchange: Exchange, segments: Sequence[str], body: Any) -> list[Any]:
        """Return the values of the inputs, in their order; *body* is the form where they read one.

        Raises:
            RequestValidationError: with every error of every input.
        """
        path = dict(zip(self._path_parameters, segments, strict=True))
        form: FormEntries | None = body if self._reads_form else None
        sources = Sources(exchange, path, body=None if self._reads_form else body, form=form)
        errors: list[ErrorDetails] = ErrorList(self._max_errors)
        values: list[Any] = [None] * self._count
        for index, reader in self._readers:
            values[index] = reader.read(sources, errors)
        if self._members:
            for index, value in read_members(self._members, sources, self._formats, errors):
                values[index] = value
        if errors:
            shown = body if form is None else FormData(entries=form)
            raise RequestValidationError(errors[: self._max_errors], body=shown)
        return values
