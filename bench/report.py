"""Write results for people: as plain text for the terminal and as Markdown for the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bench.contenders import CONTENDERS
from bench.results import IMPORT_COST, Results, Table, Verdict, judge
from bench.workloads import WORKLOADS

__all__ = ["aligned_grid", "markdown_grid", "markdown_report", "text_report"]

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
    for table in results.tables:
        parts += [
            f"{heading}Python {table.python}: server CPU per request, µs",
            grid(("workload", "contender", "min", "median", "max", "÷ fastapi"), _cost_rows(table)),
            f"{heading}Python {table.python}: targets",
            grid(("what", "measured", "target", ""), [_verdict_row(verdict) for verdict in judge(table)]),
            *_import_lines(table),
            *(f"Skipped: {reason}" for reason in table.skipped.values()),
            "Versions: " + ", ".join(f"{name} {version}" for name, version in table.versions.items()),
        ]
    return "\n\n".join(parts) + "\n"


def _preface(results: Results) -> str:
    machine = results.machine
    settings = results.settings
    return (
        f"Measured {results.date}, revision {results.revision}, on {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['system']}, "
        f"load average at the start {machine['load_average']}. "
        f"{settings['rounds']} rounds of {settings['seconds']} s, {settings['connections']} connections; "
        "the smallest round counts."
    )


def _cost_rows(table: Table) -> list[list[str]]:
    rows: list[list[str]] = []
    for workload in WORKLOADS:
        reference = table.cost(workload.name, "fastapi")
        for contender in CONTENDERS:
            cost = table.summary(workload.name, contender.name)
            if cost is None:
                continue
            ratio = _UNMEASURED if reference is None else _ratio(cost.smallest / reference)
            numbers = [f"{number:.1f}" for number in (cost.smallest, cost.median, cost.largest)]
            rows.append([workload.name, contender.name, *numbers, ratio])
    return rows


def _verdict_row(verdict: Verdict) -> list[str]:
    target = verdict.target
    subject = "import and make an app" if target.workload == IMPORT_COST else target.workload
    what = f"{subject}: {target.contender} ÷ {target.reference}"
    if verdict.ratio is None:
        return [what, _UNMEASURED, f"≤ {target.limit_text}", "not measured"]
    return [what, _ratio(verdict.ratio), f"≤ {target.limit_text}", "pass" if verdict.passed else "MISSED"]


def _ratio(ratio: float) -> str:
    """Write a small ratio as its inverse too, as targets do."""
    return f"{ratio:.3f} (1/{1 / ratio:.1f})" if 0 < ratio < 0.5 else f"{ratio:.2f}"


def _import_lines(table: Table) -> list[str]:
    costs = [(subject, table.import_cost(subject)) for subject in table.import_milliseconds]
    told = [f"{subject} {cost:.0f} ms" for subject, cost in costs if subject != "bare" and cost is not None]
    return [f"Import and make an app, CPU above the bare interpreter: {', '.join(told)}."] if told else []


def aligned_grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for the terminal."""
    lines = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join("  ".join(line).rstrip() for line in padded)


def markdown_grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
