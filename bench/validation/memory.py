"""Measure the memory of decoded models: ``python -m bench.validation.memory bolide`` prints bytes.

A process of its own per library, so that nobody takes over what another has freed.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.errors import BenchError

__all__ = ["INSTANCES", "memory_of"]

INSTANCES: Final = 100_000
_CHUNK: Final = 100


def memory_of(library: str) -> float:
    """Return the bytes that one decoded model of five fields takes, values included.

    Raises:
        BenchError: The process failed.
    """
    command = [sys.executable, "-m", "bench.validation.memory", library]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"memory of {library}: {done.stderr.strip().splitlines()[-1:]}")
    return float(done.stdout)


def _resident_bytes() -> int:
    gc.collect()
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _measure(library_name: str) -> float:
    from bench.validation import subjects

    library = subjects.BOLIDE if library_name == "bolide" else subjects.PYDANTIC
    decode = subjects.decoder(library, list[subjects.product(library)])  # type: ignore[misc]
    decode(_document(0))
    kept: list[Any] = [None] * (INSTANCES // _CHUNK)
    before = _resident_bytes()
    for index in range(len(kept)):
        kept[index] = decode(_document(index * _CHUNK))
    return (_resident_bytes() - before) / INSTANCES


def _document(first: int) -> bytes:
    products: list[dict[str, Any]] = [
        {"id": n + 1, "name": f"Product {n}", "price": n + 0.5, "sku": f"ABC-{n % 10_000:04}", "tags": []}
        for n in range(first, first + _CHUNK)
    ]
    return json.dumps(products).encode()


if __name__ == "__main__":
    print(_measure(sys.argv[1]))
