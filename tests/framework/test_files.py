"""Files as responses: whole, in parts, and what other requests than GET get."""

import gc
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bolide import Bolide, Depends, HTTPException
from bolide._responses.ranges import MalformedRange, RangeNotSatisfiable, parse_ranges
from bolide.responses import FileResponse
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, same

CONTENT = bytes(range(256)) * 1000
HEADERS = (
    "content-type",
    "content-length",
    "content-range",
    "content-disposition",
    "accept-ranges",
    "etag",
    "last-modified",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    os.utime(path, (1_700_000_000.25, 1_700_000_000.25))
    return path


def declaring(path: Path, **options: Any) -> Any:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.api_route("/", methods=["GET", "HEAD", "POST"])  # type: ignore[untyped-decorator]
        async def read() -> Any:
            return web("responses.FileResponse")(path, **options)

        return app

    return declare


def test_a_file_is_sent_as_fastapi_sends_it(path: Path) -> None:
    answer = same(declaring(path), "GET", "/", headers_too=HEADERS)
    assert (answer.body, answer.header("content-length")) == (CONTENT, ["256000"])
    assert same(declaring(path), "HEAD", "/", headers_too=HEADERS).body == b""


@pytest.mark.parametrize(
    "options",
    [
        {"filename": "a.txt"},
        {"filename": "é b.txt", "content_disposition_type": "inline"},
        {"media_type": "text/plain", "headers": {"etag": '"mine"', "x-a": "b"}},
        {"status_code": 201},
    ],
)
def test_options_are_fastapis(path: Path, options: dict[str, Any]) -> None:
    same(declaring(path, **options), "GET", "/", headers_too=(*HEADERS, "x-a"))


@pytest.mark.parametrize(
    "value",
    [
        "bytes=0-0",
        "bytes=5-",
        "bytes=-5",
        "bytes=255990-999999",
        "bytes=255990-18446744073709551615",
        "bytes=255990-9223372036854775807,-00000000000000000000001",
        "bytes=-99999999999999999999999999",
        "bytes=" + "9" * 4000 + "-",
        "bytes=0-1,1-3,10-12",
        "bytes= 3 - 4 ",
        "bytes=256000-",
        "bytes=-0",
        "bytes=5-4",
        "bytes=x,1-2",
        "bytes=",
        "bytes=-",
        "bytes",
        "items=0-1",
        "bytes=" + "0-1," * 100,
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_101_ranges_are_fastapis(path: Path, method: str, value: str) -> None:
    """#101: suffixes, 416, 400, several parts."""
    ours, theirs = answers(declaring(path), method, "/", headers={"range": value})
    boundary = re.compile(rb"[0-9a-f]{26}")
    assert ours.status == theirs.status
    if method != "HEAD":
        assert boundary.sub(b"", ours.body) == boundary.sub(b"", theirs.body)
    for name in HEADERS:
        if method == "HEAD" and ours.status in (400, 416) and name == "content-length":
            continue
        found, expected = (boundary.sub(b"", "".join(a.header(name)).encode()) for a in (ours, theirs))
        assert found == expected, name


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_if_range_counts_when_it_is_exact(path: Path, validator: str) -> None:
    current = same(declaring(path), "GET", "/").header(validator)[0]
    headers = {"range": "bytes=0-1", "if-range": current}
    assert same(declaring(path), "GET", "/", headers=headers).status == 206
    headers["if-range"] = "W/" + current
    assert same(declaring(path), "GET", "/", headers=headers).status == 200


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_file_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    app = Bolide()

    @app.get("/")
    async def read() -> FileResponse:
        return FileResponse(tmp_path / name)

    with pytest.raises(RuntimeError, match=r"cannot be sent: No such file|is not a file"):
        TestClient(app).get("/")


def test_a_path_is_enough_with_the_class_on_the_route(path: Path) -> None:
    app = Bolide()

    @app.get("/", response_class=FileResponse)
    async def read() -> str:
        return str(path)

    assert TestClient(app).get("/").content == CONTENT


def test_a_file_that_shrinks_cuts_the_response(path: Path) -> None:
    app = Bolide()

    @app.get("/")
    def read() -> FileResponse:
        response = FileResponse(path, stat_result=path.stat())
        path.write_bytes(b"short")
        return response

    with pytest.raises(RuntimeError, match="became shorter"):
        TestClient(app).get("/")


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8), st.integers(1, 50)
)
def test_merged_ranges_cover_what_was_asked_for_and_nothing_twice(
    asked: list[tuple[int, int]], size: int
) -> None:
    header = "bytes=" + ",".join(f"{first}-{last}" for first, last in asked)
    wanted = [set(range(first, min(last + 1, size))) for first, last in asked]
    try:
        found = parse_ranges(header, size)
    except RangeNotSatisfiable:
        assert any(first >= size for first, _ in asked)
        return
    except MalformedRange:
        assert any(not each for each in wanted)
        return
    covered = [i for start, stop in found for i in range(start, stop)]
    assert covered == sorted(set().union(*wanted))


@pytest.mark.parametrize("of_route", [False, True])
def test_no_file_stays_open_when_a_dependency_fails_before_it_is_sent(path: Path, of_route: bool) -> None:
    app = Bolide()

    async def fails() -> AsyncIterator[None]:
        yield
        raise HTTPException(409)

    response_class = FileResponse if of_route else None

    @app.get("/", dependencies=[Depends(fails, scope="function")], response_class=response_class)
    async def read() -> Any:
        return str(path) if of_route else FileResponse(path)

    opened = os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd") else []
    gc.disable()  # a file in a traceback is closed by the next collection, with a warning
    try:
        assert TestClient(app).get("/").status_code == 409
        if opened:
            assert len(os.listdir("/proc/self/fd")) <= len(opened)
    finally:
        gc.enable()
    gc.collect()
