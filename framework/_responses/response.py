"""What every response is made of, and the classes whose whole body is at hand."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from urllib.parse import quote

from bolide.datastructures import Headers, MutableHeaders
from bolide.server_adapters.contract import Exchange, Head, Reply
from bolide.validation.encode_any import encode_any

if TYPE_CHECKING:
    from datetime import datetime

    from bolide._responses.cookies import SameSite

__all__ = [
    "EMPTY_HEAD",
    "JSON_HEAD",
    "Background",
    "HTMLResponse",
    "JSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "content_type_head",
    "content_type_of",
    "forbids_body",
    "status_of_class",
]


def render_in_charset(self: Response, content: Any) -> bytes:
    """Return the body of *content*, text in the charset of the class."""
    return self.render_text(content, self.charset)


@lru_cache(maxsize=64)
def content_type_head(content_type: str) -> Head:
    """Return the head with just this ``content-type``; none when it is empty."""
    return Head([(b"content-type", content_type.encode("latin-1"))] if content_type else [])


def content_type_of(media_type: str | None, charset: str = "utf-8") -> str:
    """Return the ``content-type`` value of *media_type*: text carries its charset (RFC 6657 §3)."""
    if media_type is None:
        return ""
    if media_type.startswith("text/") and "charset=" not in media_type:
        return f"{media_type}; charset={charset}"
    return media_type


Background = Callable[[], Awaitable[None]]

EMPTY_HEAD: Final = Head()
JSON_HEAD: Final = content_type_head("application/json")

# RFC 3986 §2.2 and §2.3, and "%": what is escaped already stays as it is.
_URL_SAFE: Final = ":/%#?=@[]!$&'()*+,;"


class Response:
    """A complete response; subclasses set ``media_type`` and ``charset``, and override :meth:`render`.

    Args:
        content: ``str`` is encoded as UTF-8, ``bytes`` are sent as they are, None is an empty body.
        status_code: HTTP status.
        headers: Further header fields. A ``content-type`` among them replaces the default one.
        media_type: Overrides the class's; ``text/*`` gets ``; charset=utf-8``.
        background: Called and awaited when the response has been sent, such as
            :class:`~bolide.background.BackgroundTasks`.
    """

    media_type: ClassVar[str | None] = None
    charset: ClassVar[str] = "utf-8"

    _head: ClassVar[Head] = EMPTY_HEAD

    __slots__ = ("_headers", "background", "body", "status_code")

    def __init__(
        self,
        content: Any = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: Background | None = None,
    ) -> None:
        self.status_code = status_code
        self.background = background
        self.body = self.render(content)
        self._headers: MutableHeaders | None = None
        if media_type is not None:
            self.headers["content-type"] = content_type_of(media_type, self.charset)
        if headers is not None:
            self._take_over(headers)

    def _take_over(self, headers: Mapping[str, str]) -> None:
        """Put *headers* in the place of those of the same names; what is repeated in them stays so."""
        if not isinstance(headers, Headers):
            self.headers.update(headers)
            return
        for name in {*headers}:
            del self.headers[name]
        self.headers.raw.extend(headers.raw)

    def __init_subclass__(cls) -> None:
        cls._head = content_type_head(content_type_of(cls.media_type, cls.charset))
        if cls.charset != Response.charset and cls.render is Response.render:
            cls.render = render_in_charset  # type: ignore[method-assign]

    def render(self, content: Any) -> bytes:
        """Return the body of *content*.

        Raises:
            TypeError: this class cannot render such a value.
        """
        # hot: one call less for the usual content.
        return content.encode() if type(content) is str else self.render_text(content)

    @staticmethod
    def render_text(content: Any, charset: str = "utf-8") -> bytes:
        """Return the body of text or bytes; what :meth:`render` does unless it is overridden."""
        if isinstance(content, str):
            return content.encode(charset)
        if content is None:
            return b""
        if isinstance(content, bytes | bytearray | memoryview):
            return bytes(cast("bytes", content))
        raise TypeError(f"a response body is str or bytes, not {type(content).__name__}")

    @property
    def headers(self) -> MutableHeaders:
        """Return the header fields; framing (``content-length``) is the server's."""
        if self._headers is None:
            self._headers = MutableHeaders(raw=[*self._head.pairs])
        return self._headers

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: int | None = None,
        expires: datetime | str | int | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | None = "lax",
        partitioned: bool = False,
    ) -> None:
        """Add a ``Set-Cookie`` line (RFC 6265 §4.1).

        Args:
            key: The cookie's name.
            value: Its value, in latin-1; quoted when it holds more than a cookie may.
            max_age: Seconds that it lives.
            expires: When it ends: a date, its text, or seconds from now.
            path: Below which it is sent.
            domain: The host and those below it that it is sent to; only this host unless given.
            secure: Send it by HTTPS only.
            httponly: Hide it from scripts.
            samesite: Which requests of other sites carry it; None leaves it out.
            partitioned: Keep it apart for each site that embeds this one.

        Raises:
            ValueError: the name is not a token, or a value holds what would end it.
        """
        from bolide._responses.cookies import CookieOptions, cookie_line

        options = CookieOptions(
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
        self.headers.append("set-cookie", cookie_line(key, value, options))

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | None = "lax",
        partitioned: bool = False,
    ) -> None:
        """Tell the client to forget a cookie; *path* and *domain* must be those that it was set with."""
        self.set_cookie(key, "", 0, 0, path, domain, secure, httponly, samesite, partitioned)

    def to_reply(self, exchange: Exchange | None = None) -> Reply:
        """Return what the server writes; without *exchange* as if the request had no conditions."""
        del exchange
        # hot: responses whose headers nobody touched share the head of their class.
        if self._headers is None:
            return Reply(self.status_code, self._head, self.body, None, self.background)
        return Reply(self.status_code, EMPTY_HEAD, self.body, self._headers.raw, self.background)


class PlainTextResponse(Response):
    """``text/plain`` in UTF-8."""

    media_type = "text/plain"
    __slots__ = ()


class HTMLResponse(Response):
    """``text/html`` in UTF-8."""

    media_type = "text/html"
    __slots__ = ()


class JSONResponse(Response):
    """``application/json``: any value that an endpoint without a return type may return."""

    media_type = "application/json"
    __slots__ = ()

    def render(self, content: Any) -> bytes:
        return encode_any(content)


class RedirectResponse(Response):
    """Send the client to *url* (RFC 9110 §15.4).

    Args:
        url: Absolute, or relative to the request's. What no URL can hold is escaped.
        status_code: 307 keeps the method; 303 makes it GET; 301 and 308 are for ever.
        headers: Further header fields.
        background: Called and awaited when the response has been sent.
    """

    __slots__ = ()

    def __init__(
        self,
        url: object,
        status_code: int = 307,
        headers: Mapping[str, str] | None = None,
        background: Background | None = None,
    ) -> None:
        super().__init__(b"", status_code, headers, background=background)
        self.headers["location"] = quote(str(url), safe=_URL_SAFE)


def status_of_class(response_class: type[Response] | None) -> int:
    """Return the status that *response_class* gives its responses unless told another."""
    if response_class is None or response_class.__init__ is Response.__init__:
        return 200
    parameter = inspect.signature(response_class.__init__).parameters.get("status_code")
    return parameter.default if parameter is not None and isinstance(parameter.default, int) else 200


def forbids_body(status_code: int) -> bool:
    """Tell whether a response with *status_code* has no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5)."""
    return status_code < 200 or status_code in (204, 205, 304)
