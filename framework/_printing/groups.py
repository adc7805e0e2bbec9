"""Print the extraction of inputs that are made of several parameters: parameter models and deep objects."""

from __future__ import annotations

from bolide._planning.plan import Input
from bolide._planning.readings import DeepObject, Group
from bolide._printing.printing import Printing
from bolide._printing.values import form_expression, raw_expression, unless_absent
from bolide._reading.readers import DeepObjectReader, GroupReader
from bolide._reading.sources import entries_of_cookies, entries_of_headers

__all__ = ["print_deep_object", "print_group"]


def print_group(printing: Printing, each: Input, group: Group, target: str) -> None:
    """Print how *target* gets a record whose fields are parameters."""
    out = printing.out
    reader = GroupReader(each, group)
    if group.sees_all or (group.optional and each.location == "form"):
        # Names count that are no fields, or that are given without a value.
        find = printing.bind(f"find_{each.name}", reader.parse_entries)
        out.line(f"{target} = {find}({_entries(printing, each)})")
        return
    found = printing.names.local(f"given_{each.name}")
    out.line(f"{found} = {{}}")
    for field in group.fields:
        raw = printing.names.local(f"raw_{field.key}")
        if each.location == "form":
            value = form_expression(printing, field.key, multiple=field.multiple, takes_file=field.takes_file)
        else:
            value = raw_expression(printing, each.location, field.key, multiple=field.multiple)
        out.line(f"{raw} = {value}")
        is_empty_absent = field.multiple or each.location == "form"
        with out.block(f"if {raw}:" if is_empty_absent else f"if {raw} is not None:"):
            out.line(f"{found}[{field.key!r}] = {raw}")
    parse = printing.bind(f"parse_{each.name}", reader.parse)
    if not group.optional:
        out.line(f"{target} = {parse}({found})")
        return
    with unless_absent(printing, each, target, f"not {found}"):
        out.line(f"{target} = {parse}({found})")


def print_deep_object(printing: Printing, each: Input, reading: DeepObject, target: str) -> None:
    """Print how *target* gets an object whose members are named in brackets."""
    find = printing.bind(f"find_{each.name}", DeepObjectReader(each, reading).parse_entries)
    printing.line(f"{target} = {find}(query)")


def _entries(printing: Printing, each: Input) -> str:
    """Return the expression for everything that stands in the location of *each*."""
    if each.location == "header":
        return f"{printing.bind('entries_of_headers', entries_of_headers)}(exchange)"
    if each.location == "cookie":
        return f"{printing.bind('entries_of_cookies', entries_of_cookies)}(cookies)"
    return each.location
