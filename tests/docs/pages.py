"""Read the documentation's pages: their blocks of code, tables and links. Runs nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "PAGES",
    "ROOT",
    "Block",
    "Command",
    "anchors",
    "code_words",
    "commands",
    "links",
    "read_blocks",
    "read_table",
]

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "decisions" not in path.parts),
)

_FENCE: Final = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_NOT_RUN: Final = re.compile(r"<!-- not run: [^>]+ -->\n+\Z")
_LINK: Final = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_HEADING: Final = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_CELL_BAR: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        language: What stands after the fence: ``python``, ``console``, ``json`` …
        text: What stands between the fences.
        line: Line of the page on which *text* begins.
        is_run: False after a ``<!-- not run: reason -->``.
    """

    page: Path
    language: str
    text: str
    line: int
    is_run: bool

    @property
    def source(self) -> str:
        """Return *text* as far down as it stands in the page, so that line numbers are those of the page."""
        return "\n" * (self.line - 1) + self.text


@dataclass(frozen=True, kw_only=True)
class Command:
    """A line of a ``console`` block that begins with ``$``, and what the page says it prints."""

    words: tuple[str, ...]
    output: str
    line: int


def read_blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of *page*, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            language=found[2],
            text=found[3],
            line=text.count("\n", 0, found.start(3)) + 1,
            is_run=_NOT_RUN.search(text, 0, found.start()) is None,
        )
        for found in _FENCE.finditer(text)
    ]


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a ``console`` block; a backslash at its end continues a line."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, output = part.replace("\\\n", " ").partition("\n")
        yield Command(words=tuple(shlex.split(line, comments=True)), output=output, line=block.line)


def read_table(page: Path, *, header: str) -> list[tuple[str, ...]]:
    """Return the rows of the table whose first column is headed *header*, cells without code marks."""
    lines = iter(page.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {header} |"):
            next(lines)
            break
    rows: list[tuple[str, ...]] = []
    for line in lines:
        if not line.startswith("|"):
            break
        cells = _CELL_BAR.split(line.strip())[1:-1]
        rows.append(tuple(cell.strip().replace("\\|", "|").replace("`", "") for cell in cells))
    return rows


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files that *page* links to, itself included, each with the fragment, or an empty one."""
    for found in _LINK.finditer(_prose(page)):
        if "://" not in found[1]:
            yield (page.parent / found[1]).resolve() if found[1] else page, found[2] or ""


def anchors(page: Path) -> set[str]:
    """Return the fragments by which headings of *page* are linked to, in GitHub's spelling."""
    headings = [found[1].lower().replace("`", "") for found in _HEADING.finditer(_prose(page))]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def code_words(page: Path) -> set[str]:
    """Return the names that *page* shows as code, in its text and in its examples."""
    text = page.read_text(encoding="utf-8")
    shown = [*(found[3] for found in _FENCE.finditer(text)), *_CODE.findall(_prose(page))]
    return {word for part in shown for word in _WORD.findall(part)}


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
