"""Import modules of small applications from their source."""

from __future__ import annotations

import itertools
import sys
import textwrap
from importlib import util
from pathlib import Path
from types import ModuleType

__all__ = ["import_source"]

_numbers = itertools.count(1)


def import_source(source: str, directory: Path) -> ModuleType:
    """Write *source* to ``main.py`` in *directory* and import it, under a name that nothing else has.

    Raises:
        Exception: what the module raises.
    """
    file = directory / "main.py"
    file.write_text(textwrap.dedent(source).lstrip("\n"))
    name = f"declared_module_{next(_numbers)}"
    spec = util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module
