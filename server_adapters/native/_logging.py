"""Where the server's logs go, unless somebody has set up logging."""

from __future__ import annotations

import json
import logging
import logging.config
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.logs import JsonFormatter
from bolide.server_adapters.native._access_log import AccessLogHandler

__all__ = ["set_up_logging"]

_FORM: Final = "%(levelname)s:     %(message)s"
_FORM_OF_SEVERAL: Final = "%(levelname)s:     [%(process)d] %(message)s"


def set_up_logging(config: ServerConfig, *, of_several: bool) -> Callable[[], None]:
    """Print what the server logs, unless somebody has set up logging: errors to standard error, the access
    log to standard output, as uvicorn does. Of several processes each line names its own.

    Returns:
        What undoes it.

    Raises:
        ConfigError: the file of ``log_config`` cannot be used.
    """
    if config.log_config is not None:
        _read_log_config(config.log_config)
        return _nothing
    logger, access, root = (
        logging.getLogger("bolide"),
        logging.getLogger("bolide.access"),
        logging.getLogger(),
    )
    if logger.hasHandlers():
        return _nothing
    as_json = config.log_format == "json"
    errors = logging.StreamHandler(sys.stderr)
    text = logging.Formatter(_FORM_OF_SEVERAL if of_several else _FORM)
    errors.setFormatter(JsonFormatter() if as_json else text)
    lines = AccessLogHandler(sys.stdout, f"INFO:     [{os.getpid()}] " if of_several else "INFO:     ")
    lines.setFormatter(errors.formatter)
    logger.setLevel(config.log_level.upper())
    logger.addHandler(errors)
    access.addHandler(lines)
    access.propagate = False
    if as_json:  # what other code logs would stand between the objects as text
        root.addHandler(errors)
        logger.propagate = False

    def undo() -> None:
        logger.removeHandler(errors)
        access.removeHandler(lines)
        root.removeHandler(errors)
        logger.propagate = access.propagate = True

    return undo


def _read_log_config(path: str) -> None:
    """Let :mod:`logging.config` read a file: ``.json``, ``.yaml`` or ``.yml``, otherwise its own format."""
    try:
        match Path(path).suffix:
            case ".json":
                _configure(json.loads(Path(path).read_bytes()))
            case ".yaml" | ".yml":
                _configure(_read_yaml(Path(path).read_bytes()))
            case _:
                logging.config.fileConfig(path, disable_existing_loggers=False)
    except (OSError, ValueError, TypeError, AttributeError, ImportError, KeyError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"log_config is {path!r}, which cannot be used: {reason}") from error


def _configure(settings: dict[str, Any]) -> None:
    # The application is loaded already: its loggers are not to be switched off.
    logging.config.dictConfig({"disable_existing_loggers": False, **settings})


def _read_yaml(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.yaml.decode(data, type=dict[str, Any])
    except ImportError as error:
        raise ImportError("YAML needs a package: pip install 'bolide[yaml]'") from error


def _nothing() -> None: ...
