"""What holds for all tests."""

from __future__ import annotations

import sys

# Syntax newer than the oldest supported Python stands in files of their own.
collect_ignore_glob: list[str] = [] if sys.version_info >= (3, 12) else ["*/py312_*.py", "py312_*.py"]
