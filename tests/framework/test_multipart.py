"""Multipart bodies: any split gives the same form, limits, malformed bodies, files that are closed."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide import APIRouter, Bolide, Depends, Form, HTTPException, UploadFile
from bolide._limits import BoundsOfForm
from bolide._reading.multipart import boundary_of, read_multipart
from bolide._reading.uploads import FormEntries
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers
from tests.framework.form_bodies import URLENCODED, Part, multipart, multipart_body

app = Bolide()
client = TestClient(app, raise_server_exceptions=False)
kept: list[UploadFile] = []


@app.post("/file")
async def take_file(file: UploadFile, number: Annotated[int, Form()] = 0) -> tuple[str | None, int | None]:
    kept.append(file)
    if number == 9:
        raise HTTPException(409)
    if number == 99:
        raise ValueError("unexpected")
    return file.filename, file.size


@app.post("/text")
async def take_text(word: Annotated[str, Form()]) -> str:
    return word


small = APIRouter(form_limits={"max_fields": 2, "max_files": 2, "max_part_size": 10})


@small.post("/small", max_body_size=2000)
async def take_little(word: Annotated[list[str], Form()] = [], file: list[UploadFile] = []) -> int:  # noqa: B006
    return len(word) + len(file)


@small.post("/small-text")
async def take_little_text(word: Annotated[list[str], Form()] = []) -> int:  # noqa: B006
    return len(word)


app.include_router(small)


async def in_pieces(body: bytes, sizes: Iterable[int]) -> AsyncIterator[bytes]:
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
    yield body[start:]


async def contents(entries: FormEntries) -> dict[str, list[Any]]:
    """Return texts as they are, and of files name, content type and content."""
    shown: dict[str, list[Any]] = {}
    for name, items in entries.items():
        for item in items:
            if isinstance(item, UploadFile):
                content = await item.read()
                assert len(content) == item.size
                shown.setdefault(name, []).append((item.filename, item.content_type, content))
                await item.close()
            else:
                shown.setdefault(name, []).append(item)
    return shown


async def read(body: bytes, sizes: Iterable[int]) -> dict[str, list[Any]]:
    entries = await read_multipart(
        in_pieces(body, sizes), "limit", BoundsOfForm(), charset="utf-8", keeps_files=True
    )
    return await contents(entries)


NAMES = st.text(st.characters(min_codepoint=32, exclude_characters='\\%"', exclude_categories=["Cs", "Cc"]))
CONTENTS = st.binary(max_size=60) | st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"--limit", b"-", b"a"])
).map(b"".join)
PARTS = st.builds(
    Part,
    name=NAMES,
    content=CONTENTS.filter(lambda content: b"\r\n--limit" not in b"\r\n" + content),
    filename=st.none() | st.from_regex(r"[\w. ]{0,10}[\w]", fullmatch=True),
    content_type=st.none() | st.just("image/png"),
)


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(PARTS, max_size=6), sizes=st.lists(st.integers(0, 40), max_size=30))
def test_any_split_of_a_form_gives_its_parts(parts: list[Part], sizes: list[int]) -> None:
    expected: dict[str, list[Any]] = {}
    for part in parts:
        is_file = part.filename is not None
        item = (part.filename, part.content_type, part.content) if is_file else _text(part.content)
        expected.setdefault(part.name, []).append(item)
    assert asyncio.run(read(multipart_body(parts), sizes)) == expected


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def test_large_file_is_on_disk_and_whole() -> None:
    content = bytes(range(256)) * 12_000
    body, headers = multipart(Part("file", content, "big.bin"))
    assert client.post("/file", content=body, headers=headers).json() == ["big.bin", 3_072_000]
    assert kept.pop().file.closed


@pytest.mark.parametrize(
    ("number", "status"),
    [(b"1", 200), (b"x", 422), (b"9", 409), (b"99", 500)],
    ids=["ok", "422", "409", "500"],
)
def test_files_are_closed_however_the_request_ends(number: bytes, status: int) -> None:
    """#55: after the response; a file that nobody closes is a ResourceWarning, which is an error here."""
    body, headers = multipart(Part("file", b"x", "a"), Part("number", number), Part("other", b"y", "b"))
    assert client.post("/file", content=body, headers=headers).status_code == status
    assert [file.file.closed for file in kept] == [True] * (status != 422)
    kept.clear()
    gc.collect()


def test_files_are_open_until_dependencies_have_ended() -> None:
    """#55: a dependency that yields can still read the file after the response."""
    seen: list[bytes] = []
    ordered = Bolide()

    async def reads_late(file: UploadFile) -> AsyncIterator[UploadFile]:
        yield file
        seen.append(await file.read())

    @ordered.post("/")
    async def endpoint(file: Annotated[UploadFile, Depends(reads_late)]) -> str | None:
        return file.filename

    body, headers = multipart(Part("file", b"content", "a"))
    assert TestClient(ordered).post("/", content=body, headers=headers).json() == "a"
    assert seen == [b"content"]


def without(body: bytes, old: bytes, new: bytes = b"") -> bytes:
    return body.replace(old, new, 1)


GOOD = multipart_body([Part("file", b"x", "a"), Part("number", b"1")])
MALFORMED = {
    "no end": without(GOOD, b"--limit--\r\n"),
    "nothing": b"",
    "no boundary at all": b"x" * 300,
    "text before the first boundary": b"x" + GOOD,
    "part without a name": without(GOOD, b'name="file"; '),
    "part without a disposition": without(GOOD, b"content-disposition: form-data;", b"x-other:"),
    "other disposition": without(GOOD, b"form-data", b"attachment"),
    "header without a colon": without(GOOD, b"content-disposition:", b"content-disposition"),
    "line feed alone": without(GOOD, b"\r\n\r\n", b"\n\n"),
    "header name with a space": without(GOOD, b"content-disposition", b"content disposition"),
    "nested": without(GOOD, b'filename="a"', b'filename="a"\r\ncontent-type: multipart/mixed; boundary=x'),
    "wrong length": without(GOOD, b'filename="a"', b'filename="a"\r\ncontent-length: 7'),
    "header that is no UTF-8": without(GOOD, b'"a"', b'"\xff"'),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_body_is_400(case: str) -> None:
    """E10, E14: one error, no part of it reaches the endpoint."""
    _, headers = multipart()
    response = client.post("/file", content=MALFORMED[case], headers=headers)
    assert response.status_code == 400, response.text
    assert kept == []
    gc.collect()


@pytest.mark.parametrize(
    "content_type",
    [
        *("multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""'),
        *("multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=" + "x" * 71),
        *('multipart/form-data; boundary="a b "', "multipart/form-data; charset=utf-8; boundarx=limit"),
    ],
)
def test_boundary_must_be_one_of_rfc_2046(content_type: str) -> None:
    """E7: missing, empty, repeated or too long."""
    response = client.post("/file", content=GOOD, headers={"content-type": content_type})
    problem = "Invalid" if "boundary=" in content_type else "Missing"
    assert response.json() == {"detail": f"{problem} boundary in multipart."}
    assert response.status_code == 400


MESSAGES = {
    "no boundary at all": "Invalid multipart data.",
    "part without a name": 'The Content-Disposition header field "name" must be provided.',
    "nested": "A part of multipart data must not be multipart itself.",
}


@pytest.mark.parametrize("case", MESSAGES)
def test_malformed_bodies_are_told_in_fastapis_words_wherever_they_are_read(case: str) -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.post("/parameter")
        async def by_parameter(file: Annotated[web.UploadFile, web.File()]) -> None: ...  # type: ignore[name-defined]

        @app.post("/request")
        async def by_request(request: web.Request) -> None:  # type: ignore[name-defined]
            await request.form()

        return app

    _, headers = multipart()
    for path in ("/parameter", "/request"):
        actual, expected = answers(declare, "POST", path, body=MALFORMED[case], headers=headers)
        assert (actual.status, actual.content()) == (400, {"detail": MESSAGES[case]})
        if case != "nested":  # which it reads as text
            assert actual.content() == expected.content()


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=limit", "limit"),
        ('multipart/form-data; charset=utf-8; Boundary="a b"', "a b"),
        (
            "multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxk ; x=y",
            "----WebKitFormBoundary7MA4YWxk",
        ),
        ("multipart/form-data; boundary=" + "x" * 70, "x" * 70),
    ],
)
def test_boundary_is_found(content_type: str, boundary: str) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([Part("word", b"x")] * 2 + [Part("file", b"x", "a")] * 2, 200),
        ([Part("word", b"x")] * 3, 413),
        ([Part("file", b"x", "a")] * 3, 413),
        ([Part("word", b"x" * 10)], 200),
        ([Part("word", b"x" * 11)], 413),
        ([Part("file", b"x" * 500, "a")], 200),
        ([Part("file", b"x" * 3000, "a")], 413),
        ([Part("word", b"x"), Part("file", b"x", "a" * 5000)], 413),
        ([Part("file", b"x", "a", "text/plain" + "\r\nx: y" * 7)], 413),
    ],
    ids=[
        *("within", "fields", "files", "field at limit", "large field", "file", "body", "header", "headers"),
    ],
)
def test_forms_have_limits(parts: list[Part], status: int) -> None:
    """E1 to E6: numbers of fields and files, sizes of fields, heads and bodies; 413 beyond."""
    body, headers = multipart(*parts)
    response = client.post("/small", content=body, headers=headers)
    assert response.status_code == status, response.text
    gc.collect()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"word=a&word=b", 200), (b"word=a&b=&c=", 413), (b"&&&", 413), (b"word=" + b"x" * 11, 413)],
)
def test_urlencoded_forms_have_the_same_limits(body: bytes, status: int) -> None:
    """E5: what holds for multipart bodies holds for these."""
    response = client.post("/small-text", content=body, headers=URLENCODED)
    assert response.status_code == status


def test_limits_are_off_by_one_nowhere() -> None:
    """E4: a thousand fields and a hundred files by default, one more is too many."""
    for part, most in ((Part("word", b"x"), 1000), (Part("f", b"x", "a"), 100)):
        for count, status in ((most, 200), (most + 1, 413)):
            body, headers = multipart(*[part] * count, *[Part("word", b"x")] * (part.filename is not None))
            assert client.post("/text", content=body, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        *(("../../etc/passwd", "passwd"), ("C:\\Users\\me\\a.txt", "a.txt"), ("..", ""), ("a/", "")),
        *(("a\x00b.txt", "ab.txt"), ("%22quoted%22", '"quoted"'), ("ünï.txt", "ünï.txt")),
    ],
)
def test_file_names_have_no_folders(given_name: str, shown: str) -> None:
    """E11: only the last part of a path, without control characters."""
    body, headers = multipart(Part("file", b"x", given_name))
    assert client.post("/file", content=body, headers=headers).json()[0] == shown
    kept.clear()


def test_file_name_of_rfc_5987_is_ignored() -> None:
    """E11: RFC 7578 §4.2 forbids it in forms."""
    body = GOOD.replace(b'filename="a"', b"filename=\"a\"; filename*=UTF-8''evil")
    _, headers = multipart()
    assert client.post("/file", content=body, headers=headers).json()[0] == "a"
    kept.clear()


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("multipart/form-data; boundary=limit", "ä".encode(), "ä"),
        ("multipart/form-data; boundary=limit", b"\xe4", "ä"),
        ("multipart/form-data; boundary=limit; charset=iso-8859-1", b"\xe4", "ä"),
        ("multipart/form-data; boundary=limit; charset=utf-7", b"+AOQ-", "+AOQ-"),
        ("multipart/form-data; boundary=limit; charset=unknown", "ä".encode(), "ä"),
    ],
)
def test_texts_have_the_charset_of_the_body(content_type: str, content: bytes, text: str) -> None:
    """E16: unknown and unsafe encodings are UTF-8, and what that is not is Latin-1."""
    body = multipart_body([Part("word", content)])
    response = client.post("/text", content=body, headers={"content-type": content_type})
    assert response.json() == text


def test_text_around_the_parts_is_ignored() -> None:
    """E8: RFC 2046 §5.1.1 allows a preamble and an epilogue."""
    body = b"preamble\r\n" * 1000 + multipart_body([Part("word", b"x")]) + b"epilogue" * 1000
    _, headers = multipart()
    assert client.post("/text", content=body, headers=headers).json() == "x"


@pytest.mark.parametrize("unit", [b"\r\n", b"\r", b"\r\n--limi", b"--limit", b"\r\n-"], ids=repr)
def test_hostile_contents_take_linear_time(unit: bytes) -> None:
    """E9: floods of what looks like a boundary; the bound is ten times what it takes on a slow machine."""
    content = unit * (2_000_000 // len(unit))
    body, headers = multipart(Part("file", content, "a"))
    started = time.process_time()
    assert client.post("/file", content=body, headers=headers).status_code == 200
    assert time.process_time() - started < 2
    kept.clear()


def test_disconnect_closes_files() -> None:
    """E13: the client leaves in the middle of a file."""

    async def broken() -> AsyncIterator[bytes]:
        yield GOOD[: GOOD.index(b"x\r\n--limit")] + b"x" * 100
        raise ConnectionError

    async def run() -> None:
        with pytest.raises(ConnectionError):
            await read_multipart(broken(), "limit", BoundsOfForm(), charset="utf-8", keeps_files=True)

    asyncio.run(run())
    gc.collect()


def test_cancellation_closes_files() -> None:
    """E13: the request is cancelled while a file arrives."""

    async def stuck() -> AsyncIterator[bytes]:
        yield GOOD[: GOOD.index(b"x\r\n--limit")] + b"x" * 100
        await asyncio.Event().wait()

    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await read_multipart(stuck(), "limit", BoundsOfForm(), charset="utf-8", keeps_files=True)

    asyncio.run(run())
    gc.collect()


def test_file_on_disk_is_closed_although_its_closing_is_cancelled() -> None:
    body = GOOD[: GOOD.index(b"x\r\n--limit")] + b"x" * 1_100_000 + GOOD[GOOD.index(b"\r\n--limit") :]

    async def whole() -> AsyncIterator[bytes]:
        yield body

    async def run() -> None:
        form = await read_multipart(whole(), "limit", BoundsOfForm(), charset="utf-8", keeps_files=True)
        (file,) = [item for items in form.values() for item in items if isinstance(item, UploadFile)]
        closing = asyncio.create_task(file.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert file.file.closed

    asyncio.run(run())
