"""Put the security dependencies of a plan first, with what they need.

The order of a request, for plans that have some:

1. those that need no input, of themselves or of what they depend on: what they raise wins over a 422;
2. the inputs that the other security dependencies need, then these dependencies;
3. all other inputs, the body among them; then all other dependencies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bolide._planning.plan import Call, InputValue, RoutePlan, Source, StepValue

__all__ = ["put_security_first"]


def put_security_first(plan: RoutePlan, secure: Collection[int]) -> RoutePlan:
    """Return *plan* with the steps of the indexes *secure*, and what they need, before everything else."""
    if not secure:
        return plan
    needed = [_needed(index, plan.steps) for index in range(len(plan.steps))]
    free = {i for root in secure if not _inputs(needed[root], plan.steps) for i in needed[root]}
    early = {i for root in secure for i in needed[root]}
    steps = sorted(range(len(plan.steps)), key=lambda i: (i not in free, i not in early, i))
    early_inputs = _inputs(early, plan.steps)
    inputs = sorted(range(len(plan.inputs)), key=lambda i: (i not in early_inputs, i))
    moved = _Moved(
        inputs={old: new for new, old in enumerate(inputs)}, steps={old: new for new, old in enumerate(steps)}
    )
    return replace(
        plan,
        inputs=tuple(plan.inputs[i] for i in inputs),
        steps=tuple(moved.call(plan.steps[i]) for i in steps),
        endpoint=moved.call(plan.endpoint),
        free_steps=len(free),
        early_inputs=len(early_inputs),
        early_steps=len(early),
    )


class _Moved:
    """Where inputs and steps stand now, by their old indexes."""

    def __init__(self, *, inputs: Mapping[int, int], steps: Mapping[int, int]) -> None:
        self._inputs = inputs
        self._steps = steps

    def call(self, call: Call) -> Call:
        """Return *call* with sources that point to the new places."""
        arguments = (replace(each, source=self._source(each.source)) for each in call.arguments)
        return replace(call, arguments=tuple(arguments))

    def _source(self, source: Source) -> Source:
        if isinstance(source, InputValue):
            return InputValue(self._inputs[source.index])
        if isinstance(source, StepValue):
            return StepValue(self._steps[source.index])
        return source


def _needed(index: int, steps: Sequence[Call]) -> set[int]:
    """Return *index* and the indexes of all steps that it needs."""
    found, pending = {index}, [index]
    while pending:
        for argument in steps[pending.pop()].arguments:
            source = argument.source
            if isinstance(source, StepValue) and source.index not in found:
                found.add(source.index)
                pending.append(source.index)
    return found


def _inputs(indexes: Collection[int], steps: Sequence[Call]) -> set[int]:
    """Return the indexes of the inputs that the steps *indexes* receive."""
    sources = (argument.source for index in indexes for argument in steps[index].arguments)
    return {source.index for source in sources if isinstance(source, InputValue)}
