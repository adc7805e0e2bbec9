"""The mapping behind ``app.dependency_overrides``: tells its owner about every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, Self

from bolide._locations import describe

__all__ = ["DependencyOverrides"]

_Dependency = Callable[..., Any]


class DependencyOverrides(MutableMapping[_Dependency, _Dependency]):
    """Dependency → what stands in for it. Costs requests nothing: a change drops the compiled routes.

    Raises:
        TypeError: a value is no callable.
    """

    __slots__ = ("_changed", "_overrides")

    def __init__(self, overrides: Mapping[_Dependency, _Dependency], changed: Callable[[], None]) -> None:
        self._overrides = dict(overrides)
        self._changed = changed
        for dependency, override in self._overrides.items():
            _check(dependency, override)

    def __getitem__(self, dependency: _Dependency) -> _Dependency:
        return self._overrides[dependency]

    def __setitem__(self, dependency: _Dependency, override: _Dependency) -> None:
        _check(dependency, override)
        self._overrides[dependency] = override
        self._changed()

    def __delitem__(self, dependency: _Dependency) -> None:
        del self._overrides[dependency]
        self._changed()

    def __iter__(self) -> Iterator[_Dependency]:
        return iter(self._overrides)

    def __len__(self) -> int:
        return len(self._overrides)

    def copy(self) -> dict[_Dependency, _Dependency]:
        """Return the overrides as they are now, for ``app.dependency_overrides = copy`` after a test."""
        return dict(self._overrides)

    def __or__(self, other: Mapping[_Dependency, _Dependency]) -> dict[_Dependency, _Dependency]:
        return {**self._overrides, **other}

    def __ior__(self, other: Mapping[_Dependency, _Dependency]) -> Self:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._overrides!r})"


def _check(dependency: _Dependency, override: object) -> None:
    if not callable(override):
        raise TypeError(f"the override of {describe(dependency)} is {override!r}; expected a callable")
