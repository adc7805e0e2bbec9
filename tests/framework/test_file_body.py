"""How files are read: at once what is in memory, in threads what is not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from bolide._responses import file_body
from bolide._responses.file_body import FileBody, Piece

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    return path


def read(path: Path, pieces: Sequence[Piece], chunk_size: int) -> list[bytes]:
    async def main() -> list[bytes]:
        return [piece async for piece in FileBody(path, pieces, chunk_size)]

    return asyncio.run(main())


@pytest.fixture(params=["in memory", "not in memory", "system that cannot tell"])
def kept(request: pytest.FixtureRequest, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bring the file into a state of the system's cache."""
    kept: str = request.param
    if kept == "not in memory":
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    elif kept == "system that cannot tell":
        monkeypatch.setattr(file_body, "_ONLY_CACHED", None)
    return kept


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("chunk_size", [1000, 65536, 1 << 20])
def test_a_file_comes_whole_wherever_it_is(path: Path, chunk_size: int) -> None:
    pieces = read(path, [(0, len(CONTENT))], chunk_size)
    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) <= chunk_size


@pytest.mark.usefixtures("kept")
def test_parts_come_in_order_with_what_stands_between(path: Path) -> None:
    pieces: list[Piece] = [b"a", (3, 7), b"b", (0, 2000), b"c", (5, 5)]
    assert b"".join(read(path, pieces, 1000)) == b"a" + CONTENT[3:7] + b"b" + CONTENT[:2000] + b"c"


def test_a_small_file_in_memory_is_read_at_once_and_closed(path: Path) -> None:
    body = FileBody(path, [(10, 20)], 1000)
    if (data := body.at_once()) is None:
        pytest.skip("this file system does not tell what is in memory")
    assert data == CONTENT[10:20]
    assert asyncio.run(_rest(body)) == []


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([(0, 1001)], id="too large"),
        pytest.param([(0, 1), (5, 6)], id="several"),
        pytest.param([b"text"], id="no file"),
        pytest.param([(255_990, 256_010)], id="shorter than said"),
    ],
)
def test_what_does_not_come_in_one_read_is_left_to_the_iterator(path: Path, pieces: list[Piece]) -> None:
    body = FileBody(path, pieces, 1000)
    assert body.at_once() is None
    asyncio.run(body.aclose())


def test_an_empty_file_is_an_empty_body(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert FileBody(tmp_path / "empty", [(0, 0)], 1000).at_once() == b""


async def _rest(body: FileBody) -> list[bytes]:
    return [piece async for piece in body]
