"""The order in which a document lists what a route reads: as its functions declare it, from outside in.

Plans list inputs in the order in which they are read, those of dependencies first.
"""

from __future__ import annotations

from collections.abc import Iterator

from bolide._planning.plan import Call, Input, InputValue, RoutePlan, StepValue

__all__ = ["declared_inputs"]


def declared_inputs(plan: RoutePlan) -> tuple[Input, ...]:
    """Return the inputs of *plan*: those of the endpoint, then those of each dependency before its own ones.

    Dependencies whose values nobody takes come first, since they stand in ``dependencies=[...]``.
    """
    received = {source.index for source in plan.sources if isinstance(source, StepValue)}
    unreceived = [step for index, step in enumerate(plan.steps) if index not in received]
    indexes = [
        *_own(plan.endpoint),
        *(index for step in unreceived for index in _all(step, plan)),
        *(index for step in _dependencies(plan.endpoint, plan) for index in _all(step, plan)),
        *range(len(plan.inputs)),
    ]
    return tuple(plan.inputs[index] for index in dict.fromkeys(indexes))


def _all(call: Call, plan: RoutePlan) -> Iterator[int]:
    """Yield the inputs of *call* and of all that it depends on."""
    yield from _own(call)
    for step in _dependencies(call, plan):
        yield from _all(step, plan)


def _own(call: Call) -> Iterator[int]:
    for argument in call.arguments:
        if isinstance(argument.source, InputValue):
            yield argument.source.index


def _dependencies(call: Call, plan: RoutePlan) -> Iterator[Call]:
    for argument in call.arguments:
        if isinstance(argument.source, StepValue):
            yield plan.steps[argument.source.index]
