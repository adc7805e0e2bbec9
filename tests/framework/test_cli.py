"""The command line: what it serves and prints, and one clear sentence for every mistake."""

import json
import signal
import subprocess
import sys
import textwrap
from http.client import HTTPConnection
from pathlib import Path

import pytest

BOLIDE = (sys.executable, "-m", "bolide")

APP = """
    from bolide import Bolide

    app = Bolide(title="Tried")
    number = 3

    def make() -> Bolide:
        return app

    @app.get("/items/{item_id}")
    async def read_item(item_id: int) -> int:
        return item_id
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(textwrap.dedent(APP))
    (tmp_path / "broken.py").write_text("import not_there\n")
    (tmp_path / "raises.py").write_text("1 / 0\n")
    unbound = APP + "\n    @app.post('/')\n    async def bad(*names: str) -> None: ...\n"
    (tmp_path / "unbound.py").write_text(textwrap.dedent(unbound))
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*BOLIDE, *arguments], cwd=project, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        pytest.param(
            "main:", "'main:' does not name an application; write it as module:attribute", id="no name"
        ),
        pytest.param("nowhere:app", "there is no module 'nowhere' in ", id="no module"),
        pytest.param("nowhere.deep:app", "there is no module 'nowhere.deep' in ", id="no package"),
        pytest.param(
            "main:ap", "module 'main' has no attribute 'ap'; it has the application 'app'", id="typo"
        ),
        pytest.param(
            "main:number", "'main:number' is of type int, not a Bolide application", id="not an app"
        ),
        pytest.param("main:make", "use --factory if it makes the application", id="factory"),
        pytest.param(
            "broken:app", "module 'broken' cannot be imported: No module named 'not_there'", id="import"
        ),
        pytest.param(
            "raises:app",
            "module 'raises' cannot be imported: ZeroDivisionError: division by zero",
            id="raises",
        ),
        pytest.param(
            "unbound:app",
            "parameter '*names: str' cannot be bound to a request; declare each parameter",
            id="route that cannot be bound",
        ),
    ],
)
@pytest.mark.parametrize("command", ["run", "source", "routes"])
def test_wrong_target_is_one_sentence_and_exit_code_2(
    project: Path, command: str, target: str, sentence: str
) -> None:
    done = run(project, command, target, *(["GET /items/{item_id}"] if command == "source" else []))
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("bolide: ")
    assert sentence in last
    if "cannot be imported" not in sentence:
        assert len(done.stderr.splitlines()) == 1


FOREIGN = """
class Asgi2:
    def __init__(self, scope): ...

def wsgi(environ, start_response): ...

async def four(a, b, c, d): ...
"""


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Asgi2", "is an ASGI 2 application: it is called with the scope alone; wrap it with"),
        ("wsgi", "is a WSGI application: it is called with two arguments; mount it"),
        ("four", "is no application: it cannot be called with scope, receive and send"),
    ],
)
def test_what_is_no_asgi_3_application_is_told_what_to_do(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "main.py").write_text(FOREIGN)
    done = run(tmp_path, "run", f"main:{name}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"bolide: 'main:{name}' {sentence}")


CONFIGURED = """
import json

def configure() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        raise RuntimeError("no configuration") from error
configure()
"""


def test_traceback_of_a_failed_import_shows_the_users_lines(project: Path) -> None:
    (project / "settings.py").write_text(CONFIGURED)
    (project / "uses.py").write_text("import settings\n")
    done = run(project, "run", "uses:app")
    shown = [line.strip() for line in done.stderr.splitlines()]
    files = [line for line in shown if line.startswith("File ")]
    assert files == [
        f'File "{project}/settings.py", line 6, in configure',
        f'File "{project}/uses.py", line 1, in <module>',
        f'File "{project}/settings.py", line 9, in <module>',
        f'File "{project}/settings.py", line 8, in configure',
    ]
    assert "The above exception was the direct cause of the following exception:" in shown
    assert shown[-2:] == [
        "RuntimeError: no configuration",
        "bolide: settings.py:8: module 'uses' cannot be imported: RuntimeError: no configuration",
    ]


def test_traceback_of_a_syntax_error_shows_no_import_system(project: Path) -> None:
    (project / "wrong.py").write_text("x = (\n")
    done = run(project, "run", "wrong:app")
    assert done.stderr.splitlines()[0] == f'  File "{project}/wrong.py", line 1'
    assert done.stderr.count("File ") == 1
    assert "bolide: module 'wrong' cannot be imported: SyntaxError: '(' was never closed" in done.stderr


def test_source_prints_the_generated_handler(project: Path) -> None:
    done = run(project, "source", "main:app", "GET /items/{item_id}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("async def handle_read_item(exchange, segments):\n")
    assert run(project, "source", "main:app", "get", "/items/{item_id}").stdout == done.stdout


def test_source_takes_a_path_or_a_name_or_prints_every_route(project: Path) -> None:
    whole = run(project, "source", "main:app", "GET /items/{item_id}").stdout
    assert run(project, "source", "main:app", "/items/{item_id}").stdout == whole
    assert run(project, "source", "main:app", "read_item").stdout == whole
    assert run(project, "source", "main:app").stdout == whole
    done = run(project, "source", "main:app", "read")
    assert done.returncode == 2
    assert done.stderr == "bolide: no route has the path or the name 'read'; write it as 'GET /path'\n"


def test_source_prints_websocket_routes_too(project: Path) -> None:
    (project / "sockets.py").write_text("""
from bolide import Bolide, WebSocket
app, empty = Bolide(), Bolide()
@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None: ...
""")
    for wanted in ([], ["echo"], ["/echo"], ["WEBSOCKET /echo"]):
        assert "await echo(" in run(project, "source", "sockets:app", *wanted).stdout
    assert "the application has no routes" in run(project, "source", "sockets:empty").stderr


def test_source_of_an_unknown_route_lists_the_routes(project: Path) -> None:
    done = run(project, "source", "main:app", "GET /item")
    assert done.returncode == 2
    assert done.stderr == "bolide: no route GET /item; there are: GET /items/{item_id}\n"


SUSPICIOUS = """
    from bolide import Bolide

    app = Bolide(debug=True)

    @app.get("/a/{name}")
    async def first(): return 1

    @app.get("/b")
    async def second(*names: str) -> int: return 1
"""


def test_check_lists_errors_and_warnings_with_exit_code_1(project: Path) -> None:
    (project / "main.py").write_text(textwrap.dedent(SUSPICIOUS))
    done = run(project, "check", "main:app", "--ignore", "B105,B001")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "main.py:6: B101 endpoint 'first': nothing reads 'name' of the path '/a/{name}'. Declare a "
        "parameter with its name, or shorten the path.",
        "main.py:9: B001 'second': parameter '*names: str' cannot be bound to a request; declare each "
        "parameter by its name",
        "main:app: 1 error, 1 warning",
    ]
    done = run(project, "check", "main:app", "--json")
    assert done.returncode == 1
    assert [(each["line"], each["code"], each["level"]) for each in json.loads(done.stdout)] == [
        (6, "B101", "warning"),
        (6, "B105", "warning"),
        (9, "B001", "error"),
    ]


def test_check_of_a_good_application_has_exit_code_0(project: Path) -> None:
    done = run(project, "check", "main:app")
    assert (done.returncode, done.stdout, done.stderr) == (0, "main:app: 0 errors, 0 warnings\n", "")
    assert run(project, "check", "main:app", "--json").stdout == "[]\n"


def test_check_shows_where_a_declaration_stopped_the_import(project: Path) -> None:
    wrong = APP + "\n    @app.get('/b', status_code=99)\n    async def bad() -> int: return 1\n"
    (project / "main.py").write_text(textwrap.dedent(wrong))
    done = run(project, "check", "main:app")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == (
        "main.py:14: B001 endpoint 'bad', path '/b': status_code is 99; expected an int from 200 to 599; "
        "nothing after it was looked at"
    )


def test_run_of_an_application_in_debug_mode_shows_all_findings_first(project: Path) -> None:
    (project / "main.py").write_text(textwrap.dedent(SUSPICIOUS))
    done = run(project, "run", "main:app")
    assert done.returncode == 2
    assert [line[:15] for line in done.stderr.splitlines()] == [
        "main.py:6: B101",
        "main.py:6: B105",
        "main.py:9: B001",
    ]


def test_routes_prints_a_table(project: Path) -> None:
    done = run(project, "routes", "main:app")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "METHODS  PATH              NAME       ENDPOINT",
        "GET      /items/{item_id}  read_item  read_item (main.py:10)",
    ]
    (row,) = json.loads(run(project, "routes", "main:app", "--json").stdout)
    assert row == {
        "kind": "route",
        "methods": ["GET"],
        "path": "/items/{item_id}",
        "host": None,
        "name": "read_item",
        "endpoint": "read_item",
        "file": "main.py",
        "line": 10,
        "dependencies": [],
        "guards": [],
        "middleware": [],
        "tags": [],
    }


def test_unusable_setting_is_one_sentence(project: Path) -> None:
    done = run(project, "run", "main:app", "--timeout-keep-alive", "0")
    assert done.returncode == 2
    assert done.stderr == "bolide: timeout_keep_alive is 0.0; expected a number above 0\n"


def test_run_serves_logs_and_stops_gracefully(project: Path) -> None:
    command = [*BOLIDE, "run", "main:make", "--factory", "--port", "0"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        ready = process.stdout.readline()
        assert ready.startswith("Bolide serves 'Tried' on http://127.0.0.1:")
        url = ready.split()[4].rstrip(";")
        assert f"; docs: {url}/docs (Ctrl+C stops)" in ready
        connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("GET", "/items/5")
        assert connection.getresponse().read() == b"5"
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert '"GET /items/5 HTTP/1.1" 200' in process.stdout.read() + process.stderr.read()


def test_help_names_every_command() -> None:
    done = subprocess.run([*BOLIDE, "--help"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert "run" in done.stdout
    assert "source" in done.stdout
