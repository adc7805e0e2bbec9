"""What users get: the wheel and the source distribution, installed where nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

INSTALLED_AS = {
    "framework": "bolide",
    "openapi": "bolide/openapi",
    "server_adapters": "bolide/server_adapters",
    "validation": "bolide/validation",
}

# In a wheel the packages stand where pkgutil expects them; in an editable install they do not.
IMPORT_EVERYTHING = """\
import importlib, pkgutil, bolide
extras = {
    "bolide._reading.multipart": "multipart",
    "bolide.server_adapters._websocket.protocol": "websockets",
}
for module in pkgutil.walk_packages(bolide.__path__, "bolide."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            assert error.name == extras.pop(module.name)
        print(module.name)
assert not extras, extras
for name in bolide.__all__:
    getattr(bolide, name)
"""


@dataclass(frozen=True)
class Built:
    """A clean export of the tracked files and the distributions made from it."""

    export: Path
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the source distribution, and from it the wheel."""
    folder = tmp_path_factory.mktemp("built")
    export, dist = folder / "export", folder / "dist"
    subprocess.run([pytestconfig.rootpath / ".ci" / "export", export], check=True)
    done = _run(sys.executable, "-m", "build", "--outdir", dist, export)
    assert "Warning" not in done.stdout + done.stderr
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    return Built(export, wheel, sdist)


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def python(built: Built, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment that holds one distribution and what it depends on."""
    folder = tmp_path_factory.mktemp("clean")
    _run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", getattr(built, request.param))
    return python


def test_the_wheel_holds_every_file_of_the_four_folders_and_nothing_else(built: Built) -> None:
    expected = {
        f"{target}/{path.relative_to(built.export / folder).as_posix()}"
        for folder, target in INSTALLED_AS.items()
        for path in (built.export / folder).rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(built.wheel) as archive:
        names = set(archive.namelist())
    metadata = {name for name in names if name.partition("/")[0].endswith(".dist-info")}
    assert names - metadata == expected
    assert "bolide/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in metadata)


def test_the_sdist_holds_what_a_build_needs_and_no_other_folder(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert names == {
        *INSTALLED_AS,
        "bolide.egg-info",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "pyproject.toml",
        "setup.cfg",
    }


def test_only_the_core_dependencies_are_installed(python: Path) -> None:
    listed = json.loads(_run(python, "-m", "pip", "list", "--format", "json").stdout)
    names = {entry["name"].lower() for entry in listed} - {"pip", "setuptools"}
    assert names == {"bolide", "httptools", "msgspec", "uvloop"}


def test_every_module_and_public_name_is_there_with_only_the_core(python: Path) -> None:
    names = _run(python, "-I", "-W", "error", "-c", IMPORT_EVERYTHING).stdout.split()
    assert {"bolide.openapi", "bolide.server_adapters", "bolide.validation"} <= set(names)


def test_the_command_line_starts(python: Path) -> None:
    assert "run" in _run(python.parent / "bolide", "--help").stdout


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run *command* outside the repository, so that nothing is imported from it."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(sys.prefix))
    assert done.returncode == 0, done.stdout + done.stderr
    return done
