"""Bytes and text that travel in an encoding of their own, such as base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, Protocol

import msgspec

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.serializers import PlainSerializer

__all__ = [
    "Base64Bytes",
    "Base64Encoder",
    "Base64Str",
    "Base64UrlBytes",
    "Base64UrlEncoder",
    "Base64UrlStr",
    "EncodedBytes",
    "EncodedStr",
    "EncoderProtocol",
]


class EncoderProtocol(Protocol):
    """What an encoding consists of."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """Return what *data* encodes; a ``ValueError`` becomes an error of the input."""
        ...

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """Return *value* in this encoding, as ASCII."""
        ...

    @classmethod
    def get_json_format(cls) -> str:
        """Return the ``format`` in JSON Schema."""
        ...


class Base64Encoder(EncoderProtocol):
    """Base64 with the alphabet of RFC 4648 §4."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """Return what *data* encodes; characters outside of the alphabet are skipped."""
        return _decoded(data)

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """Return *value* as base64."""
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        """Return ``base64``."""
        return "base64"


class Base64UrlEncoder(EncoderProtocol):
    """Base64 with the alphabet for URLs and file names, RFC 4648 §5; reads the other one too."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """Return what *data* encodes in either alphabet."""
        return _decoded(data.translate(bytes.maketrans(b"-_", b"+/")))

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """Return *value* as base64 for URLs."""
        return base64.urlsafe_b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        """Return ``base64url``."""
        return "base64url"


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(data)
    except binascii.Error as error:
        message = "Base64 decoding error: '{error}'"
        raise CustomError("base64_decode", message, {"error": str(error)}) from None


class EncodedBytes(msgspec.Struct, frozen=True):
    """Metadata for ``Annotated[bytes, ...]``: bytes that travel in an encoding."""

    encoder: type[EncoderProtocol]

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        encoder = self.encoder
        return TypeSpec(
            wire=hint,
            value=Annotated[hint, PlainSerializer(encoder.encode, return_type=bytes)],
            load=encoder.decode,
            schema=_schema(encoder),
            output_schema=_schema(encoder),
            label="bytes",
        )


class EncodedStr(msgspec.Struct, frozen=True):
    """Metadata for ``Annotated[str, ...]``: text whose UTF-8 form travels in an encoding."""

    encoder: type[EncoderProtocol]

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        encoder = self.encoder
        return TypeSpec(
            wire=hint,
            value=Annotated[hint, PlainSerializer(_text_encoder(encoder), return_type=str)],
            load=lambda text: encoder.decode(text.encode()).decode(),
            schema=_schema(encoder),
            output_schema=_schema(encoder),
            label="str",
        )


def _text_encoder(encoder: type[EncoderProtocol]) -> Callable[[str], str]:
    def encode_text(value: str) -> str:
        return encoder.encode(value.encode()).decode("ascii")

    return encode_text


def _schema(encoder: type[EncoderProtocol]) -> dict[str, Any]:
    return {"type": "string", "format": encoder.get_json_format()}


Base64Bytes = Annotated[bytes, EncodedBytes(Base64Encoder)]
"""Bytes that travel as base64."""

Base64Str = Annotated[str, EncodedStr(Base64Encoder)]
"""Text whose UTF-8 form travels as base64."""

Base64UrlBytes = Annotated[bytes, EncodedBytes(Base64UrlEncoder)]
"""Bytes that travel as base64 with the alphabet for URLs."""

Base64UrlStr = Annotated[str, EncodedStr(Base64UrlEncoder)]
"""Text whose UTF-8 form travels as base64 with the alphabet for URLs."""
