"""What the shop remembers: tables in memory, one for each kind of row.

A table stands for one of a database. Only the event loop's thread uses it, because every endpoint of the shop
is a coroutine function.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from shop.errors import NotFound

MAX_ROWS = 1_000
"""Of more rows the oldest are forgotten, so that the example can run for ever."""

T = TypeVar("T")


class Table(Generic[T]):
    """Rows by number, in the order in which they were added."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._rows: dict[int, T] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows.values())

    def __contains__(self, number: int) -> bool:
        return number in self._rows

    def __getitem__(self, number: int) -> T:
        """Return a row.

        Raises:
            NotFound: there is none of this number.
        """
        if number not in self._rows:
            raise NotFound(detail=f"There is no {self._noun} {number}")
        return self._rows[number]

    def __setitem__(self, number: int, row: T) -> None:
        self._rows[number] = row

    def __delitem__(self, number: int) -> None:
        """Delete a row.

        Raises:
            NotFound: there is none of this number.
        """
        self[number]
        del self._rows[number]

    def add(self, make: Callable[[int], T]) -> T:
        """Add the row that *make* returns for its number, and return it."""
        self._last += 1
        row = self._rows[self._last] = make(self._last)
        if len(self._rows) > MAX_ROWS:
            del self._rows[next(iter(self._rows))]
        return row
