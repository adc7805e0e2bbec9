"""Expressions that printers share: what the request holds under a name, and defaults of inputs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum

from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import DeepObject, Group
from bolide._printing.printing import Printing
from bolide._reading.readers import default_of, given
from bolide.params import Location

__all__ = [
    "collects_query_lists",
    "default_expression",
    "form_expression",
    "path_params_expression",
    "raw_expression",
    "unless_absent",
]


def raw_expression(printing: Printing, location: Location, name: str, *, multiple: bool) -> str:
    """Return the expression for what the request holds: a string or None, for multiples a list or None."""
    if location == "path":
        return f"segments[{printing.plan.path_parameters.index(name)}]"
    if location == "header":
        method = "header_values" if multiple else "header"
        return f"exchange.{method}({name.lower().encode()!r})"
    if location == "cookie":
        return f"cookies.get({name!r})"
    if not multiple and collects_query_lists(printing.plan):
        return f"query.get({name!r}, (None,))[-1]"
    return f"query.get({name!r})"


def form_expression(printing: Printing, name: str, *, multiple: bool, takes_file: bool) -> str:
    """Return the expression for what a form holds: an entry or None, for multiples a list or None."""
    if takes_file:
        pick = printing.bind("given_entry", given)
        return f"{pick}(form.get({name!r}, ()), 'form', multiple={multiple})"
    return f"form.get({name!r})" if multiple else f"form.get({name!r}, (None,))[-1]"


def default_expression(printing: Printing, each: Input) -> str:
    """Return an expression for the default; constants are spelled out."""
    if each.default_factory is not None:
        return f"{printing.bind(f'make_{each.name}', each.default_factory)}()"
    default = each.default
    if default is None or type(default) in (bool, int, str):
        return repr(default)
    if isinstance(default, float | Enum):
        return printing.bind(f"default_{each.name}", default)
    return f"{printing.bind('default_of', default_of)}({printing.bind(f'input_{each.name}', each)})"


@contextmanager
def unless_absent(printing: Printing, each: Input, target: str, absent: str) -> Generator[None, None, None]:
    """Print what *target* is where the condition *absent* holds; what is printed within is for the rest."""
    out = printing.out
    with out.block(f"if {absent}:"):
        out.line("raise ValueError" if each.required else f"{target} = {default_expression(printing, each)}")
    if each.required:
        yield
        return
    with out.block("else:"):
        yield


def collects_query_lists(plan: RoutePlan) -> bool:
    """Tell whether the handler needs every value of a repeated query parameter."""
    return any(_collects_lists(each) for each in plan.inputs if each.location == "query")


def _collects_lists(each: Input) -> bool:
    if isinstance(each.reading, Group):
        return each.reading.sees_all or any(field.multiple for field in each.reading.fields)
    return each.multiple or isinstance(each.reading, DeepObject)


def path_params_expression(printing: Printing) -> str:
    """Return the expression for the dictionary of path parameters, each as its convertor makes it."""
    names = printing.plan.path_parameters
    pairs = (f"{name!r}: {_path_value(printing, index, name)}" for index, name in enumerate(names))
    return f"{{{', '.join(pairs)}}}"


def _path_value(printing: Printing, index: int, name: str) -> str:
    convertor = printing.plan.convertors.get(name)
    if convertor is None:
        return f"segments[{index}]"
    return f"{printing.bind(f'convert_{name}', convertor.convert)}(segments[{index}])"
