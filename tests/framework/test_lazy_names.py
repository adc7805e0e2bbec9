"""Modules whose names resolve on first use."""

from __future__ import annotations

import ast
import pathlib
from types import ModuleType

import pytest

import bolide.security
import bolide.types


@pytest.mark.parametrize("module", [bolide.security, bolide.types])
def test_each_name_resolves_and_is_known_to_type_checkers(module: ModuleType) -> None:
    source = ast.parse(pathlib.Path(str(module.__file__)).read_text())
    typed = {
        node.names[0].name: node.module
        for block in source.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    }
    assert typed == module._EXPORTS
    assert sorted(typed) == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


@pytest.mark.parametrize("module", [bolide.security, bolide.types])
def test_unknown_name_is_an_attribute_error(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = module.Nothing
