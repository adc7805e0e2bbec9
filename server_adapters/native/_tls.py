"""TLS: contexts made from files, and made anew when the files change."""

from __future__ import annotations

import logging
import os
import ssl
from typing import Final

from bolide.server_adapters.config import ConfigError, ServerConfig

__all__ = ["Tls"]

_error_log: Final = logging.getLogger("bolide.error")

_VERSIONS: Final = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
_CERT_REQS: Final = {
    "none": ssl.CERT_NONE,
    "optional": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}

_Pair = tuple[str, str | None]
"""Paths of a certificate with its chain and of its key, which may stand in the same file."""


class Tls:
    """What a server does TLS with.

    Attributes:
        context: For its connections. New certificates reach it, and so the handshakes after that.

    Raises:
        ConfigError: a file cannot be used; the message says which and why.
    """

    def __init__(self, config: ServerConfig) -> None:
        if config.ssl_certfile is None:
            raise ConfigError("ssl_keyfile needs ssl_certfile, the certificate of the key")
        self._config = config
        self._pairs: dict[str, _Pair] = {"": (config.ssl_certfile, config.ssl_keyfile)}
        self._pairs.update({host.lower(): pair for host, pair in config.ssl_sni.items()})
        self._contexts = {host: self._make(pair) for host, pair in self._pairs.items()}
        self.context = self._contexts[""]
        if len(self._contexts) > 1:
            self.context.sni_callback = self._choose
        self._seen = self._stamps()

    def reload(self) -> None:
        """Load all certificates anew. What cannot be used is logged, and the old ones stay."""
        self._seen = self._stamps()
        for host, pair in self._pairs.items():
            try:
                self._make(pair)  # a context that fails halfway would hold half a pair
                self._load(self._contexts[host], pair)
            except ConfigError as error:
                _error_log.error("certificates: %s; the old one stays", error)
            else:
                _error_log.info("certificates: loaded %s", pair[0])

    def reload_if_changed(self) -> None:
        """Load all certificates anew when one of their files is another one than at the last look."""
        if self._stamps() != self._seen:
            self.reload()

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        """Take the certificate for *name*, for all names below its domain, or the first one (RFC 6066 §3)."""
        host = (name or "").lower()
        chosen = self._contexts.get(host) or self._contexts.get(f"*.{host.partition('.')[2]}")
        connection.context = chosen or context

    def _make(self, pair: _Pair) -> ssl.SSLContext:
        config = self._config
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = _VERSIONS[config.ssl_minimum_version]
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        if config.ssl_ciphers is not None:
            try:
                context.set_ciphers(config.ssl_ciphers)
            except ssl.SSLError:
                raise ConfigError(f"ssl_ciphers is {config.ssl_ciphers!r}, which names no cipher") from None
        self._load(context, pair)
        if config.ssl_ca_certs is not None:
            _text(config.ssl_ca_certs, "ssl_ca_certs", "CERTIFICATE", "certificate")
            try:
                context.load_verify_locations(config.ssl_ca_certs)
            except ssl.SSLError as error:
                raise ConfigError(f"ssl_ca_certs is {config.ssl_ca_certs!r}: {error.reason}") from error
        context.verify_mode = _CERT_REQS[config.ssl_cert_reqs]
        return context

    def _load(self, context: ssl.SSLContext, pair: _Pair) -> None:
        certificate, key = pair
        _text(certificate, "ssl_certfile", "CERTIFICATE", "certificate")
        text = _text(key or certificate, "ssl_keyfile", "PRIVATE KEY", "private key")
        password = self._config.ssl_keyfile_password
        if "ENCRYPTED" in text and password is None:
            raise ConfigError(f"the key in {key or certificate!r} is encrypted; give ssl_keyfile_password")
        try:
            context.load_cert_chain(certificate, key, password)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise ConfigError(
                    f"the key in {key or certificate!r} is not that of the certificate in {certificate!r}"
                ) from error
            hint = "; is ssl_keyfile_password right?" if "ENCRYPTED" in text else ""
            raise ConfigError(
                f"certificate {certificate!r} and key {key or certificate!r} cannot be used: "
                f"{error.reason or error}{hint}"
            ) from error

    def _stamps(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(path) for pair in self._pairs.values() for path in pair if path is not None]


def _text(path: str, option: str, label: str, what: str) -> str:
    """Return the text of a PEM file that holds a *label*.

    Raises:
        ConfigError: it does not, or cannot be read.
    """
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError as error:
        raise ConfigError(f"{option} is {path!r}, which cannot be read: {error.strerror}") from error
    if f"{label}-----" not in text:
        raise ConfigError(f"{option} is {path!r}, which holds no {what} in PEM form")
    return text


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
