"""Read forms: which bodies are some, how much they may hold, and who closes their files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Generator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bolide._limits import MAX_BODY_BYTES, MAX_MULTIPART_BYTES, BoundsOfForm, too_large, too_many
from bolide._reading.uploads import FormEntries, UploadFile, close_files
from bolide._reading.wire import parse_query_pairs
from bolide.datastructures import FormData
from bolide.exceptions import HTTPException
from bolide.server_adapters.contract import BodyTooLarge, Exchange

__all__ = ["FormReader", "FormRequest", "why_no_multipart"]

_CHARSET: Final = re.compile(r';[ \t]*charset="?([A-Za-z0-9_\-]+)', re.IGNORECASE)

# Other encodings of Python are slow to decode or run code of their own.
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1"})


def why_no_multipart() -> str | None:
    """Return what is wrong with the parser of multipart bodies, None when nothing is."""
    try:
        from bolide._reading import multipart  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        if error.name != "multipart":
            raise
        return "files need the package 'multipart': pip install 'bolide[forms]'"
    return None


class HasForm(Protocol):
    """A request object, which shows the form that a handler has read to whoever asks it."""

    def form(self) -> FormRequest: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReader:
    """Reads the forms of a route.

    Attributes:
        bounds: How much may stand in one.
        max_body_bytes: Largest body that is no multipart body.
        max_multipart_bytes: Largest multipart body.
        keeps_files: Something receives files.
        contents: Names of files that are read at once: somebody wants their bytes.
        texts: Names that nobody wants a file of: JSON under them is text, even when it comes as a file.
    """

    bounds: BoundsOfForm
    max_body_bytes: int
    max_multipart_bytes: int
    keeps_files: bool = True
    contents: Collection[str] = ()
    texts: Collection[str] = ()

    @classmethod
    def within(cls, bounds: BoundsOfForm, max_body_bytes: int) -> FormReader:
        """Return what reads any form; multipart bodies may be larger where nobody set the limit."""
        usual = max_body_bytes == MAX_BODY_BYTES
        return cls(
            bounds=bounds,
            max_body_bytes=max_body_bytes,
            max_multipart_bytes=MAX_MULTIPART_BYTES if usual else max_body_bytes,
        )

    async def open(self, exchange: Exchange, request: HasForm | None = None) -> AsyncIterator[FormEntries]:
        """Yield the form of a request once; its files are closed afterwards.

        *request* reads it, where somebody may ask that for the form too.
        """
        entries = await (self.read(exchange) if request is None else request.form().entries())
        try:
            await self._read_contents(entries)
            yield entries
        finally:
            close_files(entries)

    async def read(self, exchange: Exchange) -> FormEntries:
        """Return the entries of the form, none for a body that is no form; the caller closes files in it.

        Raises:
            HTTPException: 400 for a malformed body, 413 for too much in it, 415 when the parser is missing.
            BodyTooLarge: the body exceeds its limit.
            ClientDisconnect: the client left before its end.
        """
        media_type = _media_type(exchange)
        if media_type == "application/x-www-form-urlencoded":
            body = exchange.body
            if body is None or len(body) > self.max_body_bytes:
                body = await exchange.read_body(self.max_body_bytes)
            return parse_urlencoded(body, self.bounds)
        if media_type != "multipart/form-data":
            return {}
        if why_no_multipart() is not None:
            raise HTTPException(415)
        from bolide._reading.multipart import boundary_of, read_multipart

        content_type = exchange.header(b"content-type") or ""
        return await read_multipart(
            _chunks(exchange, self.max_multipart_bytes),
            boundary_of(content_type),
            self.bounds,
            charset=_charset_of(content_type),
            keeps_files=self.keeps_files,
            texts=self.texts,
        )

    async def _read_contents(self, entries: FormEntries) -> None:
        for name in self.contents:
            for item in entries.get(name, []):
                if isinstance(item, UploadFile) and not item.is_empty_input:
                    await item.seek(0)  # a security dependency may have read it
                    item.content = await item.read()
                    await item.seek(0)


class FormRequest:
    """What ``request.form()`` returns: await it for the form, or enter it to have the files closed."""

    __slots__ = ("_entries", "_exchange", "_reader")

    def __init__(self, reader: FormReader, exchange: Exchange) -> None:
        self._reader = reader
        self._exchange = exchange
        self._entries: FormEntries | None = None

    def __await__(self) -> Generator[Any, None, FormData]:
        return self.__aenter__().__await__()

    async def __aenter__(self) -> FormData:
        return FormData(entries=await self.entries())

    async def __aexit__(self, *failure: object) -> None:
        if self._entries is not None:
            close_files(self._entries)

    @property
    def took_body(self) -> bool:
        """Tell whether the body was read piece by piece, and is gone."""
        return self._entries is not None and _media_type(self._exchange) == "multipart/form-data"

    async def entries(self) -> FormEntries:
        """Return the entries, which are read once."""
        if self._entries is None:
            self._entries = await self._reader.read(self._exchange)
        return self._entries


async def _chunks(exchange: Exchange, limit: int) -> AsyncIterator[bytes]:
    """Yield the body, also when it has been read before."""
    body = exchange.body
    if body is None:
        async for chunk in exchange.stream(limit):
            yield chunk
        return
    if len(body) > limit:
        raise BodyTooLarge(limit)
    yield body


def parse_urlencoded(body: bytes, bounds: BoundsOfForm) -> FormEntries:
    """Return the entries of an ``application/x-www-form-urlencoded`` body (WHATWG URL §5.1).

    Raises:
        HTTPException: 413 for too many fields or too large a value.
    """
    if body.count(b"&") >= bounds.max_fields:
        raise HTTPException(413, too_many("fields", bounds.max_fields))
    entries: FormEntries = {}
    for name, value in parse_query_pairs(body.decode(errors="replace")):
        entries.setdefault(name, []).append(value)
        if len(value) > bounds.max_part_size:
            raise HTTPException(413, too_large(bounds.max_part_size))
    return entries


def _media_type(exchange: Exchange) -> str:
    return (exchange.header(b"content-type") or "").partition(";")[0].strip().lower()


def _charset_of(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    charset = found.group(1).lower() if found else "utf-8"
    return charset if charset in _CHARSETS else "utf-8"
