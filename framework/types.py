"""Value types under the names that Pydantic's users know, each imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bolide.validation.custom_types import TypeSpec as TypeSpec
    from bolide.validation.custom_types import register_type as register_type
    from bolide.validation.omission import OnErrorOmit as OnErrorOmit
    from bolide.validation.types.constrained import AllowInfNan as AllowInfNan
    from bolide.validation.types.constrained import FailFast as FailFast
    from bolide.validation.types.constrained import FiniteFloat as FiniteFloat
    from bolide.validation.types.constrained import NegativeFloat as NegativeFloat
    from bolide.validation.types.constrained import NegativeInt as NegativeInt
    from bolide.validation.types.constrained import NonNegativeFloat as NonNegativeFloat
    from bolide.validation.types.constrained import NonNegativeInt as NonNegativeInt
    from bolide.validation.types.constrained import NonPositiveFloat as NonPositiveFloat
    from bolide.validation.types.constrained import NonPositiveInt as NonPositiveInt
    from bolide.validation.types.constrained import PositiveFloat as PositiveFloat
    from bolide.validation.types.constrained import PositiveInt as PositiveInt
    from bolide.validation.types.constrained import Strict as Strict
    from bolide.validation.types.constrained import StrictBool as StrictBool
    from bolide.validation.types.constrained import StrictBytes as StrictBytes
    from bolide.validation.types.constrained import StrictFloat as StrictFloat
    from bolide.validation.types.constrained import StrictInt as StrictInt
    from bolide.validation.types.constrained import StrictStr as StrictStr
    from bolide.validation.types.constrained import StringConstraints as StringConstraints
    from bolide.validation.types.constrained import conbytes as conbytes
    from bolide.validation.types.constrained import condate as condate
    from bolide.validation.types.constrained import condecimal as condecimal
    from bolide.validation.types.constrained import confloat as confloat
    from bolide.validation.types.constrained import confrozenset as confrozenset
    from bolide.validation.types.constrained import conint as conint
    from bolide.validation.types.constrained import conlist as conlist
    from bolide.validation.types.constrained import conset as conset
    from bolide.validation.types.constrained import constr as constr
    from bolide.validation.types.conversions import ValidateAs as ValidateAs
    from bolide.validation.types.data_sources import AmqpDsn as AmqpDsn
    from bolide.validation.types.data_sources import ClickHouseDsn as ClickHouseDsn
    from bolide.validation.types.data_sources import CockroachDsn as CockroachDsn
    from bolide.validation.types.data_sources import KafkaDsn as KafkaDsn
    from bolide.validation.types.data_sources import MariaDBDsn as MariaDBDsn
    from bolide.validation.types.data_sources import MongoDsn as MongoDsn
    from bolide.validation.types.data_sources import MySQLDsn as MySQLDsn
    from bolide.validation.types.data_sources import NatsDsn as NatsDsn
    from bolide.validation.types.data_sources import PostgresDsn as PostgresDsn
    from bolide.validation.types.data_sources import RedisDsn as RedisDsn
    from bolide.validation.types.data_sources import SnowflakeDsn as SnowflakeDsn
    from bolide.validation.types.email_addresses import EmailStr as EmailStr
    from bolide.validation.types.email_addresses import NameEmail as NameEmail
    from bolide.validation.types.email_addresses import validate_email as validate_email
    from bolide.validation.types.encoded import Base64Bytes as Base64Bytes
    from bolide.validation.types.encoded import Base64Encoder as Base64Encoder
    from bolide.validation.types.encoded import Base64Str as Base64Str
    from bolide.validation.types.encoded import Base64UrlBytes as Base64UrlBytes
    from bolide.validation.types.encoded import Base64UrlEncoder as Base64UrlEncoder
    from bolide.validation.types.encoded import Base64UrlStr as Base64UrlStr
    from bolide.validation.types.encoded import EncodedBytes as EncodedBytes
    from bolide.validation.types.encoded import EncodedStr as EncodedStr
    from bolide.validation.types.encoded import EncoderProtocol as EncoderProtocol
    from bolide.validation.types.imports import ImportString as ImportString
    from bolide.validation.types.ip_addresses import IPvAnyAddress as IPvAnyAddress
    from bolide.validation.types.ip_addresses import IPvAnyInterface as IPvAnyInterface
    from bolide.validation.types.ip_addresses import IPvAnyNetwork as IPvAnyNetwork
    from bolide.validation.types.json_text import Json as Json
    from bolide.validation.types.moments import AwareDatetime as AwareDatetime
    from bolide.validation.types.moments import FutureDate as FutureDate
    from bolide.validation.types.moments import FutureDatetime as FutureDatetime
    from bolide.validation.types.moments import NaiveDatetime as NaiveDatetime
    from bolide.validation.types.moments import PastDate as PastDate
    from bolide.validation.types.moments import PastDatetime as PastDatetime
    from bolide.validation.types.objects import InstanceOf as InstanceOf
    from bolide.validation.types.objects import JsonValue as JsonValue
    from bolide.validation.types.objects import SkipValidation as SkipValidation
    from bolide.validation.types.paths import DirectoryPath as DirectoryPath
    from bolide.validation.types.paths import FilePath as FilePath
    from bolide.validation.types.paths import NewPath as NewPath
    from bolide.validation.types.paths import PathType as PathType
    from bolide.validation.types.paths import SocketPath as SocketPath
    from bolide.validation.types.secret import Secret as Secret
    from bolide.validation.types.secret import SecretBytes as SecretBytes
    from bolide.validation.types.secret import SecretStr as SecretStr
    from bolide.validation.types.sizes import ByteSize as ByteSize
    from bolide.validation.types.urls import AnyHttpUrl as AnyHttpUrl
    from bolide.validation.types.urls import AnyUrl as AnyUrl
    from bolide.validation.types.urls import AnyWebsocketUrl as AnyWebsocketUrl
    from bolide.validation.types.urls import FileUrl as FileUrl
    from bolide.validation.types.urls import FtpUrl as FtpUrl
    from bolide.validation.types.urls import HttpUrl as HttpUrl
    from bolide.validation.types.urls import MultiHostHost as MultiHostHost
    from bolide.validation.types.urls import MultiHostUrl as MultiHostUrl
    from bolide.validation.types.urls import UrlConstraints as UrlConstraints
    from bolide.validation.types.urls import WebsocketUrl as WebsocketUrl
    from bolide.validation.types.uuids import UUID1 as UUID1
    from bolide.validation.types.uuids import UUID3 as UUID3
    from bolide.validation.types.uuids import UUID4 as UUID4
    from bolide.validation.types.uuids import UUID5 as UUID5
    from bolide.validation.types.uuids import UUID6 as UUID6
    from bolide.validation.types.uuids import UUID7 as UUID7
    from bolide.validation.types.uuids import UUID8 as UUID8
    from bolide.validation.types.uuids import UuidVersion as UuidVersion

__all__ = [
    "UUID1",
    "UUID3",
    "UUID4",
    "UUID5",
    "UUID6",
    "UUID7",
    "UUID8",
    "AllowInfNan",
    "AmqpDsn",
    "AnyHttpUrl",
    "AnyUrl",
    "AnyWebsocketUrl",
    "AwareDatetime",
    "Base64Bytes",
    "Base64Encoder",
    "Base64Str",
    "Base64UrlBytes",
    "Base64UrlEncoder",
    "Base64UrlStr",
    "ByteSize",
    "ClickHouseDsn",
    "CockroachDsn",
    "DirectoryPath",
    "EmailStr",
    "EncodedBytes",
    "EncodedStr",
    "EncoderProtocol",
    "FailFast",
    "FilePath",
    "FileUrl",
    "FiniteFloat",
    "FtpUrl",
    "FutureDate",
    "FutureDatetime",
    "HttpUrl",
    "IPvAnyAddress",
    "IPvAnyInterface",
    "IPvAnyNetwork",
    "ImportString",
    "InstanceOf",
    "Json",
    "JsonValue",
    "KafkaDsn",
    "MariaDBDsn",
    "MongoDsn",
    "MultiHostHost",
    "MultiHostUrl",
    "MySQLDsn",
    "NaiveDatetime",
    "NameEmail",
    "NatsDsn",
    "NegativeFloat",
    "NegativeInt",
    "NewPath",
    "NonNegativeFloat",
    "NonNegativeInt",
    "NonPositiveFloat",
    "NonPositiveInt",
    "OnErrorOmit",
    "PastDate",
    "PastDatetime",
    "PathType",
    "PositiveFloat",
    "PositiveInt",
    "PostgresDsn",
    "RedisDsn",
    "Secret",
    "SecretBytes",
    "SecretStr",
    "SkipValidation",
    "SnowflakeDsn",
    "SocketPath",
    "Strict",
    "StrictBool",
    "StrictBytes",
    "StrictFloat",
    "StrictInt",
    "StrictStr",
    "StringConstraints",
    "TypeSpec",
    "UrlConstraints",
    "UuidVersion",
    "ValidateAs",
    "WebsocketUrl",
    "conbytes",
    "condate",
    "condecimal",
    "confloat",
    "confrozenset",
    "conint",
    "conlist",
    "conset",
    "constr",
    "register_type",
    "validate_email",
]

_EXPORTS: dict[str, str] = {
    "AllowInfNan": "bolide.validation.types.constrained",
    "AmqpDsn": "bolide.validation.types.data_sources",
    "AnyHttpUrl": "bolide.validation.types.urls",
    "AnyUrl": "bolide.validation.types.urls",
    "AnyWebsocketUrl": "bolide.validation.types.urls",
    "AwareDatetime": "bolide.validation.types.moments",
    "Base64Bytes": "bolide.validation.types.encoded",
    "Base64Encoder": "bolide.validation.types.encoded",
    "Base64Str": "bolide.validation.types.encoded",
    "Base64UrlBytes": "bolide.validation.types.encoded",
    "Base64UrlEncoder": "bolide.validation.types.encoded",
    "Base64UrlStr": "bolide.validation.types.encoded",
    "ByteSize": "bolide.validation.types.sizes",
    "ClickHouseDsn": "bolide.validation.types.data_sources",
    "CockroachDsn": "bolide.validation.types.data_sources",
    "DirectoryPath": "bolide.validation.types.paths",
    "EmailStr": "bolide.validation.types.email_addresses",
    "EncodedBytes": "bolide.validation.types.encoded",
    "EncodedStr": "bolide.validation.types.encoded",
    "EncoderProtocol": "bolide.validation.types.encoded",
    "FailFast": "bolide.validation.types.constrained",
    "FilePath": "bolide.validation.types.paths",
    "FileUrl": "bolide.validation.types.urls",
    "FiniteFloat": "bolide.validation.types.constrained",
    "FtpUrl": "bolide.validation.types.urls",
    "FutureDate": "bolide.validation.types.moments",
    "FutureDatetime": "bolide.validation.types.moments",
    "HttpUrl": "bolide.validation.types.urls",
    "IPvAnyAddress": "bolide.validation.types.ip_addresses",
    "IPvAnyInterface": "bolide.validation.types.ip_addresses",
    "IPvAnyNetwork": "bolide.validation.types.ip_addresses",
    "ImportString": "bolide.validation.types.imports",
    "InstanceOf": "bolide.validation.types.objects",
    "Json": "bolide.validation.types.json_text",
    "JsonValue": "bolide.validation.types.objects",
    "KafkaDsn": "bolide.validation.types.data_sources",
    "MariaDBDsn": "bolide.validation.types.data_sources",
    "MongoDsn": "bolide.validation.types.data_sources",
    "MultiHostHost": "bolide.validation.types.urls",
    "MultiHostUrl": "bolide.validation.types.urls",
    "MySQLDsn": "bolide.validation.types.data_sources",
    "NaiveDatetime": "bolide.validation.types.moments",
    "NameEmail": "bolide.validation.types.email_addresses",
    "NatsDsn": "bolide.validation.types.data_sources",
    "NegativeFloat": "bolide.validation.types.constrained",
    "NegativeInt": "bolide.validation.types.constrained",
    "NewPath": "bolide.validation.types.paths",
    "NonNegativeFloat": "bolide.validation.types.constrained",
    "NonNegativeInt": "bolide.validation.types.constrained",
    "NonPositiveFloat": "bolide.validation.types.constrained",
    "NonPositiveInt": "bolide.validation.types.constrained",
    "OnErrorOmit": "bolide.validation.omission",
    "PastDate": "bolide.validation.types.moments",
    "PastDatetime": "bolide.validation.types.moments",
    "PathType": "bolide.validation.types.paths",
    "PositiveFloat": "bolide.validation.types.constrained",
    "PositiveInt": "bolide.validation.types.constrained",
    "PostgresDsn": "bolide.validation.types.data_sources",
    "RedisDsn": "bolide.validation.types.data_sources",
    "Secret": "bolide.validation.types.secret",
    "SecretBytes": "bolide.validation.types.secret",
    "SecretStr": "bolide.validation.types.secret",
    "SkipValidation": "bolide.validation.types.objects",
    "SnowflakeDsn": "bolide.validation.types.data_sources",
    "SocketPath": "bolide.validation.types.paths",
    "Strict": "bolide.validation.types.constrained",
    "StrictBool": "bolide.validation.types.constrained",
    "StrictBytes": "bolide.validation.types.constrained",
    "StrictFloat": "bolide.validation.types.constrained",
    "StrictInt": "bolide.validation.types.constrained",
    "StrictStr": "bolide.validation.types.constrained",
    "StringConstraints": "bolide.validation.types.constrained",
    "TypeSpec": "bolide.validation.custom_types",
    "UUID1": "bolide.validation.types.uuids",
    "UUID3": "bolide.validation.types.uuids",
    "UUID4": "bolide.validation.types.uuids",
    "UUID5": "bolide.validation.types.uuids",
    "UUID6": "bolide.validation.types.uuids",
    "UUID7": "bolide.validation.types.uuids",
    "UUID8": "bolide.validation.types.uuids",
    "UrlConstraints": "bolide.validation.types.urls",
    "UuidVersion": "bolide.validation.types.uuids",
    "ValidateAs": "bolide.validation.types.conversions",
    "WebsocketUrl": "bolide.validation.types.urls",
    "conbytes": "bolide.validation.types.constrained",
    "condate": "bolide.validation.types.constrained",
    "condecimal": "bolide.validation.types.constrained",
    "confloat": "bolide.validation.types.constrained",
    "confrozenset": "bolide.validation.types.constrained",
    "conint": "bolide.validation.types.constrained",
    "conlist": "bolide.validation.types.constrained",
    "conset": "bolide.validation.types.constrained",
    "constr": "bolide.validation.types.constrained",
    "register_type": "bolide.validation.custom_types",
    "validate_email": "bolide.validation.types.email_addresses",
}


def __getattr__(name: str) -> Any:
    if (module := _EXPORTS.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})
