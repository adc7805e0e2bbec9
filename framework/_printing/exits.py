"""Print how a handler leaves: the exits of dependencies before and after the reply, background tasks."""

from __future__ import annotations

from functools import partial

from bolide._planning.plan import RoutePlan
from bolide._printing.printing import Printing
from bolide._scopes.after import finish_after_tasks, finish_later
from bolide._scopes.exits import close_exit, close_exits

__all__ = ["exits_on_failure", "print_exits", "print_return"]


def print_exits(printing: Printing) -> None:
    """Print the lists in which dependencies that yield note their exits."""
    if printing.plan.has_exits:
        printing.line("exits = []")
    if printing.plan.has_function_exits:
        printing.line("function_exits = []")


def exits_on_failure(plan: RoutePlan) -> str:
    """Return the expression for the exits that see an error; empty when there are none."""
    # Those of scope ``function`` stand last: they see it first.
    lists = ("exits", plan.has_exits), ("function_exits", plan.has_function_exits)
    return " + ".join(name for name, used in lists if used)


def print_return(printing: Printing, reply: str, *, from_endpoint: bool = False) -> None:
    """Print the return of the expression *reply*, with what has to be done before and after it is written.

    *from_endpoint* tells that the reply may bring a body that streams, and tasks of its own.
    """
    plan = printing.plan
    if not (plan.has_exits or plan.has_function_exits or plan.needs_tasks):
        printing.line(f"return {reply}")
        return
    lines = [f"reply = {reply}"]
    if plan.has_function_exits:
        # Before a body that streams is made: after an exit that raises nobody would close it, such as a file.
        # After a body that is encoded: what the exits end, such as a session, is read from until then.
        place = 0 if from_endpoint else 1
        lines.insert(place, f"await {printing.bind('close_exits', close_exits)}(function_exits)")
    for line in lines:
        printing.line(line)
    if plan.has_exits or plan.needs_tasks:
        tasks = "tasks" if plan.needs_tasks else "None"
        exits = "exits" if plan.has_exits else "[]"
        if from_endpoint:
            finish = printing.bind("finish_later", finish_later)
            printing.line(f"return {finish}(reply, {tasks}, {exits})")
            return
        printing.line(f"reply.after = {_after(printing)}")
    printing.line("return reply")


def _after(printing: Printing) -> str:
    """Return the expression for what the server calls when the reply is written."""
    plan = printing.plan
    if not plan.has_exits:
        return "tasks"
    bind_arguments = printing.bind("partial", partial)
    if not plan.needs_tasks:
        if plan.has_one_exit:
            return f"{bind_arguments}({printing.bind('close_exit', close_exit)}, {printing.lone_exit})"
        return f"{bind_arguments}({printing.bind('close_exits', close_exits)}, exits)"
    finish = printing.bind("finish_after_tasks", finish_after_tasks)
    return f"{bind_arguments}({finish}, tasks, exits)"
