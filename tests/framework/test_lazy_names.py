"""Modules whose names resolve on first use."""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys
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


def test_public_modules_are_attributes_of_the_package() -> None:
    code = (
        "import bolide\n"
        "assert bolide.responses.JSONResponse(1).body == b'1'\n"
        "assert bolide.security.HTTPBearer\n"
        "assert not hasattr(bolide, 'nothing')\n"
        "assert not hasattr(bolide, '_nothing')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stderr == ""


@pytest.mark.parametrize("module", [bolide.security, bolide.types])
def test_unknown_name_is_an_attribute_error(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = module.Nothing
