"""How ``bolide dev`` writes to a terminal: colours, a short access log, tracebacks of the user's frames."""

from __future__ import annotations

import logging
import os
import sys
from types import TracebackType
from typing import Final, TextIO

from bolide._commands.tracebacks import users_traceback
from bolide.server_adapters.config import ServerConfig

__all__ = ["paint", "print_logs"]

_COLOURS: Final = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "grey": 90, "bold": 1}
_OF_STATUS: Final = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}
_OF_LEVEL: Final = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}


def paint(text: str, colour: str, stream: TextIO) -> str:
    """Return *text* in *colour*, plain where *stream* is no terminal or ``NO_COLOR`` is set."""
    if not _has_colours(stream):
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def print_logs(config: ServerConfig) -> None:
    """Print what the server logs, requests and errors, unless *config* or the application say how to log."""
    logger = logging.getLogger("bolide")
    asked = (
        config.log_config is not None or config.log_format != "text" or config.access_log_format is not None
    )
    if asked or logger.hasHandlers():
        return
    logger.setLevel(config.log_level.upper())
    errors = logging.StreamHandler(sys.stderr)
    errors.setFormatter(_ErrorForm())
    logger.addHandler(errors)
    access = logging.getLogger("bolide.access")
    access.propagate = False
    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(_AccessForm())
    access.addHandler(lines)


class _AccessForm(logging.Formatter):
    """``200 GET /items/1``: what somebody wants to see who has just sent it."""

    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record.args, tuple) or len(record.args) != 5:
            return super().format(record)
        _, method, target, _, status = record.args
        code = int(str(status))
        return f"{paint(str(code), _OF_STATUS.get(code // 100, 'bold'), sys.stdout)} {method:7} {target}"


class _ErrorForm(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        level = record.levelname
        return line if level == "INFO" else f"{paint(level, _OF_LEVEL.get(level, 'grey'), sys.stderr)} {line}"

    def formatException(  # noqa: N802 (its name in logging)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else users_traceback(ei[1]).rstrip()


def _has_colours(stream: TextIO) -> bool:
    # https://no-color.org and https://force-color.org: present and not empty
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
