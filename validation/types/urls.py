"""URLs: immutable, in the normal form that browsers use."""

from __future__ import annotations

from functools import total_ordering
from typing import Any, ClassVar, Final, TypedDict
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec.structs import replace

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.hints import TypeHintError, describe_hint, split_annotated
from bolide.validation.labels import expected_choices
from bolide.validation.types.url_text import DEFAULT_PORTS, MalformedUrl, UrlParts, parse_url

__all__ = [
    "AnyHttpUrl",
    "AnyUrl",
    "AnyWebsocketUrl",
    "FileUrl",
    "FtpUrl",
    "HttpUrl",
    "MultiHostHost",
    "MultiHostUrl",
    "UrlConstraints",
    "WebsocketUrl",
    "only_schemes",
]

_LONGEST_HTTP_URL: Final = 2083  # what browsers accept


class UrlConstraints(msgspec.Struct, frozen=True, kw_only=True):
    """What is demanded of a URL, and what it gets where it says nothing.

    Metadata for ``Annotated[AnyUrl, ...]``.

    Attributes:
        max_length: Greatest number of characters of the input.
        allowed_schemes: Schemes that are accepted, in lower case.
        host_required: Refuse a URL without a host.
        default_host: The host of a URL without one.
        default_port: The port of a URL without one.
        default_path: The path of a URL without one.
    """

    max_length: int | None = None
    allowed_schemes: list[str] | None = None
    host_required: bool | None = None
    default_host: str | None = None
    default_port: int | None = None
    default_path: str | None = None

    def __hash__(self) -> int:  # the list has none, and hints are compared by their metadata
        return hash(
            (self.max_length, tuple(self.allowed_schemes or ()), self.host_required, self.default_host)
        )

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        """Return how the class in *hint* is read with these constraints on top of its own."""
        cls = split_annotated(hint)[0]
        if not (isinstance(cls, type) and issubclass(cls, AnyUrl)):
            raise TypeHintError(f"UrlConstraints do not apply to {describe_hint(cls)}")
        return cls.described(self.on_top_of(cls.constraints))

    def on_top_of(self, other: UrlConstraints) -> UrlConstraints:
        """Return these constraints, and those of *other* where these say nothing."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        return replace(other, **{name: value for name, value in given.items() if value is not None})


@total_ordering
class AnyUrl:
    """A URL with any scheme.

    >>> url = AnyUrl("HTTP://Example.com:80/a/../b?q=1")
    >>> str(url), url.host, url.port, url.path
    ('http://example.com/b?q=1', 'example.com', 80, '/b')
    """

    __slots__ = ("_parts", "_text")

    constraints: ClassVar[UrlConstraints] = UrlConstraints()
    _parts: UrlParts
    _text: str

    def __init__(self, url: str | AnyUrl) -> None:
        parts = self._read(url, type(self).constraints)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_text", parts.text())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    @classmethod
    def build(
        cls,
        *,
        scheme: str,
        host: str,
        username: str | None = None,
        password: str | None = None,
        port: int | None = None,
        path: str | None = None,
        query: str | None = None,
        fragment: str | None = None,
    ) -> Any:
        """Return the URL of these parts; those of the credentials are encoded, the others may be already."""
        credentials = ":".join(
            quote(part, safe="") for part in (username or "", password) if part is not None
        )
        return cls(
            f"{scheme}://{credentials}{'@' if credentials else ''}{host}"
            f"{'' if port is None else f':{port}'}{'' if path is None else f'/{path}'}"
            f"{'' if query is None else f'?{query}'}{'' if fragment is None else f'#{fragment}'}"
        )

    @property
    def scheme(self) -> str:
        """The scheme, in lower case."""
        return self._parts.scheme

    @property
    def username(self) -> str | None:
        """The name of the user, encoded."""
        return self._parts.username or None

    @property
    def password(self) -> str | None:
        """The password, encoded."""
        return self._parts.password

    @property
    def host(self) -> str | None:
        """The host; international names in their ASCII form."""
        return self._parts.host or None

    @property
    def port(self) -> int | None:
        """The port; that of the scheme when the URL has none."""
        return self._parts.port or DEFAULT_PORTS.get(self._parts.scheme)

    @property
    def path(self) -> str | None:
        """The path, encoded."""
        return self._parts.path or None

    @property
    def query(self) -> str | None:
        """The text after the question mark, encoded."""
        return self._parts.query

    @property
    def fragment(self) -> str | None:
        """The text after the hash sign, encoded."""
        return self._parts.fragment

    def query_params(self) -> list[tuple[str, str]]:
        """Return the names and values of the query, decoded."""
        return parse_qsl(self.query or "", keep_blank_values=True)

    def unicode_host(self) -> str | None:
        """Return the host with international names as they are read."""
        host = self.host
        return host if host is None or "xn--" not in host else host.encode().decode("idna")

    def unicode_string(self) -> str:
        """Return the URL with its host as it is read."""
        return replace(self._parts, host=self.unicode_host() or self._parts.host).text()

    def encoded_string(self) -> str:
        """Return the URL, as ``str()`` does."""
        return self._text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._text!r})"

    def __len__(self) -> int:
        return len(self._text)

    def __hash__(self) -> int:
        return hash(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == str(other) if type(other) is type(self) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._text < str(other) if type(other) is type(self) else NotImplemented

    def __reduce__(self) -> tuple[type[Any], tuple[str]]:
        return type(self), (self._text,)

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        """Return how URLs are read: from text."""
        return cls.described(cls.constraints)

    @classmethod
    def described(cls, constraints: UrlConstraints) -> TypeSpec:
        """Return how URLs are read under *constraints*."""

        def load_url(value: Any) -> AnyUrl:
            parts = cls._read(value, constraints)
            url = cls.__new__(cls)
            object.__setattr__(url, "_parts", parts)
            object.__setattr__(url, "_text", parts.text())
            return url

        schema: dict[str, Any] = {"type": "string", "format": cls._format, "minLength": 1}
        if constraints.max_length is not None:
            schema["maxLength"] = constraints.max_length
        # An instance keeps other constraints than those of the hint.
        unload = None if constraints is cls.constraints else str
        return TypeSpec(cls=cls, load=load_url, unload=unload, schema=schema, label="url")

    _format: ClassVar[str] = "uri"

    @classmethod
    def _read(cls, value: Any, constraints: UrlConstraints) -> UrlParts:
        if isinstance(value, AnyUrl):
            value = str(value)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str):
            raise CustomError("url_type", "URL input should be a string or URL")
        if constraints.max_length is not None and len(value) > constraints.max_length:
            message = "URL should have at most {max_length} character" + "s" * (constraints.max_length != 1)
            raise CustomError("url_too_long", message, {"max_length": constraints.max_length})
        try:
            parts = cls._with_defaults(cls._parse(value), constraints)
        except MalformedUrl as error:
            raise _malformed(str(error)) from None
        if constraints.allowed_schemes is not None and parts.scheme not in constraints.allowed_schemes:
            expected = expected_choices(constraints.allowed_schemes)
            message = "URL scheme should be {expected_schemes}"
            raise CustomError("url_scheme", message, {"expected_schemes": expected})
        if constraints.host_required and not parts.host:
            raise _malformed("empty host")
        return parts

    @classmethod
    def _parse(cls, text: str) -> UrlParts:
        return parse_url(text)

    @classmethod
    def _with_defaults(cls, parts: UrlParts, constraints: UrlConstraints) -> UrlParts:
        if constraints.default_host is not None and not parts.host:
            parts = replace(parts, host=constraints.default_host)
        if constraints.default_port is not None and parts.port is None and parts.host is not None:
            if not parts.host:
                raise MalformedUrl("empty host")
            parts = replace(parts, port=constraints.default_port)
        if constraints.default_path is not None and parts.path in ("", "/"):
            parts = replace(parts, path=constraints.default_path)
        return parts


def _malformed(reason: str) -> CustomError:
    return CustomError("url_parsing", "Input should be a valid URL, {error}", {"error": reason})


class MultiHostHost(TypedDict):
    """One of the hosts of a :class:`MultiHostUrl`."""

    username: str | None
    password: str | None
    host: str | None
    port: int | None


class MultiHostUrl(AnyUrl):
    """A URL that may name several hosts, as in ``postgres://a:5432,b:5433/db``."""

    __slots__ = ()

    _format: ClassVar[str] = "multi-host-uri"

    def hosts(self) -> list[MultiHostHost]:
        """Return the hosts; the credentials stand with the first."""
        found: list[MultiHostHost] = []
        for index, place in enumerate((self._parts.host or "").split(",")):
            parts = parse_url(f"x://{place}")
            port = parts.port
            if port is None and self._parts.port is not None and index == (self._parts.host or "").count(","):
                port = self._parts.port
            found.append(
                {
                    "username": self.username if index == 0 else None,
                    "password": self.password if index == 0 else None,
                    "host": parts.host,
                    "port": port,
                }
            )
        return found

    @classmethod
    def _parse(cls, text: str) -> UrlParts:
        scheme, separator, rest = text.partition("://")
        authority = rest
        for end in "/?#":
            authority = authority.partition(end)[0]
        credentials, at_sign, places = authority.rpartition("@")
        first, *others = places.split(",")
        if not others:
            return parse_url(text)
        last = others[-1]
        hosts = [_place(parse_url(f"{scheme}://{place}")) for place in (first, *others[:-1])]
        parts = parse_url(f"{scheme}{separator}{credentials}{at_sign}{last}{rest[len(authority) :]}")
        return replace(parts, host=",".join([*hosts, parts.host or ""]))


def _place(parts: UrlParts) -> str:
    if not parts.host:
        raise MalformedUrl("empty host")
    return parts.host if parts.port is None else f"{parts.host}:{parts.port}"


def only_schemes(*schemes: str, **others: Any) -> UrlConstraints:
    """Return constraints that allow these *schemes* and nothing else, with what *others* demand."""
    return UrlConstraints(allowed_schemes=list(schemes), **others)


class AnyHttpUrl(AnyUrl):
    """A URL with the scheme http or https."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("http", "https")


class HttpUrl(AnyUrl):
    """A URL with the scheme http or https of at most 2083 characters."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("http", "https", max_length=_LONGEST_HTTP_URL)


class AnyWebsocketUrl(AnyUrl):
    """A URL with the scheme ws or wss."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("ws", "wss")


class WebsocketUrl(AnyUrl):
    """A URL with the scheme ws or wss of at most 2083 characters."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("ws", "wss", max_length=_LONGEST_HTTP_URL)


class FileUrl(AnyUrl):
    """The URL of a file."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("file")


class FtpUrl(AnyUrl):
    """A URL with the scheme ftp."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("ftp")
