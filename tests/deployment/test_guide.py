"""The files of the deployment guide agree with each other and with the server; their commands run."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bolide._commands.parser import parse
from bolide._commands.settings import fill_in
from bolide.server_adapters.config import ServerConfig
from tests.deployment.guide import application, configurations, service_command

INSTRUCTIONS = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "EXPOSE", "STOPSIGNAL", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """Return the lines of the Dockerfile, taken apart."""
    (text,) = configurations("dockerfile")
    parts = [line.partition(" ") for line in text.splitlines() if line]
    return [(word, rest) for word, _, rest in parts]


def container_command() -> list[str]:
    command: list[str] = json.loads(dict(instructions())["CMD"])
    return command


def objects() -> dict[str, Any]:
    """Return the objects of the Kubernetes manifest by their kind."""
    (text,) = configurations("yaml")
    return {each["kind"]: each for each in yaml.safe_load_all(text)}


def settings(command: list[str]) -> ServerConfig:
    """Return what *command* sets; fails for an option that does not exist."""
    assert Path(command[0]).name == "bolide"
    options = vars(fill_in("run", parse(command[1], command[2:]), {}, {}))
    return ServerConfig(
        **{name: options[name] for name in ServerConfig.__dataclass_fields__ if name in options}
    )


def longest_stop(config: ServerConfig) -> float:
    return config.shutdown_delay + 2 * config.timeout_graceful_shutdown + 5


@contextmanager
def started(
    command: list[str], folder: Path, **environment: str
) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Run *command* with other ports in *folder*; yield the process and the port of its metrics."""
    words = [sys.executable, "-m", "bolide", *command[1:], "--metrics-port", "0"]
    with subprocess.Popen(
        words,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if match := re.search(r"metrics: http://[\d.]+:(\d+)/metrics", line):
                    yield process, int(match[1])
                    break
            else:
                raise AssertionError("it does not say where metrics are read")
        finally:
            process.kill()
            process.communicate()


def get(address: int | str, path: str, **headers: str) -> tuple[int, str]:
    """Ask a port or a Unix socket; return status and body."""
    client = http.client.HTTPConnection("127.0.0.1", timeout=30)
    if isinstance(address, str):
        client.sock = socket.socket(socket.AF_UNIX)
        client.sock.settimeout(30)
        client.sock.connect(address)
    else:
        client.port = address
    client.request("GET", path, headers=headers)
    response = client.getresponse()
    body = response.read().decode()
    client.close()
    return response.status, body


def test_the_probes_are_those_of_the_application(tmp_path: Path) -> None:
    source = application(tmp_path).read_text()
    (container,) = objects()["Deployment"]["spec"]["template"]["spec"]["containers"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        request = container[probe]["httpGet"]
        assert f'@app.get("{request["path"]}"' in source
        assert request["port"] == "http"


def test_the_manifest_agrees_with_itself_and_the_container() -> None:
    deployment, service, budget = (
        objects()[kind]["spec"] for kind in ("Deployment", "Service", "PodDisruptionBudget")
    )
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"] == labels
    assert service["selector"] == labels
    assert budget["selector"]["matchLabels"] == labels
    (container,) = deployment["template"]["spec"]["containers"]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert service["ports"][0]["targetPort"] in ports
    command = container_command()
    assert container["args"][: len(command)] == command
    config = settings(container["args"])
    assert ports == {"http": config.port, "metrics": config.metrics_port}
    annotations = deployment["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(config.metrics_port)
    assert config.metrics
    assert config.metrics_host == config.host == "0.0.0.0"
    assert deployment["template"]["spec"]["terminationGracePeriodSeconds"] >= longest_stop(config)
    ready = container["readinessProbe"]
    assert ready["periodSeconds"] * (ready["failureThreshold"] + 1) <= config.shutdown_delay


def test_the_dockerfile_has_what_it_copies_and_no_shell_around_its_command() -> None:
    found = instructions()
    assert {word for word, _ in found} == INSTRUCTIONS
    copied = [rest.split()[:-1] for word, rest in found if word == "COPY"]
    assert copied == [["requirements.txt"], ["--from=build", "/srv/venv"], ["shop"]]
    values = dict(found)
    config = settings(container_command())
    assert values["EXPOSE"].split() == [str(config.port), str(config.metrics_port)]
    assert values["USER"] == "10001"
    assert values["STOPSIGNAL"] == "SIGTERM"
    assert values["ENV"].startswith("PATH=/srv/venv/bin:")


def test_the_container_serves_drains_and_stops(tmp_path: Path) -> None:
    application(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    command = container_command()
    with started([*command, "--port", str(port)], tmp_path, SHOP_ENV="production") as (process, metrics):
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["message"].startswith("Bolide serves 'Shop' on http://")
        assert get(port, "/live") == (200, '"live"')
        assert get(port, "/ready") == (200, '"ready"')
        assert get(port, "/docs")[0] == 404
        assert (
            'http_requests_total{method="GET",route="/ready",status="2xx"} 1' in get(metrics, "/metrics")[1]
        )
        process.send_signal(signal.SIGTERM)
        while get(port, "/ready")[0] != 503:  # it goes on serving
            pass
        assert get(port, "/live") == (200, '"live"')
        process.send_signal(signal.SIGTERM)  # this test does not wait for the delay
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert {json.loads(line)["target"] for line in out.splitlines()} == {"/live", "/ready", "/docs"}


def test_the_unit_waits_long_enough_and_trusts_its_socket() -> None:
    _, unit = configurations("ini")
    values = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    config = settings(service_command())
    assert float(values["TimeoutStopSec"]) >= longest_stop(config)
    assert config.forwarded_allow_ips == "unix"
    assert config.workers == "auto"


@pytest.mark.full
def test_the_service_serves_on_the_socket_of_its_unit(tmp_path: Path) -> None:
    """Do what systemd does: pass a socket, listen to notifications, reload and stop."""
    application(tmp_path)
    path = str(tmp_path / "api.sock")
    command = service_command()
    command[command.index("--app-dir") + 1] = str(tmp_path)
    command[command.index("--workers") + 1] = "2"
    program = (
        'import os, sys; os.environ["LISTEN_PID"] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])'
    )
    words = [sys.executable, "-m", "bolide", *command[1:], "--metrics-port", "0"]
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        socket.socket(socket.AF_UNIX) as listener,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        listener.bind(path)
        environment = {**os.environ, "LISTEN_FDS": "1", "NOTIFY_SOCKET": str(tmp_path / "notify")}
        shell = f'exec 3<&{listener.fileno()}; exec "$@"'
        with subprocess.Popen(
            ["bash", "-c", shell, "bash", sys.executable, "-c", program, *words],
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                assert _told(manager) == "READY=1"
                assert get(path, "/ready", **{"X-Forwarded-For": "203.0.113.7"}) == (200, '"ready"')
                process.send_signal(signal.SIGHUP)
                assert _told(manager).startswith("RELOADING=1")
                assert _told(manager) == "READY=1"
                assert get(path, "/ready") == (200, '"ready"')
                process.send_signal(signal.SIGTERM)
                assert _told(manager) == "STOPPING=1"
                assert process.wait(60) == 0
            finally:
                process.kill()


def _told(manager: socket.socket) -> str:
    while (message := manager.recv(1000)) == b"WATCHDOG=1":
        pass
    return message.decode().partition("\n")[0]


@pytest.mark.full
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NO SYSTEMD: the units of the deployment guide are not verified")
    program = tmp_path / "bolide"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    sockets, service = configurations("ini")
    (tmp_path / "shop.socket").write_text(sockets)
    (tmp_path / "shop.service").write_text(service.replace(service_command()[0], str(program)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "shop.socket", "shop.service"],
        cwd=tmp_path,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = [line for line in done.stderr.splitlines() if "shop" in line]
    assert (done.returncode, said) == (0, [])
