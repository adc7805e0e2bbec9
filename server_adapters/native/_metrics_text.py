"""Metrics in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from bolide.server_adapters.native._metrics import BOUNDS, Series, Snapshot

__all__ = ["MEDIA_TYPE", "exposition"]

MEDIA_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"

_BOUNDS: Final = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]

_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(slots: Iterable[Snapshot]) -> str:
    """Return the sum of *slots* as text."""
    slots = list(slots)
    return "".join(f"{line}\n" for part in (_counts, _durations, _gauges) for line in part(slots))


def _counts(slots: list[Snapshot]) -> Iterator[str]:
    yield from _head(
        "http_requests_total", "counter", "Requests that were answered, or whose client left before (4xx)."
    )
    sums: dict[tuple[str, str, int], int] = {}
    for series in _series_of(slots):
        key = series.method, series.route, series.status_class
        sums[key] = sums.get(key, 0) + sum(series.buckets)
    for (method, route, status_class), count in sorted(sums.items()):
        yield f'http_requests_total{{{_labels(method, route)},status="{status_class}xx"}} {count}'


def _durations(slots: list[Snapshot]) -> Iterator[str]:
    name = "http_request_duration_seconds"
    yield from _head(name, "histogram", "Time from a request's head to the end of its response.")
    sums: dict[tuple[str, str], tuple[list[int], int]] = {}
    for series in _series_of(slots):
        key = series.method, series.route
        buckets, nanoseconds = sums.get(key, ([0] * len(_BOUNDS), 0))
        buckets = [a + b for a, b in zip(buckets, series.buckets, strict=True)]
        sums[key] = buckets, nanoseconds + series.nanoseconds
    for key, (buckets, nanoseconds) in sorted(sums.items()):
        labels = _labels(*key)
        for bound, count in zip(_BOUNDS, accumulate(buckets), strict=True):
            yield f'{name}_bucket{{{labels},le="{bound}"}} {count}'
        yield f"{name}_sum{{{labels}}} {nanoseconds / 1e9!r}"
        yield f"{name}_count{{{labels}}} {sum(buckets)}"


def _gauges(slots: list[Snapshot]) -> Iterator[str]:
    for name, text, value in (
        (
            "http_requests_in_flight",
            "Requests that are worked on.",
            sum(each.gauges.requests for each in slots),
        ),
        ("http_connections", "Open connections.", sum(each.gauges.connections for each in slots)),
        (
            "websocket_connections",
            "Those of them that carry WebSocket messages.",
            sum(each.gauges.websockets for each in slots),
        ),
    ):
        yield from _head(name, "gauge", text)
        yield f"{name} {value}"


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _series_of(slots: list[Snapshot]) -> Iterator[Series]:
    """Yield the series in which something was counted."""
    return (series for slot in slots for series in slot.series if any(series.buckets))


def _labels(method: str, route: str) -> str:
    return f'method="{method.translate(_ESCAPES)}",route="{route.translate(_ESCAPES)}"'
