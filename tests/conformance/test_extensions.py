"""Which server gives what, as the page about other servers says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from websockets.sync.client import connect

from tests.conformance.conftest import SERVERS_BY_ENTRY, run_server
from tests.docs.pages import read_table

APP = Path(__file__).parent / "extensions" / "app.py"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "other-servers.md"

_ROWS: Final = {
    "native": "bolide run",
    "uvicorn": "uvicorn 0.54",
    "hypercorn": "hypercorn 0.18",
    "granian-asgi": "granian 2.8, ASGI",
    "daphne": "daphne 4.2",
    "gunicorn": "gunicorn 27, asgi",
    "gunicorn-uvicorn": "gunicorn 27 with uvicorn-worker",
}


@pytest.mark.parametrize("name", [each for each in SERVERS_BY_ENTRY if each.values[0] in _ROWS])
def test_the_page_says_what_a_server_gives(name: str, tmp_path: Path) -> None:
    shutil.copy(APP, tmp_path)
    with run_server(name, tmp_path, expected_error="no error is expected") as server:
        http = json.loads(server.request("GET", "/", None, {"te": "trailers"}).body)
        with connect(f"ws://127.0.0.1:{server.port}/") as client:
            websocket = json.loads(client.recv(30))
            client.close(4004, "bye")
        code = json.loads(server.request("GET", "/code").body)
    seen = [
        http["has_state"],
        "http.response.early_hint" in http["extensions"],
        "http.response.pathsend" in http["extensions"],
        "http.response.trailers" in http["extensions"],
        "websocket.http.response" in websocket["extensions"],
        code == 4004,
    ]
    (row,) = (row for row in read_table(PAGE, header="server") if row[0] == _ROWS[name])
    lifespan, hints, files, trailers, _tls, denials, codes = row[1:]
    assert [lifespan, hints, files, trailers, denials, codes] == ["yes" if each else "no" for each in seen]
