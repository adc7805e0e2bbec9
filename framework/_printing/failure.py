"""Print the way out of every failure: exits of dependencies see it first, then it becomes a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bolide._errors.failures import fail, fail_after_exits
from bolide._printing.exits import exits_on_failure
from bolide._printing.printing import Printing

if TYPE_CHECKING:
    from bolide._errors.handling import ErrorHandling

__all__ = ["print_failure"]


def print_failure(printing: Printing, errors: ErrorHandling | None) -> None:
    """Print the ``except`` of the handler; *errors* answers where exception handlers were declared."""
    if exits := exits_on_failure(printing.plan):
        with printing.out.block("except BaseException as error:"):
            if errors is None:
                fail_name = printing.bind("fail_after_exits", fail_after_exits)
                printing.line(f"return await {fail_name}(exchange, error, {exits})")
            else:
                answer = printing.bind("answer_after_exits", errors.answer_after_exits)
                printing.line(f"return await {answer}(exchange, segments, error, {exits})")
        return
    with printing.out.block("except Exception as error:"):
        if errors is None:
            printing.line(f"return {printing.bind('fail', fail)}(exchange, error)")
        else:
            answer = printing.bind("answer_error", errors.answer)
            printing.line(f"return await {answer}(exchange, segments, error)")
