"""One line per response, in the form that was asked for.

What clients send enters a line only escaped: nothing in it can end the line, look like another field, or
speak to a terminal.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Final, TextIO
from urllib.parse import quote

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._replies import body_on_wire
from bolide.server_adapters.config import AccessLogFormat
from bolide.server_adapters.native._context import Observer
from bolide.server_adapters.observation import current_request_id, seconds_since_begin

__all__ = ["AccessLogHandler", "access_log"]

Client = tuple[str, int] | None

_Form = Callable[[Client, RequestHead, int, int], str]
"""Makes a line of client, request, status and bytes of body."""

_error_log: Final = logging.getLogger("bolide.error")

_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9_.\-~/]*|\*")
_UNQUOTABLE: Final = re.compile(r'[^\x20-\x7e]|["\\]')
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class AccessLogHandler(logging.StreamHandler[TextIO]):
    """The server's own way of printing the access log.

    Attributes:
        prefix: In front of lines in the short form.
    """

    def __init__(self, stream: TextIO, prefix: str) -> None:
        super().__init__(stream)
        self.prefix = prefix


def access_log(
    logger: logging.Logger, form: AccessLogFormat, loop: asyncio.AbstractEventLoop
) -> Observer | None:
    """Return what logs a response to *logger*, or None when nobody would see it.

    Lines for an :class:`AccessLogHandler` do not go through :mod:`logging`, which takes 5 µs for each.
    """
    if not logger.isEnabledFor(logging.INFO) or not logger.hasHandlers():
        return None
    make = _FORMS[form]()
    match logger.handlers:
        case [AccessLogHandler() as handler] if not logger.propagate:
            return _print_lines(
                make, _Printer(handler.stream, loop), handler.prefix if form == "short" else ""
            )
        case _:
            return _log_short_lines(logger) if form == "short" else _log_lines(logger, make)


def _print_lines(make: _Form, printer: _Printer, prefix: str) -> Observer:
    def log(client: Client, head: RequestHead, status: int, size: int) -> None:
        printer.print(f"{prefix}{make(client, head, status, size)}\n")

    return log


def _log_lines(logger: logging.Logger, make: _Form) -> Observer:
    def log(client: Client, head: RequestHead, status: int, size: int) -> None:
        logger.info("%s", make(client, head, status, size))

    return log


def _log_short_lines(logger: logging.Logger) -> Observer:
    """Return what hands over the arguments that formatters made for uvicorn's records look for."""

    def log(client: Client, head: RequestHead, status: int, size: int) -> None:
        address = f"{client[0]}:{client[1]}" if client else ""
        logger.info('%s - "%s %s HTTP/%s" %d', address, head.method, _target(head), head.version, status)

    return log


class _Printer:
    """Writes lines, those of one turn of the event loop at once."""

    def __init__(self, stream: TextIO, loop: asyncio.AbstractEventLoop) -> None:
        self._stream = stream
        self._loop = loop
        self._lines: list[str] = []
        self._failed = False

    def print(self, line: str) -> None:
        # hot: a system call per line would take longer than the line.
        if not self._lines:
            self._loop.call_soon(self._write)
        self._lines.append(line)

    def _write(self) -> None:
        text = "".join(self._lines)
        self._lines.clear()
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:  # full, or closed; requests are answered all the same
            if not self._failed:
                self._failed = True
                _error_log.error("the access log cannot be written: %s", error)


def _target(head: RequestHead) -> str:
    """Return the target of a request: visible ASCII without a quote."""
    path = head.path
    if _PLAIN_PATH.fullmatch(path) is None:
        path = quote(path)
    if not head.query:
        return path
    return f"{path}?{head.query}".replace(
        '"', "%22"
    )  # the request line's grammar leaves no control character


def _short_form() -> _Form:
    def line(client: Client, head: RequestHead, status: int, size: int) -> str:
        address = f"{client[0]}:{client[1]}" if client else ""
        return f'{address} - "{head.method} {_target(head)} HTTP/{head.version}" {status}'

    return line


def _common_form() -> _Form:
    clock = _Clock(_common_time)

    def line(client: Client, head: RequestHead, status: int, size: int) -> str:
        host = client[0] if client else "-"
        length = size if size and body_on_wire(status, head.method) else "-"
        request = f"{head.method} {_target(head)} HTTP/{head.version}"
        return f'{host} - - [{clock.now()}] "{request}" {status} {length}'

    return line


def _combined_form() -> _Form:
    common = _common_form()

    def line(client: Client, head: RequestHead, status: int, size: int) -> str:
        referer = agent = "-"
        for name, value in head.fields.pairs:
            if name == b"referer":
                referer = _quotable(value)
            elif name == b"user-agent":
                agent = _quotable(value)
        return f'{common(client, head, status, size)} "{referer}" "{agent}"'

    return line


def _json_form() -> _Form:
    clock = _Clock(_json_time)
    process = os.getpid()
    string = encode_basestring_ascii

    def line(client: Client, head: RequestHead, status: int, size: int) -> str:
        further = ""
        for name, value in head.fields.pairs:
            if name == b"referer":
                further += f', "referer": {string(value.decode("latin-1"))}'
            elif name == b"user-agent":
                further += f', "user_agent": {string(value.decode("latin-1"))}'
        if (request_id := current_request_id()) is not None:
            further += f', "request_id": {string(request_id)}'
        if not body_on_wire(status, head.method):
            size = 0
        return (
            f'{{"time": "{clock.now()}", "level": "info", "logger": "bolide.access", "process": {process}, '
            f'"client": {string(client[0]) if client else "null"}, "method": "{head.method}", '
            f'"target": {string(_target(head))}, "version": "{head.version}", "status": {status}, '
            f'"bytes": {size}, "seconds": {seconds_since_begin():.6f}{further}}}'
        )

    return line


_FORMS: Final[dict[AccessLogFormat, Callable[[], _Form]]] = {
    "short": _short_form,
    "common": _common_form,
    "combined": _combined_form,
    "json": _json_form,
}


class _Clock:
    """The time as a text, made once a second."""

    def __init__(self, form: Callable[[time.struct_time], str]) -> None:
        self._form = form
        self._second = 0
        self._text = ""

    def now(self) -> str:
        second = int(time.time())
        if second != self._second:
            self._second, self._text = second, self._form(time.gmtime(second))
        return self._text


def _common_time(now: time.struct_time) -> str:
    month = _MONTHS[now.tm_mon - 1]  # in no language but this
    return time.strftime(f"%d/{month}/%Y:%H:%M:%S +0000", now)


def _json_time(now: time.struct_time) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", now)


@lru_cache(maxsize=128)  # hot: 0.1 µs instead of 1.5, for the few values that most requests have
def _quotable(value: bytes) -> str:
    r"""Return *value* as it can stand in quotes: what cannot is written like ``\x22``, as nginx does."""
    text = value.decode("latin-1")
    return _UNQUOTABLE.sub(_escape, text) if text else "-"


def _escape(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02X}"
