"""What ``bolide check`` finds in applications, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bolide._check.application import check_app
from bolide._check.findings import KINDS
from tests.framework.declared_modules import import_source

IMPORTS = """
import asyncio, time
from pathlib import Path as FilePath
from typing import Annotated, Any
from bolide import APIRouter, Body, Bolide, Depends, Form, Model, Path, Query, Request, Response
class Item(Model):
    name: str
app = Bolide()
"""
LINES = IMPORTS.count("\n") - 1


def findings(source: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the findings in *source*, with lines counted from its first one."""
    monkeypatch.chdir(directory)
    module = import_source(IMPORTS + source.lstrip("\n"), directory)
    return [
        re.sub(r"main\.py:(\d+)", lambda found: f"main.py:{int(found[1]) - LINES}", str(each))
        for each in check_app(module.app, [module])
    ]


CASES = [
    pytest.param(
        """
@app.get("/")
async def read(*names: str) -> str:
    return ""
""",
        [
            "main.py:1: B001 'read': parameter '*names: str' cannot be bound to a request; declare each "
            "parameter by its name"
        ],
        id="B001",
    ),
    pytest.param(
        """
@app.get("/a")
async def first() -> int:
    return 1
@app.api_route("/a", methods=["GET", "POST"])
async def second() -> int:
    return 2
""",
        [
            "main.py:4: B002 GET /a of endpoint 'second' matches the same requests as GET /a of endpoint "
            "'first' (main.py:1)"
        ],
        id="B002",
    ),
    pytest.param(
        """
async def get_number() -> int:
    return 1
@app.get("/a")
async def read(number: int = get_number) -> int:
    return number
""",
        [
            "main.py:3: B003 endpoint 'read': parameter 'number' has 'get_number' (main.py:1) as its "
            "default; "
            "a dependency is declared with Depends(get_number)"
        ],
        id="B003",
    ),
    pytest.param(
        """
@app.get("/a")
async def read(item: "Itme") -> int:
    return 1
""",
        [
            "main.py:1: B004 'read': read, 'item': forward reference 'Itme' cannot be resolved: name 'Itme' "
            "is "
            "not defined; define the name in the module, or in the enclosing function before the first use"
        ],
        id="B004",
    ),
    pytest.param(
        """
@app.get("/{a}/{a}")
async def twice(a: int) -> int:
    return a
@app.get("/b")
async def absent(b: Annotated[int, Path()]) -> int:
    return b
@app.get("/c/{c}")
async def default(c: int = 1) -> int:
    return c
@app.get("/d/{d}")
async def query(d: Annotated[int, Query()]) -> int:
    return d
""",
        [
            "main.py:1: B005 endpoint 'twice': path '/{a}/{a}' uses the parameter 'a' twice",
            "main.py:4: B005 endpoint 'absent': path parameter 'b' is not in the path; write '{b}' there, or "
            "read it with Query()",
            "main.py:7: B005 endpoint 'default': path parameter 'c' has a default, but the path always has "
            "it; leave it out",
            "main.py:10: B005 endpoint 'query': parameter 'd' is in the path; it cannot be a query parameter",
        ],
        id="B005",
    ),
    pytest.param(
        """
@app.post("/")
async def create(item: Item, name: Annotated[str, Form()]) -> int:
    return 1
""",
        [
            "main.py:1: B006 endpoint 'create': parameter 'name' reads a form and 'item' another body; a "
            "request has one body. Make both Form() or both Body()."
        ],
        id="B006",
    ),
    pytest.param(
        """
async def shorter() -> int:
    return 1
async def longer(value: Annotated[int, Depends(shorter)]) -> int:
    return value
@app.get("/")
async def read(value: Annotated[int, Depends(longer, scope="app")]) -> int:
    return value
""",
        [
            "main.py:3: B007 dependency 'longer' has scope 'app', but parameter 'value' is dependency "
            "'shorter' (main.py:1), which is made for each request; it can only receive dependencies with "
            "scope='app'"
        ],
        id="B007",
    ),
    pytest.param(
        """
class Odd:
    pass
@app.get("/")
async def read() -> Odd:
    return Odd()
""",
        ["main.py:3: B008 endpoint 'read': return type: "],
        id="B008",
    ),
    pytest.param(
        """
class Odd:
    pass
@app.get("/")
async def read(odd: Odd) -> int:
    return 1
""",
        ["main.py:3: B009 endpoint 'read': parameter 'odd': "],
        id="B009",
    ),
    pytest.param(
        """
@app.get("/{item_id}/{kind}")
async def read(itemid: int) -> int:
    return itemid
@app.get("/request/{item_id}")
async def read_by_request(request: Request) -> str:
    return request.path_params["item_id"]
""",
        [
            "main.py:1: B101 endpoint 'read': nothing reads 'item_id' of the path '/{item_id}/{kind}'; "
            "parameter 'itemid', which may be meant, reads the query. Declare a parameter with its name, or "
            "shorten the path.",
            "main.py:1: B101 endpoint 'read': nothing reads 'kind' of the path '/{item_id}/{kind}'. Declare "
            "a "
            "parameter with its name, or shorten the path.",
        ],
        id="B101",
    ),
    pytest.param(
        """
@app.get("/")
async def search(item: Item) -> str:
    return item.name
@app.query("/")
async def query(item: Item) -> str:
    return item.name
@app.delete("/")
async def delete(item: Item) -> str:
    return item.name
""",
        [
            "main.py:1: B102 endpoint 'search': GET requests have no body, which 'item' would be read from. "
            "Use `POST` or `QUERY`, or read it with `Query()`."
        ],
        id="B102",
    ),
    pytest.param(
        """
import subprocess
from time import sleep
async def get_number() -> int:
    sleep(1)
    return 1
@app.get("/")
async def read(number: Annotated[int, Depends(get_number)]) -> str:
    import sqlite3
    await asyncio.sleep(1)
    subprocess.run(["true"])
    await asyncio.to_thread(time.sleep, 1)
    def later() -> None:
        time.sleep(1)
    with open("a") as file:
        file.write("")
    return FilePath("a").read_text()
@app.get("/thread")
def read_in_thread() -> int:
    time.sleep(1)
    return 1
""",
        [
            "main.py:4: B103 'get_number' is async, and sleep() blocks the event loop; use await "
            "asyncio.sleep(). Await an async client, or write `def` that is not inline.",
            "main.py:10: B103 'read' is async, and subprocess.run() blocks the event loop; use await "
            "asyncio.create_subprocess_exec(). Await an async client, or write `def` that is not inline.",
            "main.py:14: B103 'read' is async, and open() blocks the event loop; use def instead of async "
            "def, "
            "or run_in_threadpool(). Await an async client, or write `def` that is not inline.",
            "main.py:16: B103 'read' is async, and FilePath('a').read_text() blocks the event loop; use "
            "run_in_threadpool(). Await an async client, or write `def` that is not inline.",
        ],
        id="B103",
    ),
    pytest.param(
        """
async def send() -> None: ...
@app.get("/")
async def read() -> int:
    send()
    await send()
    task = asyncio.create_task(send())
    await task
    return 1
""",
        ["main.py:4: B104 'read' calls send() without await. Write `await` before the call."],
        id="B104",
    ),
    pytest.param(
        """
@app.get("/a")
async def untyped():
    return {"a": 1}
@app.get("/b", response_model=None)
async def on_purpose():
    return {"a": 1}
@app.get("/c", response_class=Response)
async def raw():
    return b""
@app.get("/d")
async def nothing():
    await asyncio.sleep(0)
    return None
""",
        [
            "main.py:1: B105 endpoint 'untyped': it has no return annotation. Annotate it, so that the "
            "response is filtered and shown."
        ],
        id="B105",
    ),
    pytest.param(
        """
@app.get("/a", response_model_exclude={"nme"}, response_model_include={"name", "__all__"})
async def misspelled() -> list[Item] | None: ...
@app.get("/b", response_model_exclude_none=True, response_model_by_alias=True)
async def untyped(): ...
@app.get("/c", response_model_exclude={"a"})
async def unknowable() -> dict[str, Item]: ...
""",
        [
            "main.py:1: B106 endpoint 'misspelled': response_model_exclude has 'nme', which is no field of "
            "the declared type; 'name' may be meant. Correct its names, or leave it out.",
            "main.py:3: B106 endpoint 'untyped': response_model_exclude_none changes nothing, since the "
            "result has no declared type. Correct its names, or leave it out.",
        ],
        id="B106",
    ),
    pytest.param(
        """
included = APIRouter()
empty = APIRouter()
inner: APIRouter = APIRouter()
forgotten = APIRouter()
app.include_router(included)
forgotten.include_router(inner)
for router in (included, inner, forgotten):
    @router.get(f"/{id(router)}")
    async def read() -> int:
        return 1
""",
        [
            "main.py:4: B107 router 'forgotten' has routes, and is included nowhere. Write "
            "`app.include_router(router)`, or remove it."
        ],
        id="B107",
    ),
    pytest.param(
        """
inside = Bolide()
@inside.get("/items")
async def inner_items() -> int:
    return 1
@inside.get("/seen")
async def inner_seen() -> int:
    return 1
@app.get("/inside/{name}", name="outer")
async def outer(name: str) -> str:
    return name
app.mount("/inside", inside)
@inside.post("/items")
async def create() -> int:
    return 1
""",
        [
            "main.py:2: B108 endpoint 'inner_items': GET /inside/items is answered by endpoint 'outer' "
            "(main.py:8) of the application around. Change one of the two paths.",
            "main.py:5: B108 endpoint 'inner_seen': GET /inside/seen is answered by endpoint 'outer' "
            "(main.py:8) of the application around. Change one of the two paths.",
        ],
        id="B108",
    ),
    pytest.param(
        """
@app.get("/a")
def cheap(number: int) -> Item:
    return Item(name=str(number))
@app.get("/b", inline=True)
def inline() -> int:
    return 1
@app.get("/c")
def waits(path: str) -> str:
    return FilePath(path).read_text()
""",
        [
            "main.py:1: B109 'cheap' runs in a thread, but nothing in it can wait. Write `async def`, or set "
            "`inline=True`."
        ],
        id="B109",
    ),
    pytest.param(
        """
@app.get("/")
async def read(limit: int = "ten", page: int = None, tags: Annotated[list[str], Query()] = []) -> int:
    return limit
""",
        [
            "main.py:1: B110 'read': the default 'ten' of 'limit': Input should be a valid integer, unable "
            "to "
            "parse string as an integer. Correct the default or the annotation."
        ],
        id="B110",
    ),
    pytest.param(
        """
async def get_item(item_id: int) -> int:
    return item_id
@app.get("/items/{item_id}")
async def read(item: Annotated[int, Depends(get_item)]) -> int:
    return item
@app.get("/others")
async def others(item: Annotated[int, Depends(get_item)]) -> int:
    return item
""",
        [
            "main.py:1: B111 'get_item': 'item_id' comes from the path in '/items/{item_id}', but from the "
            "query in '/others'. Mark it with `Path()` or `Query()`."
        ],
        id="B111",
    ),
    pytest.param(
        """
async def get_number() -> int:
    return 1
@app.get("/")
async def read(number: Annotated[int, get_number]) -> int:
    return number
""",
        [
            "main.py:3: B112 'read': 'get_number' in Annotated has no meaning for 'number'. Write "
            "`Depends(function)`."
        ],
        id="B112",
    ),
    pytest.param(
        """
@app.get("/flask/<int:number>")
async def flask(number: int) -> int:
    return number
@app.get("/express/:name")
async def express(name: str) -> str:
    return name
@app.get("/time/{hour}:{minute}/a<b")
async def clock(hour: int, minute: int) -> int:
    return hour + minute
""",
        [
            "main.py:1: B113 endpoint 'flask': '<int:number>' of the path '/flask/<int:number>' is text. "
            "Write `{name}`, or `{name:int}`.",
            "main.py:4: B113 endpoint 'express': ':name' of the path '/express/:name' is text. Write "
            "`{name}`, or `{name:int}`.",
        ],
        id="B113",
    ),
    pytest.param(
        """
from bolide import Depends, Security
from bolide.security import HTTPBearer, OAuth2PasswordBearer
scheme = OAuth2PasswordBearer("token", scopes={"items:read": "", "items:write": ""})
free, bearer = OAuth2PasswordBearer("token", "free"), HTTPBearer()
async def user(token: str = Depends(scheme)) -> str:
    return token
schemes = [Security(each, scopes=["any"]) for each in (free, bearer)]
@app.get("/", dependencies=[Security(user, scopes=["items:read", "item:write"]), *schemes])
async def read() -> None: ...
""",
        [
            "main.py:8: B114 endpoint 'read': scope 'item:write' is none of security scheme "
            "'OAuth2PasswordBearer'; 'items:write' may be meant. Correct it, or declare it.",
        ],
        id="B114",
    ),
    pytest.param(
        """
from bolide.security import APIKeyHeader
app = Bolide(compatibility="fastapi")
@app.get("/a", dependencies=[Depends(APIKeyHeader(name="A"))])
async def first() -> None: ...
@app.get("/b", dependencies=[Depends(APIKeyHeader(name="B"))])
async def second() -> None: ...
""",
        [
            "main.py:5: B115 security scheme APIKeyHeader(name='B', scheme_name='APIKeyHeader') of endpoint "
            "'second' and APIKeyHeader(name='A', scheme_name='APIKeyHeader') of endpoint 'first' "
            "(main.py:3) differ, but both are called 'APIKeyHeader' in the document. "
            "Give one of them another `scheme_name`.",
        ],
        id="B115",
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_finding_is_one_line_with_its_place(
    source: str, expected: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(source, tmp_path, monkeypatch)
    # What the validation engine says of a type is its own matter.
    shown = [
        line[: len(text)] if text.endswith(": ") else line
        for line, text in zip(found, expected, strict=False)
    ]
    assert shown + found[len(expected) :] == [*expected]


def test_every_kind_of_finding_has_a_case() -> None:
    assert [str(case.id) for case in CASES] == list(KINDS)


def test_comments_silence_the_warnings_that_they_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
@app.get("/a/{name}")  # bolide: ignore[B101, B105]
async def both():
    time.sleep(1)  # bolide: ignore
    return 1
@app.get("/b/{name}")
async def other():  # bolide: ignore[B101]
    return 1
@app.get("/c")
async def broken(*names: str) -> int:  # bolide: ignore
    return 1
"""
    assert [line[:15] for line in findings(source, tmp_path, monkeypatch)] == [
        "main.py:5: B105",
        "main.py:8: B001",
    ]


def test_methods_of_a_controller_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from bolide import controllers
@app.controller()
class Items:
    @controllers.get("/")
    async def read(self) -> None:
        self.note()
        await self.note()
        self.count()
        self.missing()
    async def note(self) -> None: ...
    def count(self) -> None: ...
"""
    assert findings(source, tmp_path, monkeypatch) == [
        "main.py:6: B104 'Items.read' calls self.note() without await. Write `await` before the call."
    ]


def test_imports_inside_of_functions_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unloaded.py").write_text("raise SystemExit\n")
    source = """
@app.get("/")
async def read() -> None:
    import time
    import urllib.request as client
    import os.path
    import unloaded
    from time import sleep as pause
    from . import sibling
    time.sleep(1)
    pause(1)
    client.urlopen("http://localhost")
    os.system("true")
    os.path.join("a")
    unloaded.run()
    sibling.run()
@app.get("/own")
async def read_own() -> None:
    import time
    time = Item(name="a")
    time.sleep(1)
"""
    shown = [each.partition(" blocks")[0] for each in findings(source, tmp_path, monkeypatch)]
    assert shown == [
        "main.py:9: B103 'read' is async, and time.sleep()",
        "main.py:10: B103 'read' is async, and pause()",
        "main.py:11: B103 'read' is async, and client.urlopen()",
        "main.py:12: B103 'read' is async, and os.system()",
    ]


def test_what_runs_inline_blocks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from bolide import controllers, inline
def quick() -> int:
    time.sleep(1)
    return 1
@inline
def guard(request) -> None:
    time.sleep(1)
@app.controller(guards=[guard])
class Items:
    def __init__(self, number: Annotated[int, Depends(quick, inline=True)]) -> None:
        self.file = open("a")
    @controllers.get("/")
    def read(self) -> None:
        time.sleep(1)
"""
    advice = "run it in a thread. Await an async client, or write `def` that is not inline."
    assert findings(source, tmp_path, monkeypatch) == [
        f"main.py:3: B103 'quick' runs inline, and time.sleep() blocks the event loop; {advice}",
        f"main.py:7: B103 'guard' runs inline, and time.sleep() blocks the event loop; {advice}",
        f"main.py:11: B103 'Items.__init__' runs inline, and open() blocks the event loop; {advice}",
    ]


def test_guards_middleware_and_exception_handlers_are_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
async def guard(request):
    time.sleep(1)
@app.get("/", guards=[guard])
async def read() -> int:
    return 1
@app.middleware("http")
async def slow(request, call_next):
    time.sleep(1)
    return await call_next(request)
@app.exception_handler(404)
async def handle(request, error):
    time.sleep(1)
"""
    assert [line[:21] for line in findings(source, tmp_path, monkeypatch)] == [
        "main.py:2: B103 'guar",
        "main.py:8: B103 'slow",
        "main.py:12: B103 'han",
    ]


def test_an_application_whose_middleware_is_wrong_has_that_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
async def read() -> int:
    return 1
app.add_api_route("/", read)
app.add_middleware(5)
"""
    assert findings(source, tmp_path, monkeypatch) == ["-: B001 Middleware(5): 'int' object is not callable"]


def test_links_are_looked_at_in_the_whole_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
from bolide.openapi.models import Link
@app.get("/", responses={200: {"links": {"a": Link(operationId="second"), "b": Link(operationId="third")}}})
async def first() -> int:
    return 1
@app.get("/second")
async def second() -> int:
    return 2
"""
    assert findings(source, tmp_path, monkeypatch) == [
        "main.py:2: B001 endpoint 'first': link 'b' of responses[200] leads to the operation 'third', which "
        "the document does not have"
    ]
