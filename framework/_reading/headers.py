"""Header fields as requests and responses hand them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Self

from bolide.server_adapters.contract import HeaderPairs

__all__ = ["Headers", "MutableHeaders"]


class Headers(Mapping[str, str]):
    """Header fields; names are case-insensitive, the first of equal names wins (RFC 9110 §5).

    As an iterable these are lines: a name that was sent twice comes twice.
    """

    __slots__ = ("_pairs",)

    def __init__(
        self,
        headers: Mapping[str, str] | None = None,
        *,
        raw: HeaderPairs | None = None,
        scope: MutableMapping[str, Any] | None = None,
    ) -> None:
        if scope is not None:  # also a message that starts a response; changes are made in it
            raw = scope["headers"] = list(scope["headers"])
        self._pairs: HeaderPairs = [] if raw is None else raw
        if headers is not None:
            self._pairs = [(_encode_name(name), value.encode("latin-1")) for name, value in headers.items()]

    @property
    def raw(self) -> HeaderPairs:
        """Return the lines as pairs of bytes, names in lower case."""
        return self._pairs

    def getlist(self, key: str) -> list[str]:
        """Return every value of *key*, in order."""
        name = _encode_name(key)
        return [value.decode("latin-1") for known, value in self._pairs if known == name]

    def mutablecopy(self) -> MutableHeaders:
        """Return a copy that can be changed."""
        return MutableHeaders(raw=[*self._pairs])

    def __getitem__(self, key: str) -> str:
        name = _encode_name(key)
        for known, value in self._pairs:
            if known == name:
                return value.decode("latin-1")
        raise KeyError(key)

    def keys(self) -> list[str]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the name of every line, in order."""
        return [name.decode("latin-1") for name, _ in self._pairs]

    def values(self) -> list[str]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the value of every line, in order."""
        return [value.decode("latin-1") for _, value in self._pairs]

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]  # pyright: ignore
        """Return every line, in order: nothing is lost where headers are passed on."""
        return [*zip(self.keys(), self.values(), strict=True)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Headers):
            return sorted(self._pairs) == sorted(other._pairs)
        return dict(self) == other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"


class MutableHeaders(Headers):
    """Header fields of a response that is still being made."""

    __slots__ = ()

    def __setitem__(self, key: str, value: str) -> None:
        name, encoded = _encode_name(key), value.encode("latin-1")
        at = next((i for i, (known, _) in enumerate(self._pairs) if known == name), None)
        if at is None:
            self._pairs.append((name, encoded))
            return
        self._pairs[at] = (name, encoded)
        self._pairs[at + 1 :] = [pair for pair in self._pairs[at + 1 :] if pair[0] != name]

    def __delitem__(self, key: str) -> None:
        name = _encode_name(key)
        self._pairs[:] = [pair for pair in self._pairs if pair[0] != name]

    def setdefault(self, key: str, value: str) -> str:
        """Return the first value of *key*, which is *value* unless there is one."""
        name = _encode_name(key)
        for known, found in self._pairs:
            if known == name:
                return found.decode("latin-1")
        self._pairs.append((name, value.encode("latin-1")))
        return value

    def append(self, key: str, value: str) -> None:
        """Add a line and keep those of the same name."""
        self._pairs.append((_encode_name(key), value.encode("latin-1")))

    def update(self, other: Mapping[str, str]) -> None:
        """Put the lines of *other* in the place of those of the same names."""
        for key, value in other.items():
            self[key] = value

    def __ior__(self, other: Mapping[str, str]) -> Self:
        self.update(other)
        return self

    def __or__(self, other: Mapping[str, str]) -> MutableHeaders:
        joined = self.mutablecopy()
        joined.update(other)
        return joined

    def add_vary_header(self, vary: str) -> None:
        """Add *vary* to what the response depends on (RFC 9110 §12.5.5)."""
        known = self.get("vary")
        self["vary"] = vary if known is None else f"{known}, {vary}"


def _encode_name(name: str) -> bytes:
    return name.lower().encode("latin-1")
