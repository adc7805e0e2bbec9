"""Read-only and mutable views that requests and responses hand out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from bolide._reading.headers import Headers, MutableHeaders
from bolide._reading.uploads import FormEntries, UploadFile, close_files
from bolide._reading.wire import parse_query_pairs

__all__ = [
    "URL",
    "Address",
    "FormData",
    "Headers",
    "MutableHeaders",
    "QueryParams",
    "State",
    "URLPath",
    "UploadFile",
]


class Address(NamedTuple):
    """A peer's address."""

    host: str
    port: int


class QueryParams(Mapping[str, str]):
    """The query's parameters; the last of equal names wins, :meth:`getlist` returns all."""

    __slots__ = ("_pairs",)

    def __init__(self, query: str | bytes | Mapping[str, Any] | Iterable[tuple[str, Any]] = "") -> None:
        self._pairs: list[tuple[str, str]]
        if isinstance(query, str | bytes):
            self._pairs = parse_query_pairs(query if isinstance(query, str) else query.decode("latin-1"))
            return
        self._pairs = [(name, str(value)) for name, value in _pairs_of(query)]

    def getlist(self, key: str) -> list[str]:
        """Return every value of *key*, in order."""
        return [value for name, value in self._pairs if name == key]

    def multi_items(self) -> list[tuple[str, str]]:
        """Return every name and value, in order."""
        return list(self._pairs)

    def __getitem__(self, key: str) -> str:
        for name, value in reversed(self._pairs):
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self._pairs))

    def __len__(self) -> int:
        return len({name for name, _ in self._pairs})

    def __str__(self) -> str:
        return urlencode(self._pairs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._pairs!r})"


class FormData(Mapping[str, str | UploadFile]):
    """The entries of a form; the last of equal names wins, :meth:`getlist` returns all."""

    __slots__ = ("_entries",)

    def __init__(
        self,
        form: Mapping[str, str | UploadFile] | Iterable[tuple[str, str | UploadFile]] = (),
        *,
        entries: FormEntries | None = None,
    ) -> None:
        self._entries: FormEntries = {} if entries is None else entries
        for name, value in _pairs_of(form):
            self._entries.setdefault(name, []).append(value)

    def getlist(self, key: str) -> list[str | UploadFile]:
        """Return every value of *key*, in order."""
        return list(self._entries.get(key, ()))

    def multi_items(self) -> list[tuple[str, str | UploadFile]]:
        """Return every name and value; those of one name in order."""
        return [(name, value) for name, values in self._entries.items() for value in values]

    async def close(self) -> None:
        """Close every file; nothing can be cancelled between them."""
        close_files(self._entries)

    def __getitem__(self, key: str) -> str | UploadFile:
        return self._entries[key][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.multi_items()!r})"


def _pairs_of(given: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    """Return names and values of *given*, those of equal names too."""
    if isinstance(given, QueryParams | FormData):
        return given.multi_items()
    return cast("Mapping[str, Any]", given).items() if isinstance(given, Mapping) else given


class State:
    """Free attributes; ``state.x`` and ``state["x"]`` are the same."""

    _values: dict[str, Any]

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        super().__setattr__("_values", {} if values is None else values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"state has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._values[name]
        except KeyError:
            raise AttributeError(f"state has no {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        del self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, State) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[State], tuple[dict[str, Any]]]:
        return State, (self._values,)  # the usual way asks for attributes before there are values

    def __repr__(self) -> str:
        return f"State({self._values!r})"


_AUTHORITY: Final = ("hostname", "port", "username", "password")


class URL:
    """An absolute URL (RFC 3986); ``str(url)`` is its text."""

    __slots__ = ("_parts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: SplitResult = urlsplit(text)

    @property
    def scheme(self) -> str:
        return self._parts.scheme

    @property
    def netloc(self) -> str:
        return self._parts.netloc

    @property
    def hostname(self) -> str | None:
        return self._parts.hostname

    @property
    def port(self) -> int | None:
        return self._parts.port

    @property
    def path(self) -> str:
        return self._parts.path

    @property
    def query(self) -> str:
        return self._parts.query

    @property
    def fragment(self) -> str:
        return self._parts.fragment

    @property
    def username(self) -> str | None:
        return self._parts.username

    @property
    def password(self) -> str | None:
        return self._parts.password

    @property
    def components(self) -> SplitResult:
        """Return the parts of the URL."""
        return self._parts

    @property
    def is_secure(self) -> bool:
        return self.scheme in ("https", "wss")

    def replace(self, **parts: Any) -> URL:
        """Return the URL with other *parts*.

        Args:
            parts: ``scheme``, ``netloc``, ``path``, ``query``, ``fragment``, or ``hostname``, ``port``,
                ``username``, ``password``; None leaves out one of these.
        """
        if not parts.keys().isdisjoint(_AUTHORITY):
            known = self._parts
            parts["netloc"] = _netloc(
                parts.pop("hostname", known.hostname),
                parts.pop("port", known.port),
                parts.pop("username", known.username),
                parts.pop("password", known.password),
            )
        return URL(self._parts._replace(**parts).geturl())

    def include_query_params(self, **params: Any) -> URL:
        """Return the URL with *params* in its query, instead of those of the same names."""
        return self._with_query([*self._query_without(params), *params.items()])

    def replace_query_params(self, **params: Any) -> URL:
        """Return the URL with *params* as its query."""
        return self._with_query(list(params.items()))

    def remove_query_params(self, keys: str | Sequence[str]) -> URL:
        """Return the URL without the parameters *keys*."""
        return self._with_query(self._query_without([keys] if isinstance(keys, str) else keys))

    def _query_without(self, names: Collection[str]) -> list[tuple[str, Any]]:
        pairs = parse_qsl(self.query, keep_blank_values=True)
        return [(name, value) for name, value in pairs if name not in names]

    def _with_query(self, pairs: list[tuple[str, Any]]) -> URL:
        query = urlencode([(name, str(value)) for name, value in pairs])
        return URL(self._parts._replace(query=query).geturl())

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, URL | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        shown = self._text if self.password is None else str(self.replace(password="********"))
        return f"URL({shown!r})"


def _netloc(hostname: str | None, port: int | None, username: str | None, password: str | None) -> str:
    """Return the authority of a URL (RFC 3986 §3.2)."""
    host = hostname or ""
    host = f"[{host}]" if ":" in host else host
    user = username if password is None else f"{username or ''}:{password}"
    return (f"{user}@" if user is not None else "") + host + (f":{port}" if port is not None else "")


class URLPath(str):
    """The path of a URL, percent-encoded; *host* and *protocol* only where they are not the request's."""

    __slots__ = ("host", "protocol")

    host: str
    protocol: str

    def __new__(cls, path: str, protocol: str = "", host: str = "") -> URLPath:
        self = super().__new__(cls, path)
        self.protocol = protocol
        self.host = host
        return self

    def make_absolute_url(self, base_url: str | URL) -> URL:
        """Return the URL of this path below *base_url*."""
        base = urlsplit(str(base_url))
        scheme = self.protocol or base.scheme
        return URL(f"{scheme}://{self.host or base.netloc}{base.path.rstrip('/')}{self}")
