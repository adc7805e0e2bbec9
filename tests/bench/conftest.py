"""Make ``bench`` importable: it is a plain package of the repository and never installed.

The root goes to the end of the path, so that its folders never stand before installed packages.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
