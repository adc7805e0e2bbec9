"""What somebody reads who begins, and makes a mistake: whole outputs, word by word."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import pytest

from bolide import Bolide, Model, Query
from bolide.cli import main
from bolide.exceptions import ResponseValidationError
from bolide.testclient import TestClient

Command = Callable[..., tuple[int, str]]

JSON = {"content-type": "application/json"}
HEAD = "from bolide import Bolide\n\napp = Bolide()\n\n"


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Return what runs a command in a directory of its own; it returns exit code and output.

    In this process: a command that finds nothing wrong must not serve.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("main", "server", "settings"):  # of other tests
        monkeypatch.delitem(sys.modules, name, raising=False)
    path, modules = list(sys.path), set(sys.modules)

    def run(*words: str, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)
        code = main(words)
        out, err = capfd.readouterr()
        return code, (out + err).replace(str(tmp_path), "DIR")

    yield run
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if os.path.dirname(getattr(sys.modules[name], "__file__", None) or "") == str(tmp_path):
            del sys.modules[name]


def test_wrong_file(command: Command) -> None:
    assert command("run", "mian.py", main=HEAD) == (
        2,
        "bolide: there is no file 'mian.py' in DIR; did you mean 'main.py'? (bolide run --help)\n",
    )


def test_wrong_module(command: Command) -> None:
    assert command("run", "mian:app", main=HEAD) == (
        2,
        "bolide: there is no module 'mian' in DIR or on the import path; did you mean 'main'?\n",
    )


def test_empty_directory(command: Command) -> None:
    assert command("dev") == (
        2,
        "bolide: no application is found in DIR: there is no main.py, app.py, api.py, app/main.py, "
        "app/app.py or app/api.py; name it, like shop/web.py or shop.web:app (bolide dev --help)\n",
    )


def test_application_in_a_file_of_another_name(command: Command) -> None:
    assert command("dev", server=HEAD) == (
        2,
        "bolide: no application is found in DIR: there is no main.py, app.py, api.py, app/main.py, "
        "app/app.py or app/api.py; server.py seems to make one: bolide dev server.py (bolide dev --help)\n",
    )


def test_module_without_an_application(command: Command) -> None:
    assert command("run", main="from bolide import Bolide\n") == (
        2,
        "bolide: module 'main' (main.py) has no application, like app = Bolide()\n",
    )


def test_module_with_a_factory(command: Command) -> None:
    text = "from bolide import Bolide\n\ndef create_app() -> Bolide:\n    return Bolide()\n"
    assert command("run", main=text) == (
        2,
        "bolide: module 'main' (main.py) has no application, but 'create_app', which may make one: "
        "main:create_app --factory\n",
    )


def test_import_of_what_is_not_installed(command: Command) -> None:
    assert command("run", main="import os\nimport htpx2\n") == (
        2,
        "Traceback (most recent call last):\n"
        '  File "DIR/main.py", line 2, in <module>\n'
        "    import htpx2\n"
        "ModuleNotFoundError: No module named 'htpx2'\n"
        "bolide: main.py:2: module 'main' cannot be imported: No module named 'htpx2'; "
        f"it is not installed in {sys.prefix}\n",
    )


def test_import_of_a_misspelt_module(command: Command) -> None:
    code, text = command("run", main="import setings\n", settings="")
    assert (code, text.splitlines()[-1]) == (
        2,
        "bolide: main.py:1: module 'main' cannot be imported: No module named 'setings'; "
        "did you mean 'settings'?",
    )


DECLARATIONS = {
    "class that is no model": (
        "class A:\n    pass\n\n@app.get('/')\nasync def read(a: A) -> int:\n    return 1\n",
        "main.py:8: B009 endpoint 'read': parameter 'a': A is not a type that can be validated; describe it "
        "with register_type, or take its instances as InstanceOf[A]. If it is made for each request, write "
        "Annotated[A, Depends()]",
    ),
    "parameter of the path that nothing reads": (
        "@app.get('/items/{item_id}')\nasync def read() -> int:\n    return 1\n",
        "main.py:5: B101 endpoint 'read': nothing reads 'item_id' of the path '/items/{item_id}'. Declare a "
        "parameter with its name, or shorten the path.",
    ),
    "two routes that are one": (
        "@app.get('/')\nasync def one() -> int:\n    return 1\n\n"
        "@app.get('/')\nasync def two() -> int:\n    return 2\n",
        "main.py:9: B002 GET / of endpoint 'two' matches the same requests as GET / of "
        "endpoint 'one' (main.py:5)",
    ),
    "forgotten Depends": (
        "def find() -> int:\n    return 1\n\n@app.get('/')\nasync def read(x=find) -> int:\n    return x\n",
        "main.py:8: B003 endpoint 'read': parameter 'x' has 'find' (main.py:5) as its default; a dependency "
        "is declared with Depends(find)",
    ),
    "body of a GET request": (
        "@app.get('/')\nasync def read(x: dict[str, int]) -> int:\n    return 1\n",
        "main.py:5: B102 endpoint 'read': GET requests have no body, which 'x' would be read from. Use "
        "`POST` or `QUERY`, or read it with `Query()`.",
    ),
    "unknown annotation": (
        "@app.get('/')\nasync def read() -> 'Missing':\n    return 1\n",
        "main.py:5: B004 'read': read, 'return': forward reference 'Missing' cannot be resolved: name "
        "'Missing' is not defined; define the name in the module, or in the enclosing function before the "
        "first use",
    ),
}


@pytest.mark.parametrize(("text", "finding"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_mistakes_of_declarations(command: Command, text: str, finding: str) -> None:
    code, output = command("check", main=HEAD + text)
    assert (code, output.splitlines()[0]) == (1, finding)


def test_files_without_a_parser(tmp_path: Path) -> None:
    text = "from typing import Annotated\nfrom bolide import File\n\n@app.post('/')\n"
    text += "async def save(file: Annotated[bytes, File()]) -> int:\n    return 1\n"
    (tmp_path / "main.py").write_text(HEAD + text)
    code = "import sys; sys.modules['multipart'] = None; from bolide.cli import main; sys.exit(main(['run']))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (
        2,
        "bolide: endpoint 'save' (main.py:8): parameter 'file': files need the package 'multipart': "
        "pip install 'bolide[forms]'\n",
    )


def test_port_in_use(command: Command, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert command("run", "--port", str(port), main=HEAD) == (2, "")
    (message,) = caplog.messages
    assert message.startswith(f"cannot listen on 127.0.0.1:{port}: Address already in use; port ")
    assert message.endswith(" is free")


def test_values_that_do_not_fit() -> None:
    app = Bolide()

    @app.get("/number")
    async def number() -> int:
        return "x"  # type: ignore[return-value]

    @app.get("/object")
    async def thing():  # type: ignore[no-untyped-def]
        return {"a": object()}

    client = TestClient(app)
    with pytest.raises(ResponseValidationError) as raised:
        client.get("/number")
    place = os.path.relpath(__file__)
    line = number.__code__.co_firstlineno
    assert str(raised.value).splitlines() == [
        f"endpoint 'number' ({place}:{line}) returned what its declared type does not allow",
        "1 validation error:",
        "  response: Input should be a valid integer, unable to parse string as an integer [int_parsing]",
    ]
    with pytest.raises(Exception, match="object") as unknown:
        client.get("/object")
    line = thing.__code__.co_firstlineno
    assert str(unknown.value) == (
        f"endpoint 'thing' ({place}:{line}): its result cannot be sent: object cannot be written as JSON; "
        "declare a return type, or return a Model, a dataclass, or standard types"
    )


class Item(Model):
    name: str
    price: float


def test_bad_requests() -> None:
    app = Bolide()

    @app.get("/items/{number}")
    async def read(number: int, limit: Annotated[int, Query(ge=1)] = 10) -> None: ...

    @app.post("/items")
    async def create(item: Item) -> None: ...

    client = TestClient(app)
    answer = client.get("/items/x?limit=0")
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "detail": [
                {
                    "type": "int_parsing",
                    "loc": ["path", "number"],
                    "msg": "Input should be a valid integer, unable to parse string as an integer",
                    "input": "x",
                },
                {
                    "type": "greater_than_equal",
                    "loc": ["query", "limit"],
                    "msg": "Input should be greater than or equal to 1",
                    "input": "0",
                    "ctx": {"ge": 1},
                },
            ]
        },
    )
    answer = client.post("/items", content=b'{\n  "name": "tea",\n  "price": x\n}', headers=JSON)
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "detail": [
                {
                    "type": "json_invalid",
                    "loc": ["body", 30],
                    "msg": "JSON decode error",
                    "input": {},
                    "ctx": {"error": "Expecting value", "line": 3, "column": 12},
                }
            ]
        },
    )
