"""What is counted of requests, in memory that all processes of a server share.

Each process writes to a slot of its own, so that nothing has to be locked, and a process that is killed
leaves its counters behind: the next one in its place counts on. Whoever is asked adds the slots up.

A slot begins with four cells: its length in bytes, and three gauges. Then come series, each with the length
of its name, the name filled up to whole cells, and its cells: one per bucket, then the sum of nanoseconds. A
cell has eight bytes and is written at once; a series counts as soon as the length of the slot includes it.
"""

from __future__ import annotations

import mmap
import os
import time
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import msgspec

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters.native._context import Observer
from bolide.server_adapters.observation import current_observation

__all__ = ["BOUNDS", "Gauges", "MetricsMemory", "MetricsSlot", "ProcessMetrics", "Series", "Snapshot"]

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets, in seconds: those of Prometheus' clients, and two below."""

_SLOT_BYTES: Final = 4 * 1024 * 1024
"""Room for 20,000 series; memory is taken only as far as it is written."""

_CELL: Final = 8
_GAUGES: Final = 1
_FIRST_SERIES: Final = 4
_SUM: Final = len(BOUNDS) + 1
_CELLS: Final = len(BOUNDS) + 2

_OVERFLOW: Final = ("_OTHER", "", 0)
"""Takes what comes when a slot is full."""

_Key = tuple[str, str, int]


class Gauges(msgspec.Struct, frozen=True):
    """What is so at a moment."""

    connections: int = 0
    requests: int = 0
    websockets: int = 0


class Series(msgspec.Struct, frozen=True):
    """Responses with the same labels.

    Attributes:
        method: Of the request.
        route: Template of the route; empty when there is none, or none is known.
        status_class: First digit of the status.
        buckets: Number of responses per bucket; the last one has no bound.
        nanoseconds: Sum of their durations.
    """

    method: str
    route: str
    status_class: int
    buckets: list[int]
    nanoseconds: int


class Snapshot(msgspec.Struct, frozen=True):
    """One slot."""

    gauges: Gauges
    series: list[Series]


class MetricsMemory:
    """The slots of all processes of one server; forked processes inherit it."""

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self._file = os.memfd_create("bolide-metrics")
        else:
            import tempfile

            with tempfile.TemporaryFile() as file:  # has no name
                self._file = os.dup(file.fileno())

    def slot(self, number: int) -> MetricsSlot:
        """Return the slot *number* for the process that writes it; it is made if it is missing."""
        self._extend((number + 1) * _SLOT_BYTES)
        return MetricsSlot(mmap.mmap(self._file, _SLOT_BYTES, offset=number * _SLOT_BYTES))

    def _extend(self, size: int) -> None:
        if os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)

    def reserve(self, number: int) -> None:
        """Make the slot *number*, and clear its gauges: its process has ended, or is about to start.

        For the one process that gives slots away.
        """
        self._extend((number + 1) * _SLOT_BYTES)
        os.pwrite(
            self._file, bytes(_CELL * (_FIRST_SERIES - _GAUGES)), number * _SLOT_BYTES + _CELL * _GAUGES
        )

    def read(self) -> Iterator[Snapshot]:
        """Yield what stands in each slot."""
        for start in range(0, os.fstat(self._file).st_size, _SLOT_BYTES):
            head = memoryview(os.pread(self._file, _CELL * _FIRST_SERIES, start)).cast("Q")
            if not head[0]:
                continue
            used = os.pread(self._file, head[0], start)
            gauges = Gauges(*head[_GAUGES:_FIRST_SERIES])
            yield Snapshot(gauges, [series for _, series in _read_series(memoryview(used).cast("Q"))])

    def __del__(self) -> None:
        os.close(self._file)


class MetricsSlot:
    """The memory of one process.

    Attributes:
        cells: All of it.
    """

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self.cells = memoryview(memory).cast("Q")
        self._positions: dict[_Key, int] = {}
        if not self.cells[0]:
            self.cells[0] = _CELL * _FIRST_SERIES
        for position, series in _read_series(self.cells[: self.cells[0] // _CELL]):
            self._positions[series.method, series.route, series.status_class] = position
        self._overflow = 0
        self._overflow = self.position(_OVERFLOW)

    def position(self, key: _Key) -> int:
        """Return where the cells of the series *key* begin; it is added if it is missing."""
        if (found := self._positions.get(key)) is not None:
            return found
        name = "\0".join((key[0], key[1], str(key[2]))).encode()
        start = self.cells[0]
        end = start + _CELL * (1 - (-len(name) // _CELL) + _CELLS)
        if end > _SLOT_BYTES:
            return self._overflow
        self.cells[start // _CELL] = len(name)
        self._memory[start + _CELL : start + _CELL + len(name)] = name
        self.cells[0] = end
        self._positions[key] = position = end // _CELL - _CELLS
        return position

    def set_gauges(self, gauges: Gauges) -> None:
        """Write what is so now."""
        cells = self.cells
        cells[_GAUGES] = gauges.connections
        cells[_GAUGES + 1] = gauges.requests
        cells[_GAUGES + 2] = gauges.websockets


def _read_series(cells: memoryview[int]) -> Iterator[tuple[int, Series]]:
    """Yield each series of a slot, and where its cells begin."""
    position = _FIRST_SERIES
    while position < len(cells):
        length = cells[position]
        first = position + 1 - (-length // _CELL)
        name = cells[position + 1 : first].tobytes()[:length].decode()
        method, route, status_class = name.split("\0")
        values = cells[first : first + _CELLS].tolist()
        yield first, Series(method, route, int(status_class), values[:_SUM], values[_SUM])
        position = first + _CELLS


class ProcessMetrics:
    """The metrics of this process, in memory that others share.

    Attributes:
        memory: Of all of them.
        slot: Of this one.
    """

    def __init__(self, memory: MetricsMemory, number: int) -> None:
        self.memory = memory
        self.slot = memory.slot(number)

    def counting(self) -> Observer:
        """Return what counts a response."""
        cells, position_of = self.slot.cells, self.slot.position
        bounds = [int(bound * 1e9) for bound in BOUNDS]
        clock, current = time.perf_counter_ns, current_observation.get

        def count(client: tuple[str, int] | None, head: RequestHead, status: int, size: int) -> None:
            if (observation := current()) is None:  # answered by the server itself
                route, elapsed = "", 0
            else:
                route, elapsed = observation.route, clock() - observation.begin
            first = position_of((head.method, route, status // 100))
            cells[first + bisect_left(bounds, elapsed)] += 1
            cells[first + _SUM] += elapsed

        return count
