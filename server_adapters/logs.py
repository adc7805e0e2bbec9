"""What stands in logs that programs read: one JSON object per line."""

from __future__ import annotations

import json
import logging
import time
from typing import Any, Final

from bolide.server_adapters.observation import current_request_id

__all__ = ["JsonFormatter", "current_request_id"]

_OWN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
"""Attributes that every record has; others were passed as ``extra``."""


class JsonFormatter(logging.Formatter):
    """Makes a JSON object of a record, in ASCII, without line breaks.

    Members are time (UTC), level, logger, process, message, ``request_id`` where there is one, what was
    passed as ``extra``, and ``exception`` or ``stack``, the text of a traceback. The id is that of the
    request in whose task or thread the record is formatted; one that is formatted elsewhere, such as behind a
    queue, may carry it as ``extra``.
    """

    def format(self, record: logging.LogRecord) -> str:
        milliseconds = int(record.created * 1000)
        members: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
            + f".{milliseconds % 1000:03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if (request_id := current_request_id()) is not None:
            members["request_id"] = request_id
        members |= {name: value for name, value in record.__dict__.items() if name not in _OWN}
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            members["stack"] = record.stack_info
        return json.dumps(members, default=str, skipkeys=True)
