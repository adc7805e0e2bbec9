"""Scripts for shells, read by those that are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bolide.cli import main

ASKING_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
_bolide
echo "${COMPREPLY[@]}"
"""


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    file = folder / f"bolide.{shell}"
    file.write_text(capsys.readouterr().out)
    return str(file)


def answer(program: str, *words: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, *words], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("r", "run routes"),
        ("run --po", "--port"),
        ("check --", "--app-dir --factory --entrypoint --app --json --ignore --help"),
        ("dev --no-rel", "--no-reload"),
        ("completion z", "zsh"),
        ("run ma", ""),  # then bash offers files
    ],
)
def test_bash_completes_commands_and_options(
    words: str, completions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = script("bash", tmp_path, capsys)
    assert answer("bash", "-c", ASKING_BASH, "bash", file, "bolide", *words.split()) == completions + "\n"


def test_zsh_reads_its_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = script("zsh", tmp_path, capsys)
    assert "'--port[port to bind; 0 picks a free one]:port:_files'" in Path(file).read_text()
    assert answer("zsh", "-n", file) == ""


def test_fish_completes_commands_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = script("fish", tmp_path, capsys)
    expected = "complete -c bolide -n '__fish_seen_subcommand_from run' -l port -r -d 'port to bind"
    assert expected in Path(file).read_text()
    asked = answer("fish", "-c", f"source {file}; complete -C 'bolide run --po'")
    assert asked == "--port\tport to bind; 0 picks a free one\n"
