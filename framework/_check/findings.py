"""What ``bolide check`` may find, and how a finding is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from bolide._locations import locate

__all__ = ["KINDS", "Finding", "Kind", "finding_at"]


class Kind(msgspec.Struct, frozen=True):
    """One kind of finding: what is wrong, and what to do."""

    summary: str
    advice: str


KINDS: Final[Mapping[str, Kind]] = {
    "B001": Kind("a declaration cannot be served", "Read the message: it says what was expected."),
    "B002": Kind("two routes answer the same requests", "Give one of them another path or method."),
    "B003": Kind("a dependency is not declared with `Depends(callable)`", "Write `Depends(function)`."),
    "B004": Kind("an annotation cannot be resolved", "Import the name, or correct its spelling."),
    "B005": Kind(
        "the path is malformed, or does not go with the signature", "Let both name the same parameters."
    ),
    "B006": Kind("two parameters read the body in ways that exclude each other", "Read the body in one way."),
    "B007": Kind(
        "dependencies form a cycle, or do not live long enough", "Break the cycle, or change a scope."
    ),
    "B008": Kind("the return type cannot be encoded", "Return a type that can be, or a `Response`."),
    "B009": Kind(
        "the type of a parameter cannot be read from a request", "Use a type that can be, or `Depends`."
    ),
    "B101": Kind(
        "nothing reads a parameter of the path", "Declare a parameter with its name, or shorten the path."
    ),
    "B102": Kind(
        "a body is read where requests have none", "Use `POST` or `QUERY`, or read it with `Query()`."
    ),
    "B103": Kind(
        "an async or inline function makes a call that blocks",
        "Await an async client, or write `def` that is not inline.",
    ),
    "B104": Kind("a coroutine is never awaited", "Write `await` before the call."),
    "B105": Kind(
        "nothing says what an endpoint returns", "Annotate it, so that the response is filtered and shown."
    ),
    "B106": Kind("an option of the response model changes nothing", "Correct its names, or leave it out."),
    "B107": Kind("a router is never included", "Write `app.include_router(router)`, or remove it."),
    "B108": Kind("a route is never reached", "Change one of the two paths."),
    "B109": Kind("a function runs in a thread and never waits", "Write `async def`, or set `inline=True`."),
    "B110": Kind("a default does not have the declared type", "Correct the default or the annotation."),
    "B111": Kind(
        "a dependency reads the path in one route, the query in another",
        "Mark it with `Path()` or `Query()`.",
    ),
    "B112": Kind("a function stands in `Annotated` without `Depends`", "Write `Depends(function)`."),
    "B113": Kind("a path has a parameter as others write it", "Write `{name}`, or `{name:int}`."),
    "B114": Kind("an endpoint asks for a scope that its scheme does not have", "Correct it, or declare it."),
    "B115": Kind("two security schemes have one name", "Give one of them another `scheme_name`."),
}
"""By code. What begins with ``B0`` keeps an application from starting; ``B1`` is suspicious."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that was found.

    Attributes:
        file: Relative to the working directory; empty when nothing says where it was declared.
        line: Counted from 1; 0 without a file.
        code: Key of :data:`KINDS`.
        message: What is wrong, without its place.
    """

    file: str
    line: int
    code: str
    message: str

    @property
    def level(self) -> Literal["error", "warning"]:
        """Tell whether it keeps the application from starting."""
        return "error" if self.code < "B100" else "warning"

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "-"

    def __str__(self) -> str:
        """Return one line: place, code, what is wrong and what to do."""
        advice = "" if self.level == "error" else f". {KINDS[self.code].advice}"
        return f"{self.place}: {self.code} {self.message}{advice}"


def finding_at(function: Callable[..., Any], code: str, message: str) -> Finding:
    """Return a finding about *function*, where it was declared."""
    file, line = locate(function) or ("", 0)
    return Finding(file=file, line=line, code=code, message=message)
