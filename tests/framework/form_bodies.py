"""Make the bodies of forms for tests."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["URLENCODED", "Part", "multipart", "multipart_body"]

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


class Part(NamedTuple):
    """A part of a form; a file if it has a file name, be it an empty one."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None


def multipart_body(parts: Iterable[Part], *, boundary: str = "limit") -> bytes:
    """Return a ``multipart/form-data`` body (RFC 7578 §4)."""
    body = bytearray()
    for part in parts:
        body += f'--{boundary}\r\ncontent-disposition: form-data; name="{_quoted(part.name)}"'.encode()
        if part.filename is not None:
            body += f'; filename="{_quoted(part.filename)}"'.encode()
        if part.content_type is not None:
            body += f"\r\ncontent-type: {part.content_type}".encode()
        body += b"\r\n\r\n" + part.content + b"\r\n"
    return bytes(body) + f"--{boundary}--\r\n".encode()


def multipart(*parts: Part, boundary: str = "limit") -> tuple[bytes, dict[str, str]]:
    """Return a body and its headers."""
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return multipart_body(parts, boundary=boundary), headers


def _quoted(text: str) -> str:
    """Return *text* as browsers write it (HTML §4.10.21.8)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
