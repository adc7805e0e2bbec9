"""Read ``multipart/form-data`` bodies (RFC 7578) with limits; the only module that knows the parser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, Protocol, cast

import multipart as _untyped  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from bolide._limits import (
    FORM_HEADER_BYTES,
    FORM_HEADERS,
    FORM_SPOOL_BYTES,
    BoundsOfForm,
    too_large,
    too_large_head,
    too_many,
)
from bolide._reading.uploads import FormEntries, UploadFile
from bolide.concurrency import run_in_threadpool
from bolide.exceptions import HTTPException

__all__ = ["boundary_of", "read_multipart"]

# RFC 2046 §5.1.1: 1 to 70 characters, the last of which is no space; with quotes around it or not.
_BOUNDARY: Final = re.compile(
    r""";[ \t]*boundary=("[0-9a-z'()+_,\-./:=? ]{0,69}[0-9a-z'()+_,\-./:=?]"|[^\s";]{1,70})[ \t]*(?=;|$)""",
    re.IGNORECASE | re.ASCII,
)

_NAME: Final = re.compile(r";\s*name\s*=", re.IGNORECASE)

_LIBRARY: Final = cast("Any", _untyped)
_MultipartError: Final = cast("type[ValueError]", _LIBRARY.MultipartError)
_LimitReached: Final = cast("type[ValueError]", _LIBRARY.ParserLimitReached)


class _Segment(Protocol):
    """The head of a part."""

    name: str | None
    filename: str | None
    content_type: str | None
    headerlist: list[tuple[str, str]]


class _Parser(Protocol):
    """What the library's parser does: bytes are contents of the last head, None is the end of its part."""

    def parse(self, chunk: bytes) -> Iterator[_Segment | bytes | None]: ...
    def close(self) -> None: ...


_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


def boundary_of(content_type: str) -> str:
    """Return the boundary that a ``Content-Type`` names.

    Raises:
        HTTPException: 400: there is none, more than one, or one that RFC 2046 §5.1.1 does not allow.
    """
    found = _BOUNDARY.findall(content_type)
    count = content_type.lower().count("boundary=")
    if len(found) != 1 or count != 1:
        problem = "Invalid" if count else "Missing"
        raise HTTPException(400, f"{problem} boundary in multipart.")
    boundary: str = found[0]
    return boundary.strip('"')


async def read_multipart(
    chunks: AsyncIterator[bytes],
    boundary: str,
    bounds: BoundsOfForm,
    *,
    charset: str,
    keeps_files: bool,
    texts: Collection[str] = (),
) -> FormEntries:
    """Return the entries of the form in *chunks*; the caller closes its files.

    Args:
        chunks: The body.
        boundary: What stands between its parts.
        bounds: How much may stand in it.
        charset: Encoding of texts; what is not valid in it is read as Latin-1.
        keeps_files: Whether contents of files are kept; else they are dropped as they arrive.
        texts: Names under which JSON is text, even when it comes as a file: browsers send a ``Blob`` so.

    Raises:
        HTTPException: 400 for a body that is malformed, 413 for one that exceeds *bounds*.
    """
    parser = _parser(boundary)
    parts = _Parts(bounds, charset=charset, keeps_files=keeps_files, texts=texts)
    try:
        async for chunk in chunks:
            for event in parser.parse(chunk) if chunk else ():
                if event is None:
                    await parts.finish()
                elif not isinstance(event, bytes):
                    parts.start(event)
                elif (file := parts.add(event)) is not None:
                    await run_in_threadpool(file.write, event)
        parser.close()
    except _MultipartError as error:
        parts.close()
        raise _refused(error) from error
    except BaseException:
        parts.close()
        raise
    return parts.entries


class _Parts:
    """The parts so far, and the one that is being read."""

    def __init__(
        self, bounds: BoundsOfForm, *, charset: str, keeps_files: bool, texts: Collection[str]
    ) -> None:
        self.entries: FormEntries = {}
        self._bounds = bounds
        self._charset = charset
        self._keeps_files = keeps_files
        self._texts = texts
        self._files: list[UploadFile] = []
        self._fields = 0
        self._name = ""
        self._text = bytearray()
        self._file: UploadFile | None = None

    def start(self, segment: _Segment) -> None:
        """Begin a part: a file if it has a file name, be it an empty one, else a text; see *texts*."""
        self._name = segment.name or ""
        if not self._name and not _has_name(segment):
            raise HTTPException(400, 'The Content-Disposition header field "name" must be provided.')
        if (segment.content_type or "").startswith("multipart/"):
            raise HTTPException(400, "A part of multipart data must not be multipart itself.")
        is_json = self._name in self._texts and _is_json(segment.content_type or "")
        if segment.filename is None or is_json:
            self._fields += 1
            self._file, self._text = None, bytearray()
            if self._fields > self._bounds.max_fields:
                raise HTTPException(413, too_many("fields", self._bounds.max_fields))
            return
        if len(self._files) >= self._bounds.max_files:
            raise HTTPException(413, too_many("files", self._bounds.max_files))
        headers = {name.lower(): value for name, value in segment.headerlist}
        self._file = UploadFile(
            self._new_file(), size=0, filename=_base_name(segment.filename), headers=headers
        )
        self._files.append(self._file)

    def add(self, data: bytes) -> BinaryIO | None:
        """Add *data* to the part; return the file that *data* must still be written to, for it is on disk."""
        upload = self._file
        if upload is None:
            self._text += data
            if len(self._text) > self._bounds.max_part_size:
                raise HTTPException(413, too_large(self._bounds.max_part_size))
            return None
        before = upload.size or 0
        upload.size = before + len(data)
        if not self._keeps_files:
            return None
        if upload.size > FORM_SPOOL_BYTES:
            return upload.file
        upload.file.write(data)
        return None

    async def finish(self) -> None:
        """End the part."""
        entry: str | UploadFile
        if self._file is None:
            entry = _decode(self._text, self._charset)
        else:
            entry = self._file
            await entry.seek(0)
        self.entries.setdefault(self._name, []).append(entry)

    def _new_file(self) -> BinaryIO:
        if not self._keeps_files:
            return BytesIO()
        return cast("BinaryIO", SpooledTemporaryFile(max_size=FORM_SPOOL_BYTES))

    def close(self) -> None:
        """Close all files."""
        for upload in self._files:
            upload.file.close()


def _is_json(media_type: str) -> bool:
    media_type = media_type.strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _parser(boundary: str) -> _Parser:
    make = _LIBRARY.PushMultipartParser
    parser: _Parser = make(boundary, max_header_size=FORM_HEADER_BYTES, max_header_count=FORM_HEADERS)
    return parser


def _refused(error: ValueError) -> HTTPException:
    if isinstance(error, _LimitReached):
        return HTTPException(413, too_large_head())
    return HTTPException(400, "Invalid multipart data.")


def _decode(text: bytearray, charset: str) -> str:
    try:
        return text.decode(charset)
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _base_name(filename: str) -> str:
    """Return the last part of a client's path, in the style of any system, without control characters."""
    name = _CONTROLS.sub("", filename.replace("\\", "/").rpartition("/")[2])
    return "" if name in (".", "..") else name


def _has_name(segment: _Segment) -> bool:
    """Tell an empty name from none (RFC 7578 §4.2); for the library both are empty."""
    dispositions = (value for name, value in segment.headerlist if name.lower() == "content-disposition")
    return any(_NAME.search(value) for value in dispositions)
