"""Patterns mean the very end of the string by ``$``."""

from __future__ import annotations

import re
from typing import Annotated

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.fields import Field
from bolide.validation.patterns import anchor_pattern, warn_of_backtracking


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("abc", "abc"),
        ("^a$", r"^a\Z"),
        (r"a\$", r"a\$"),
        (r"a\\$", r"a\\\Z"),
        ("[$]", "[$]"),
        ("[^]$]x$", r"[^]$]x\Z"),
        ("[]$]$", r"[]$]\Z"),
        (r"[\]$]$", r"[\]$]\Z"),
        ("(a$|b)$", r"(a\Z|b)\Z"),
        ("(?m)^a$", "(?m)^a$"),
        ("(?im:a$)", "(?im:a$)"),
        ("(?i)a$", r"(?i)a\Z"),
        ("(?P<m>a)$", r"(?P<m>a)\Z"),
        ("(?-m:a)$", r"(?-m:a)\Z"),
    ],
)
def test_dollar_is_written_as_end_of_string(pattern: str, written: str) -> None:
    assert anchor_pattern(pattern) == written
    re.compile(written)


def test_a_final_newline_does_not_match() -> None:
    assert re.search(anchor_pattern(r"^\w+$"), "admin\n") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        r"(\w*)*",
        r"([a-z]+\s?)+$",
        "(a|b+)*c",
        r"^((\d+)|x)+$",
        "(?:x*){2,}",
        "(?P<n>a+)+",
        "((a+)b?)+",
    ],
)
def test_a_repeated_repetition_is_warned_of(pattern: str) -> None:
    warn_of_backtracking.cache_clear()
    with pytest.warns(UserWarning, match="exponential"):
        warn_of_backtracking(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-[0-9]{4}$",
        r"^(\w+\.)+\w+$",
        r"^[a-z]+(-[a-z]+)*$",
        "(a{2,3})+",
        "(a++)+",
        "(?>a+)+",
        "(a+)++",
        r"(?=.*\d+)(?=.*[a-z])\w+",
        r"[(a+)+]",
        r"\(a+\)+",
        "a+b*",
        "(",
        "(ab)+",
        "^(?:[a-z0-9]+@)?[a-z]+$",
    ],
)
def test_other_patterns_are_not_warned_of(pattern: str) -> None:
    warn_of_backtracking.cache_clear()
    warn_of_backtracking(pattern)


def test_the_warning_comes_when_a_type_is_built() -> None:
    warn_of_backtracking.cache_clear()
    with pytest.warns(UserWarning, match=r"'\^\(x\+\)\+\$' repeats a repetition"):
        Adapter(Annotated[str, Field(pattern="^(x+)+$")])
