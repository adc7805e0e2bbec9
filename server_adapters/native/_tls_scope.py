"""What ASGI scopes say about TLS (ASGI TLS Extension 0.2)."""

from __future__ import annotations

import ssl
from typing import Any, Final, cast

__all__ = ["tls_scope"]

_VERSIONS: Final = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}

# RFC 4514 §3.
_SHORT_NAMES: Final = {
    "commonName": "CN",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "streetAddress": "STREET",
    "domainComponent": "DC",
    "userId": "UID",
}
_SPECIAL: Final = frozenset('"+,;<>\\')


def tls_scope(connection: ssl.SSLObject) -> dict[str, Any]:
    """Return the extension ``tls`` for *connection*.

    The server's own certificate is left out: Python's ssl module does not tell which one it has shown.
    """
    certificate = connection.getpeercert(binary_form=True)
    return {
        "server_cert": None,
        "client_cert_chain": [] if certificate is None else [ssl.DER_cert_to_PEM_cert(certificate)],
        "client_cert_name": _name(cast("dict[str, Any] | None", connection.getpeercert())),
        "client_cert_error": None,
        "tls_version": _VERSIONS.get(connection.version() or ""),
        "cipher_suite": _cipher_suite(connection),
    }


def _cipher_suite(connection: ssl.SSLObject) -> int | None:
    """Return the number that the cipher has in the registry of IANA."""
    cipher = connection.cipher()
    if cipher is None:
        return None
    known = cast("list[dict[str, Any]]", connection.context.get_ciphers())
    return next((each["id"] & 0xFFFF for each in known if each["name"] == cipher[0]), None)


def _name(certificate: dict[str, Any] | None) -> str | None:
    """Return the subject of a verified *certificate* as RFC 4514 writes it: the last part first."""
    if certificate is None or "subject" not in certificate:
        return None
    parts: tuple[tuple[tuple[str, str], ...], ...] = certificate["subject"]
    return ",".join(
        "+".join(f"{_SHORT_NAMES.get(kind, kind)}={_escaped(value)}" for kind, value in part)
        for part in reversed(parts)
    )


def _escaped(value: str) -> str:
    text = "".join(f"\\{each}" if each in _SPECIAL else each for each in value)
    if text[:1] in ("#", " "):
        text = "\\" + text
    return text[:-1] + "\\ " if text.endswith(" ") and len(text) > 1 else text
