"""Write ``Set-Cookie`` lines (RFC 6265 §4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final, Literal

import msgspec

__all__ = ["CookieOptions", "SameSite", "cookie_line"]

SameSite = Literal["lax", "strict", "none"]

_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BARE_VALUE: Final = re.compile(r"[!#$%&'*+\-.^_`|~:0-9A-Za-z]+")
_ATTRIBUTE_VALUE: Final = re.compile(r"[\x20-\x3a\x3c-\x7e]*")  # no control character, no semicolon


class CookieOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Attributes of a cookie; see ``Response.set_cookie``."""

    max_age: int | None = None
    expires: datetime | str | int | None = None
    path: str | None = "/"
    domain: str | None = None
    secure: bool = False
    httponly: bool = False
    samesite: SameSite | None = "lax"
    partitioned: bool = False


def cookie_line(name: str, value: str, options: CookieOptions) -> str:
    """Return the value of a ``Set-Cookie`` line.

    Attributes stand in alphabetical order, as clients of Starlette know them. A *value* that is no text,
    whatever the type checker was told, is sent as its text.

    Raises:
        ValueError: the name is not a token, the value is not latin-1, or an attribute would add another one.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} cannot be the name of a cookie")
    return "; ".join([f"{name}={_quoted(str(value))}", *_attributes(options)])


def _attributes(options: CookieOptions) -> Iterator[str]:
    if options.domain is not None:
        yield f"Domain={_checked('domain', options.domain)}"
    if options.expires is not None:
        yield f"expires={_checked('expires', _date(options.expires))}"
    if options.httponly:
        yield "HttpOnly"
    if options.max_age is not None:
        yield f"Max-Age={int(options.max_age)}"
    if options.partitioned:
        yield "Partitioned"
    if options.path is not None:
        yield f"Path={_checked('path', options.path)}"
    if options.samesite is not None:
        same_site = options.samesite.lower()
        if same_site not in ("lax", "strict", "none"):
            raise ValueError(f"samesite is {options.samesite!r}; expected 'lax', 'strict' or 'none'")
        yield f"SameSite={same_site}"
    if options.secure:
        yield "Secure"


def _date(expires: datetime | str | int) -> str:
    """Return a date of HTTP (RFC 9110 §5.6.7); a number counts seconds from now."""
    if isinstance(expires, str):
        return expires
    moment = expires if isinstance(expires, datetime) else datetime.now(UTC) + timedelta(seconds=expires)
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _checked(attribute: str, value: str) -> str:
    if _ATTRIBUTE_VALUE.fullmatch(value) is None:
        raise ValueError(f"the cookie's {attribute} is {value!r}; it must not hold ';' or control characters")
    return value


def _quoted(value: str) -> str:
    """Return *value* as it is, or between quotes with what a cookie cannot hold as octal escapes."""
    if _BARE_VALUE.fullmatch(value) is not None:
        return value
    return '"' + "".join(map(_escaped, value.encode("latin-1"))) + '"'


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return "\\" + character
    return character if 0x20 <= byte <= 0x7E and character not in ",;" else f"\\{byte:03o}"
