"""Rules that tie the lists in pyproject.toml to what stands in the folders."""

from __future__ import annotations

import glob
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.architecture.rules.source_tree import FOLDERS

__all__ = ["data_files", "packages", "taken_names"]


def packages(root: Path) -> Iterator[str]:
    """Yield packages that stand in the list only, or in a folder only."""
    listed = set(_setuptools(root)["packages"])
    existing = {package for package, _ in _packages(root)}
    for name in sorted(existing - listed):
        yield f"{name} has modules and is missing from [tool.setuptools] packages"
    for name in sorted(listed - existing):
        yield f"{name} is in [tool.setuptools] packages and has no modules"


def taken_names(root: Path) -> Iterator[str]:
    """Yield modules of the root package that stand where another folder is installed."""
    for folder_name, installed in sorted(FOLDERS.items()):
        for path in (root / "framework" / folder_name, root / "framework" / f"{folder_name}.py"):
            if path.exists():
                yield f"{path.relative_to(root).as_posix()} takes the name {installed}"


def data_files(root: Path) -> Iterator[str]:
    """Yield data files that no pattern of package-data covers, and patterns that cover nothing."""
    patterns: Mapping[str, list[str]] = _setuptools(root).get("package-data", {})
    covered: set[Path] = set()
    for package, folder in _packages(root):
        for pattern in patterns.get(package, []):
            # As setuptools does: ** also matches files.
            matches = glob.glob(pattern, root_dir=folder, recursive=True)
            found = {folder / match for match in matches if _is_data(folder / match)}
            if not found:
                yield f"package-data: {pattern!r} of {package} covers no file"
            covered |= found
    for folder_name in sorted(FOLDERS):
        for path in sorted((root / folder_name).rglob("*")):
            if _is_data(path) and path not in covered:
                yield f"{path.relative_to(root).as_posix()} is in no package-data and would not be installed"


def _setuptools(root: Path) -> Mapping[str, Any]:
    tools: Mapping[str, Mapping[str, Any]] = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
    return tools["setuptools"]


def _packages(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of everything that can be imported as a package."""
    for folder_name, installed in sorted(FOLDERS.items()):
        top = root / folder_name
        for folder in sorted({path.parent for path in top.rglob("*.py")}):
            yield ".".join((installed, *folder.relative_to(top).parts)), folder


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"}
