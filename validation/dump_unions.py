"""Print the functions that dump unions.

Owns how the branch of a value is found; what a branch is written as is the printer's business.
"""

from __future__ import annotations

from typing import Protocol

from bolide.validation.codegen import Namespace, SourceBuilder
from bolide.validation.dump_fits import Fit, branch_test, class_of
from bolide.validation.dump_plan import secret_classes
from bolide.validation.dump_runtime import hide
from bolide.validation.guard import flat_options
from bolide.validation.hints import describe_hint
from bolide.validation.tree import AnyNode, FunctionNode, Node, TypeTree, UnionNode

__all__ = ["print_union"]


class _Printer(Protocol):
    """What the printer of nodes offers to the printer of unions."""

    tree: TypeTree
    source: SourceBuilder
    namespace: Namespace

    @property
    def parameters(self) -> str: ...

    def expression(self, node: Node, it: str, inner: str) -> str: ...

    def passes(self, node: Node) -> bool: ...

    def unexpected(self, it: str, node: Node, inner: str) -> str: ...


def print_union(printer: _Printer, node: UnionNode, name: str) -> None:
    """Print the function *name*, which finds the branch of a value: exact class first, then by inheritance.

    What belongs to no branch goes to one whose class does not say it, or whose function takes anything.
    """
    options = flat_options(node)
    classes = [class_of(option, printer.tree) for option in options]
    source, namespace, parameters = printer.source, printer.namespace, printer.parameters
    with source.block(f"def {name}(it, options{parameters}):"):
        for exact in (True, False):
            for option, cls in zip(options, classes, strict=True):
                alone = classes.count(cls) == 1
                test = branch_test(option, printer.tree, namespace, exact=exact, alone=alone)
                if test is not None:
                    with source.block(f"if {test}:"):
                        source.line(f"return {printer.expression(option, 'it', parameters)}")
        pairs = [*zip(options, classes, strict=True)]
        takers = [each for each, cls in pairs if cls is None or isinstance(each, FunctionNode)]
        takers = [each for each in takers if not printer.passes(each)]
        takers.sort(key=lambda each: isinstance(each, AnyNode))
        leaves_some = any(cls is None and printer.passes(option) for option, cls in pairs)
        # One that takes what is left needs no test.
        for taker in takers if leaves_some else takers[:-1]:
            with source.block(f"if {namespace.bind('fits', Fit(printer.tree, taker))}(it):"):
                source.line(f"return {printer.expression(taker, 'it', parameters)}")
        if takers and not leaves_some:
            source.line(f"return {printer.expression(takers[-1], 'it', parameters)}")
        elif secret_classes(node) != ():  # what should be the secret, perhaps
            hidden = namespace.bind("hide", hide)
            source.line(f"return {hidden}(it, {describe_hint(node.hint)!r}, options)")
        elif leaves_some:
            source.line(f"return dump_any(it, options{parameters})")
        else:
            source.line(f"return {printer.unexpected('it', node, parameters)}")
