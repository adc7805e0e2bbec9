"""The mapping behind ``app.dependency_overrides``: tells its owner about every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

__all__ = ["DependencyOverrides"]

_Dependency = Callable[..., Any]


class DependencyOverrides(MutableMapping[_Dependency, _Dependency]):
    """Dependency → what stands in for it. Costs requests nothing: a change drops the compiled routes."""

    __slots__ = ("_changed", "_overrides")

    def __init__(self, overrides: Mapping[_Dependency, _Dependency], changed: Callable[[], None]) -> None:
        self._overrides = dict(overrides)
        self._changed = changed

    def __getitem__(self, dependency: _Dependency) -> _Dependency:
        return self._overrides[dependency]

    def __setitem__(self, dependency: _Dependency, override: _Dependency) -> None:
        self._overrides[dependency] = override
        self._changed()

    def __delitem__(self, dependency: _Dependency) -> None:
        del self._overrides[dependency]
        self._changed()

    def __iter__(self) -> Iterator[_Dependency]:
        return iter(self._overrides)

    def __len__(self) -> int:
        return len(self._overrides)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._overrides!r})"
