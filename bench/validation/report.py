"""Write results for people: as plain text for the terminal and as Markdown for the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bench.report import aligned_grid, markdown_grid
from bench.validation.results import Measurement, Results, Verdict, judge

__all__ = ["markdown_report", "text_report"]

_UNMEASURED: Final = "-"
_Grid = Callable[[Sequence[str], Iterable[Sequence[str]]], str]


def text_report(results: Results) -> str:
    """Return the report with tables of aligned columns."""
    return _report(results, heading="", grid=aligned_grid)


def markdown_report(results: Results) -> str:
    """Return the report with Markdown tables."""
    return _report(results, heading="## ", grid=markdown_grid)


def _report(results: Results, *, heading: str, grid: _Grid) -> str:
    parts = [_preface(results)]
    if results.cases:
        parts += [
            f"{heading}Targets: Bolide ÷ other",
            grid(("what", "÷", "measured", "target", ""), map(_verdict_row, judge(results))),
            f"{heading}Cases, µs per call: median (smallest)",
            grid(("what", "bolide", "pydantic", "FastAPI's path"), map(_case_row, results.cases)),
        ]
    if results.types:
        parts += [
            f"{heading}Type by type: a JSON list of 100, µs per list: median (smallest)",
            grid(("type", "bolide", "pydantic", "÷", ""), map(_type_row, results.types)),
        ]
    parts += [f"Not measured: {each.title}: {each.obstacle}" for each in _unmeasured(results)]
    parts.append("Versions: " + ", ".join(f"{name} {version}" for name, version in results.versions.items()))
    return "\n\n".join(parts) + "\n"


def _preface(results: Results) -> str:
    machine = results.machine
    return (
        f"Measured {results.date}, revision {results.revision}, Python {results.python}, on "
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, "
        f"load average at the start {machine['load_average']}. "
        f"{results.settings['rounds']} rounds; CPU time in one process on one core, contenders in turn; "
        "a ratio is the median over the rounds."
    )


def _verdict_row(verdict: Verdict) -> list[str]:
    target = verdict.target
    told = "not measured" if verdict.ratio is None else "pass" if verdict.passed else "MISSED"
    measured = _UNMEASURED if verdict.ratio is None else f"{verdict.ratio:.3f}"
    return [verdict.title, target.reference, measured, f"≤ {target.limit:.2f}", told]


def _case_row(case: Measurement) -> list[str]:
    scale = 1 if case.case == "memory" else 1000
    return [case.title, *(_cost(case, name, scale) for name in ("bolide", "pydantic", "fastapi"))]


def _type_row(case: Measurement) -> list[str]:
    ratio = case.ratio("bolide", "pydantic")
    told = _UNMEASURED if ratio is None else f"{ratio:.2f}"
    slower = "" if ratio is None or ratio <= 1 else "SLOWER"
    return [case.title, _cost(case, "bolide", 1000), _cost(case, "pydantic", 1000), told, slower]


def _cost(case: Measurement, contender: str, scale: int) -> str:
    median, smallest = case.median(contender), case.smallest(contender)
    if median is None or smallest is None:
        return _UNMEASURED
    return f"{median / scale:.2f} ({smallest / scale:.2f})"


def _unmeasured(results: Results) -> list[Measurement]:
    return [each for each in (*results.cases, *results.types) if each.obstacle is not None]
