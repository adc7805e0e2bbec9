"""Parse URLs as browsers do (https://url.spec.whatwg.org/, §4.4), into their normalised parts."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

__all__ = ["DEFAULT_PORTS", "MalformedUrl", "UrlParts", "parse_url"]

DEFAULT_PORTS: Final = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}
_SPECIAL: Final = frozenset({*DEFAULT_PORTS, "file"})

# §1.3: what is percent-encoded beside controls and everything beyond ASCII.
_FRAGMENT: Final = frozenset(' "<>`')
_QUERY: Final = frozenset(' "#<>')
_SPECIAL_QUERY: Final = _QUERY | {"'"}
_PATH: Final = _QUERY | frozenset("?`{}")
_USERINFO: Final = _PATH | frozenset("/:;=@[\\]^|")
_OPAQUE: Final = frozenset[str]()
_FORBIDDEN_IN_HOST: Final = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_FORBIDDEN_IN_DOMAIN: Final = _FORBIDDEN_IN_HOST | frozenset("%\x7f") | frozenset(map(chr, range(0x20)))


class MalformedUrl(ValueError):
    """A text is no URL; the message is the reason."""


class UrlParts(msgspec.Struct, frozen=True):
    """A URL in normal form; *path* is everything up to the query when there is no host."""

    scheme: str
    username: str
    password: str | None
    host: str | None
    port: int | None
    path: str
    query: str | None
    fragment: str | None

    def text(self) -> str:
        """Return the URL (§4.5)."""
        parts = [self.scheme, ":"]
        if self.host is not None:
            parts.append("//")
            if self.username or self.password:
                parts += [self.username, *([":", self.password] if self.password else []), "@"]
            parts += [self.host, *([f":{self.port}"] if self.port is not None else [])]
        elif self.path.startswith("//"):
            parts.append("/.")  # or the path would be read as a host
        parts.append(self.path)
        parts += [f"?{self.query}"] if self.query is not None else []
        parts += [f"#{self.fragment}"] if self.fragment is not None else []
        return "".join(parts)


def parse_url(text: str) -> UrlParts:
    """Return the parts of *text*.

    Raises:
        MalformedUrl: It is no absolute URL.
    """
    match = _NORMAL.fullmatch(text)
    if match is not None and "xn--" not in text:
        return _normal_url(match)
    if not text:
        raise MalformedUrl("input is empty")
    text = text.strip(_TRIMMED).translate(_REMOVED)
    match = _SCHEME.match(text)
    if match is None:
        raise MalformedUrl("relative URL without a base")
    scheme, rest = match[1].lower(), text[match.end() :]
    rest, hash_sign, fragment_text = rest.partition("#")
    fragment = _encoded(fragment_text, _FRAGMENT) if hash_sign else None
    rest, question_mark, query_text = rest.partition("?")
    query = _encoded(query_text, _SPECIAL_QUERY if scheme in _SPECIAL else _QUERY) if question_mark else None
    if scheme in _SPECIAL:
        rest = rest.replace("\\", "/")
    if scheme == "file":
        return _file_url(rest, query, fragment)
    if scheme in _SPECIAL:
        rest = f"//{rest.lstrip('/')}"
    elif not rest.startswith("//"):
        path = _without_dots(rest, scheme) if rest.startswith("/") else _encoded(rest, _OPAQUE)
        return UrlParts(scheme, "", None, None, None, path, query, fragment)
    authority, slash, path_text = rest[2:].partition("/")
    username, password, host, port = _authority(authority, scheme)
    path = _without_dots(slash + path_text, scheme)
    return UrlParts(scheme, username, password, host, port, path, query, fragment)


def _normal_url(match: re.Match[str]) -> UrlParts:
    """Return the parts of a URL that is in normal form, but for a port that says nothing."""
    scheme, host, port_text, path, query, fragment = match.groups()
    port = int(port_text) if port_text else None
    if port is not None and port > 65535:
        raise MalformedUrl("invalid port number")
    if port == DEFAULT_PORTS[scheme]:
        port = None
    return UrlParts(scheme, "", None, host, port, path or "/", query, fragment)


def _file_url(rest: str, query: str | None, fragment: str | None) -> UrlParts:
    host: str = ""
    path_text = rest
    if rest.startswith("//"):
        host_text, slash, path_text = rest[2:].partition("/")
        path_text = slash + path_text
        host = _special_host(host_text) if host_text else ""
        host = "" if host == "localhost" else host
    if not path_text.startswith("/"):
        path_text = f"/{path_text}"
    return UrlParts("file", "", None, host, None, _without_dots(path_text, "file"), query, fragment)


def _authority(authority: str, scheme: str) -> tuple[str, str | None, str, int | None]:
    credentials, at_sign, place = authority.rpartition("@")
    username, colon, password = credentials.partition(":")
    match = _HOST_AND_PORT.fullmatch(place)
    if match is None:
        raise MalformedUrl("invalid port number")
    host_text, port_text = match.groups()
    if not host_text and (scheme in _SPECIAL or at_sign or port_text is not None):
        raise MalformedUrl("empty host")
    host = _special_host(host_text) if scheme in _SPECIAL else _opaque_host(host_text)
    port = int(port_text) if port_text else None
    if port is not None and port > 65535:
        raise MalformedUrl("invalid port number")
    if port == DEFAULT_PORTS.get(scheme):
        port = None
    encoded_password = _encoded(password, _USERINFO) if colon else None
    return _encoded(username, _USERINFO), encoded_password or None, host, port


def _special_host(text: str) -> str:
    """Return the host of a scheme that browsers know (§3.5)."""
    if text.startswith("["):
        return _ipv6_host(text)
    domain = unquote_to_bytes(text).decode("utf-8", "replace")
    is_plain = domain.isascii() and "xn--" not in domain.lower()
    ascii_domain = domain.lower() if is_plain else _punycode(domain)
    if any(character in _FORBIDDEN_IN_DOMAIN for character in ascii_domain):
        raise MalformedUrl("invalid international domain name")
    if not ascii_domain:
        raise MalformedUrl("empty host")
    return _ipv4_host(ascii_domain)


def _punycode(domain: str) -> str:
    for dot in "\u3002\uff0e\uff61":
        domain = domain.replace(dot, ".")
    try:
        labels = [label.encode("idna").decode() if label else "" for label in domain.split(".")]
    except UnicodeError:
        raise MalformedUrl("invalid international domain name") from None
    return ".".join(labels).lower()


def _opaque_host(text: str) -> str:
    if text.startswith("["):
        return _ipv6_host(text)
    if any(character in _FORBIDDEN_IN_HOST for character in text):
        raise MalformedUrl("invalid domain character")
    return _encoded(text, _OPAQUE)


def _ipv6_host(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text[1:-1]) if text.endswith("]") and "%" not in text else None
    except ValueError:
        address = None
    if address is None:
        raise MalformedUrl("invalid IPv6 address")
    return f"[{_shortest(address)}]"


def _shortest(address: ipaddress.IPv6Address) -> str:
    # Newer versions of Python write ::ffff:1.2.3.4, browsers ::ffff:102:304.
    return (
        str(ipaddress.IPv6Address(int(address)))
        if address.ipv4_mapped is None
        else (f"::ffff:{int(address) >> 16 & 0xFFFF:x}:{int(address) & 0xFFFF:x}")
    )


def _ipv4_host(domain: str) -> str:
    """Return the address that *domain* spells if its last part is a number (§3.6), else *domain*."""
    parts = domain.removesuffix(".").split(".")
    if _NUMBER.fullmatch(parts[-1]) is None:
        return domain
    numbers = [_ipv4_number(part) for part in parts]
    *first, last = numbers
    if len(numbers) > 4 or any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        raise MalformedUrl("invalid IPv4 address")
    value = last + sum(number * 256 ** (3 - position) for position, number in enumerate(first))
    return str(ipaddress.IPv4Address(value))


def _ipv4_number(part: str) -> int:
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        return int(part, 8 if part.startswith("0") and len(part) > 1 else 10)
    except ValueError:
        raise MalformedUrl("invalid IPv4 address") from None


def _without_dots(path: str, scheme: str) -> str:
    """Return *path* encoded, without segments that mean this or the parent directory (§4.4)."""
    if not path:
        return "/" if scheme in _SPECIAL else ""
    *segments, last = path[1:].split("/")
    kept: list[str] = []
    for segment in segments:
        if _DOUBLE_DOT.fullmatch(segment):
            del kept[-1:]
        elif not _SINGLE_DOT.fullmatch(segment):
            kept.append(_encoded(segment, _PATH))
    if _DOUBLE_DOT.fullmatch(last):
        del kept[-1:]
        last = ""
    elif _SINGLE_DOT.fullmatch(last):
        last = ""
    return "/" + "/".join([*kept, _encoded(last, _PATH)])


def _encoded(text: str, special: frozenset[str]) -> str:
    if text.isascii() and text.isprintable() and not special.intersection(text):
        return text
    return "".join(
        character if " " <= character <= "~" and character not in special else _percent(character)
        for character in text
    )


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


# hot: most URLs have nothing to decode, to encode or to remove: 1 µs instead of 8. The host is no address, no
# segment of the path begins like one of dots, which may be encoded.
_NORMAL: Final = re.compile(
    r"(https?|wss?|ftp)://((?:[a-z0-9-]++\.)*[a-z][a-z0-9-]*)(?::([0-9]*))?"
    r"((?:/(?:[\w~!$&'()*+,;=:@-][\w~!$&'()*+,;=:@%.-]*)?)*)"
    r"(?:\?([\w~!$&()*+,;=:@%./?-]*))?(?:#([\w~!$&'()*+,;=:@%./?-]*))?",
    re.ASCII,
)
_TRIMMED: Final = "".join(map(chr, range(0x21)))
_REMOVED: Final = dict.fromkeys(map(ord, "\t\n\r"))
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_AND_PORT: Final = re.compile(r"(\[[^\]]*\]?|[^:]*)(?::([0-9]*))?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SINGLE_DOT: Final = re.compile(r"\.|%2e", re.IGNORECASE)
_DOUBLE_DOT: Final = re.compile(r"(?:\.|%2e){2}", re.IGNORECASE)
