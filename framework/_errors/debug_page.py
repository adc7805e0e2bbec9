"""The page that an application in debug mode shows for an unhandled error. Never for production.

It shows sources, but no values of variables; headers and query parameters that hold secrets are not shown.
"""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from bolide._locations import is_users_file, relative
from bolide._responses.response import HTMLResponse, JSONResponse, PlainTextResponse, Response
from bolide.requests import Request

__all__ = ["debug_response"]

_LINES_AROUND: Final = 5
_SHOWN_CHARACTERS: Final = 200
_REDACTED: Final = "**********"
_SECRET_NAME: Final = re.compile(
    r"auth|cookie|token|secret|passw|key|session|signature|credential", re.IGNORECASE
)

# Nothing on the page runs or is loaded, whatever an error message contains.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE: Final = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.3rem }
h2 { font-size: 1rem; margin-top: 2rem }
.message { white-space: pre-wrap }
details { border: 1px solid #ccc; border-radius: 4px; margin: .4rem 0 }
summary { cursor: pointer; padding: .3rem .6rem }
pre { margin: 0; padding: .6rem; overflow-x: auto; background: #f6f6f6 }
mark { background: #ffd9d9; display: block }
td { padding: 0 1rem .1rem 0; vertical-align: top; font-family: ui-monospace, monospace; font-size: 13px }
"""


def debug_response(request: Request, error: Exception) -> Response:
    """Return the 500 that shows *error*: a page for browsers, otherwise JSON where accepted, or text."""
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted:
        return HTMLResponse(_page(request, error), 500, {"content-security-policy": _POLICY})
    if "application/json" in accepted:
        return JSONResponse(_document(error), 500)
    return PlainTextResponse("".join(traceback.format_exception(error)), 500)


def _document(error: Exception) -> dict[str, Any]:
    frames = [
        {"file": frame.filename, "line": frame.lineno, "function": frame.name, "source": frame.line}
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    text = _text(error)
    return {"detail": "Internal Server Error", "type": _name(error), "message": text, "frames": frames}


def _page(request: Request, error: Exception) -> str:
    chain = list(_chain(error))
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        f"<title>{escape(_name(error))}</title><style>{_STYLE}</style>",
        f"<h1>{escape(request.method)} {escape(request.url.path)}</h1>",
    ]
    for index, each in enumerate(chain):
        relation = "" if index == 0 else f"{_relation(chain[index - 1])} "
        parts.append(f"<h2>{relation}{escape(_name(each))}</h2><p class=message>{escape(_text(each))}</p>")
        parts += map(_frame, reversed(traceback.extract_tb(each.__traceback__)))
    parts.append(_table("Query", request.query_params.multi_items()))
    parts.append(_table("Headers", list(request.headers.items())))
    return "\n".join(parts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield *error*, then what it came from, each once."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _relation(error: BaseException) -> str:
    return "caused by" if error.__cause__ is not None else "while handling"


def _frame(frame: traceback.FrameSummary) -> str:
    line = frame.lineno or 0
    first = max(1, line - _LINES_AROUND)
    rows: list[str] = []
    for number in range(first, line + _LINES_AROUND + 1):
        text = linecache.getline(frame.filename, number)
        if text:
            row = escape(f"{number:5} {text.rstrip()}")
            rows.append(f"<mark>{row}</mark>" if number == line else f"{row}\n")
    place = f"{escape(relative(frame.filename))}:{line} <b>{escape(frame.name)}</b>"
    opened = " open" if is_users_file(frame.filename) else ""
    return f"<details{opened}><summary>{place}</summary><pre>{''.join(rows)}</pre></details>"


def _table(title: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    rows = "".join(f"<tr><td>{escape(name)}<td>{escape(_shown(name, value))}" for name, value in pairs)
    return f"<h2>{title}</h2><table>{rows}</table>"


def _shown(name: str, value: str) -> str:
    """Return *value*, unless its name says that it is a secret."""
    return _REDACTED if _SECRET_NAME.search(name) else value[:_SHOWN_CHARACTERS]


def _text(error: BaseException) -> str:
    """Return the message of *error*, as tracebacks show it: also if its own ``__str__`` fails."""
    try:
        return str(error)
    except Exception:
        return f"<{type(error).__name__} without a message>"


def _name(error: BaseException) -> str:
    kind = type(error)
    module = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"
