"""Certificates for tests, made by the ``openssl`` command."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Certificate", "make_authority", "make_certificate"]


@dataclass(frozen=True)
class Certificate:
    certificate: str
    key: str


def make_authority(directory: Path) -> Certificate:
    """Make the certificate of an authority that signs others."""
    made = Certificate(str(directory / "ca.pem"), str(directory / "ca.key"))
    _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
        *("-subj", "/CN=authority", "-addext", "keyUsage=critical,keyCertSign"),
        *("-keyout", made.key, "-out", made.certificate),
    )
    return made


def make_certificate(
    directory: Path, host: str, authority: Certificate, *, password: str | None = None
) -> Certificate:
    """Make a certificate for *host*, signed by *authority*; the files are named after the host."""
    path = str(directory / host.replace("*", "any"))
    made = Certificate(f"{path}.pem", f"{path}.key")
    protected = ("-nodes",) if password is None else ("-passout", f"pass:{password}")
    _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *protected, "-days", "2"),
        *("-CA", authority.certificate, "-CAkey", authority.key),
        *("-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
        *("-keyout", made.key, "-out", made.certificate),
    )
    return made


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
