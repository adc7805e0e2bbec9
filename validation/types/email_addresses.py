"""E-mail addresses.

Plain ASCII addresses, which nearly all are, are read here. Others (international ones, quoted local parts)
go to the package email-validator, which the extra ``bolide[email]`` installs; it also words what is wrong
with an address. Without it they are refused.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError

__all__ = ["EmailStr", "NameEmail", "validate_email"]

_MAX_EMAIL_LENGTH: Final = 2048
_MAX_ADDRESS_LENGTH: Final = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets

# RFC 2142: these mailboxes are the same however they are spelled.
_SAME_IN_ANY_CASE: Final = frozenset(
    {"abuse", "ftp", "hostmaster", "info", "marketing", "news", "noc", "postmaster", "sales", "security"}
    | {"support", "usenet", "uucp", "webmaster", "www"}
)
# RFC 6761 and its registry: names that no mail can reach.
_SPECIAL_DOMAINS: Final = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})


class _Address(NamedTuple):
    name: str
    email: str


def validate_email(value: str) -> tuple[str, str]:
    """Return the name and the normalised address in *value*: ``"Ann <ann@example.com>"`` or only that.

    Raises:
        CustomError: It is no address; of the type ``value_error``.
    """
    if (plain := _plain_address(value)) is not None:
        return plain
    if len(value) > _MAX_EMAIL_LENGTH:
        raise _refusal(f"Length must not exceed {_MAX_EMAIL_LENGTH} characters")
    if "\r" in value or "\n" in value:
        raise _refusal("Carriage return and line feed characters are not allowed")
    name: str | None = None
    if (match := _named_pattern().fullmatch(value)) is not None:
        unquoted, quoted, value = match.groups()
        name = unquoted or quoted
    local, email = _plain_address(value.strip()) or _any_address(value.strip())
    return name or local, email


def _plain_address(value: str) -> _Address | None:
    """Return *value* as an address, if it is one of the plain kind."""
    match = _plain_pattern().fullmatch(value)
    if match is None or len(value) > _MAX_ADDRESS_LENGTH:
        return None
    local, domain = match["local"], match["domain"].lower()
    # Punycode has to be decoded, and what has hyphens in its place may be an encoding still to come.
    if match["top"].lower() in _SPECIAL_DOMAINS or any(part[2:4] == "--" for part in domain.split(".")):
        return None
    if local.lower() in _SAME_IN_ANY_CASE:
        local = local.lower()
    return _Address(local, f"{local}@{domain}")


def _any_address(value: str) -> _Address:
    try:
        validator: Any = import_module("email_validator")
    except ImportError:
        if "@" not in value:
            raise _refusal("An email address must have an @-sign.") from None
        raise _refusal("It is not a plain ASCII address.") from None
    try:
        parts = validator.validate_email(value, check_deliverability=False)
    except validator.EmailNotValidError as error:
        raise _refusal(str(error)) from None
    return _Address(parts.local_part, parts.normalized)


def _refusal(reason: str) -> CustomError:
    return CustomError("value_error", "value is not a valid email address: {reason}", {"reason": reason})


@cache
def _plain_pattern() -> re.Pattern[str]:
    atom = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    top = r"(?P<top>(?:[A-Za-z0-9][A-Za-z0-9-]{0,61})?[A-Za-z])"
    return re.compile(
        rf"(?=[^@]{{1,64}}@)(?P<local>{atom}(?:\.{atom})*)@(?P<domain>(?:{label}\.)+{top})", re.ASCII
    )


@cache
def _named_pattern() -> re.Pattern[str]:
    word = r"[\w.!#$%&'*+\-/=?^_`{|}~]+"
    return re.compile(rf'\s*(?:((?:{word}\s+)*{word})|"((?:[^"]|\")+)")?\s*<(.+)>\s*')


if TYPE_CHECKING:
    EmailStr = str
else:

    class EmailStr:
        """An e-mail address as a string, its domain in lower case."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            schema = {"type": "string", "format": "email"}
            return TypeSpec(
                wire=str,
                value=str,
                load=lambda text: validate_email(text)[1],
                schema=schema,
                output_schema=schema,
                label="email",
            )


class NameEmail:
    """A name and an e-mail address, as in ``"Ann Lee <ann@example.com>"``."""

    __slots__ = ("email", "name")

    def __init__(self, name: str, email: str) -> None:
        self.name = name
        self.email = email

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameEmail) and (self.name, self.email) == (other.name, other.email)

    def __hash__(self) -> int:
        return hash((self.name, self.email))

    def __str__(self) -> str:
        name = f'"{self.name}"' if "@" in self.name else self.name
        return f"{name} <{self.email}>"

    def __repr__(self) -> str:
        return f"NameEmail(name={self.name!r}, email={self.email!r})"

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        """Return how names with addresses are read: from text."""
        schema = {"type": "string", "format": "name-email"}
        return TypeSpec(load=cls._load, schema=schema, output_schema=schema, label="name-email")

    @classmethod
    def _load(cls, value: Any) -> NameEmail:
        if not isinstance(value, str):
            raise CustomError("name_email_type", "Input is not a valid NameEmail")
        return cls(*validate_email(value))
