"""Values of any depth on stacks of any size. Each case is a process of its own: a mistake would end ours."""

import subprocess
import sys

import pytest


def outcome(stack: int, depth: int) -> tuple[int, str, str]:
    """Return the exit status of a thread with a stack of *stack* KiB, and what it printed."""
    program = [sys.executable, "-m", "tests.validation.deep_values", str(stack), str(depth)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("stack", [128, 256])
def test_what_is_nested_deeply_is_refused_where_stacks_are_small(stack: int) -> None:
    assert outcome(stack, 950) == (0, "0 102 1\n", "")


def test_what_is_nested_moderately_is_written_where_stacks_are_small() -> None:
    assert outcome(512, 150) == (0, "100 2 1\n", "")


SHOW = """
import threading
from typing import Any
from bolide import Model


class Open(Model, extra="allow"):
    child: Any = None


def chain() -> Any:
    value = None
    for _ in range(200):
        value = Open.model_construct(child=value)
    return value


def show() -> None:
    value = chain()
    print(len(repr(value)), len(str(value)), value == chain())


threading.stack_size(256 * 1024)
thread = threading.Thread(target=show)
thread.start()
thread.join()
"""


def test_models_that_programs_nest_are_shown_where_stacks_are_small() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "2404 2398 True\n")
