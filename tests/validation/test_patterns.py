"""Patterns mean the very end of the string by ``$``."""

from __future__ import annotations

import re

import pytest

from bolide.validation.patterns import anchor_pattern


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
