"""Draw a table as an SVG bar chart: one panel per workload, one bar per contender."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from bench.contenders import CONTENDERS
from bench.results import Table
from bench.workloads import WORKLOADS

__all__ = ["bar_chart"]

_COLUMNS: Final = 2
_PANEL_WIDTH: Final = 440
_LABEL_WIDTH: Final = 108
_VALUE_WIDTH: Final = 64
_BAR_HEIGHT: Final = 16
_BAR_STEP: Final = 22
_TITLE_HEIGHT: Final = 26
_MARGIN: Final = 24
_HEADER_HEIGHT: Final = 58
_COLOURS: Final = {
    "fastapi": "#8a94a6",
    "litestar": "#9ca6b5",
    "bare-asgi": "#b4bcc9",
    "bare-asgi-native": "#8f9bb0",
    "floor": "#d7dce3",
    "bolide-native": "#d6402b",
    "bolide-uvicorn": "#e8806f",
    "bolide-granian": "#f0a89c",
}
_FONT: Final = "font-family='system-ui, sans-serif'"


def bar_chart(table: Table) -> str:
    """Return an SVG document of the smallest CPU µs per request; each panel has its own scale."""
    measured = [workload for workload in WORKLOADS if table.stretches.get(workload.name)]
    panel_height = _TITLE_HEIGHT + _BAR_STEP * len(CONTENDERS) + _MARGIN
    rows = -(-len(measured) // _COLUMNS)
    width = _COLUMNS * (_PANEL_WIDTH + _MARGIN) + _MARGIN
    height = _HEADER_HEIGHT + rows * panel_height
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}' role='img' aria-label='Server CPU per request'>",
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
        _text(_MARGIN, 26, "Server CPU per request, µs (shorter is better)", size=17, weight="600"),
        _text(_MARGIN, 44, f"Python {table.python}; smallest round; each panel has its own scale", size=12),
    ]
    for index, workload in enumerate(measured):
        x = _MARGIN + (index % _COLUMNS) * (_PANEL_WIDTH + _MARGIN)
        y = _HEADER_HEIGHT + (index // _COLUMNS) * panel_height
        parts += [
            _text(x, y + 16, f"{workload.name}: {workload.title}", size=13, weight="600"),
            *_bars(table, workload.name, x, y + _TITLE_HEIGHT),
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars(table: Table, workload: str, x: int, y: int) -> list[str]:
    """Draw one panel's bars, the longest as wide as the panel allows."""
    costs = {contender.name: table.cost(workload, contender.name) for contender in CONTENDERS}
    shown = {name: cost for name, cost in costs.items() if cost is not None}
    scale = (_PANEL_WIDTH - _LABEL_WIDTH - _VALUE_WIDTH) / max(shown.values())
    parts: list[str] = []
    for row, (name, cost) in enumerate(shown.items()):
        top = y + row * _BAR_STEP
        start = x + _LABEL_WIDTH
        baseline = top + _BAR_HEIGHT - 4
        parts += [
            _text(start - 8, baseline, name, size=12, anchor="end"),
            f"<rect x='{start}' y='{top}' width='{cost * scale:.1f}' height='{_BAR_HEIGHT}' rx='2' "
            f"fill='{_COLOURS[name]}'/>",
            _text(start + cost * scale + 6, baseline, f"{cost:.1f}", size=12),
        ]
    return parts


def _text(x: float, y: float, text: str, *, size: int, weight: str = "400", anchor: str = "start") -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {_FONT} font-size='{size}' font-weight='{weight}' "
        f"text-anchor='{anchor}' fill='#1f2733'>{escape(text)}</text>"
    )
