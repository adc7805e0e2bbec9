"""IP addresses, interfaces and networks: those of ``ipaddress``, and either version of each."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError

__all__ = ["STANDARD_SPECS", "IPvAnyAddress", "IPvAnyInterface", "IPvAnyNetwork"]


def _spec(
    load: Callable[[Any], Any], type_format: str, error_type: str, message: str, *, value: Any = None
) -> TypeSpec:
    schema = {"type": "string", "format": type_format}

    def load_ip(value: Any) -> Any:
        try:
            # ipaddress keeps a boolean as the number, which is deprecated.
            return load(int(value) if isinstance(value, bool) else value)
        except (ValueError, TypeError):  # TypeError: bytes of a network, by some versions of Python
            raise CustomError(error_type, message) from None

    return TypeSpec(load=load_ip, schema=schema, output_schema=schema, value=value, is_text=True)


def _standard(cls: Any, version: int, kind: str) -> TypeSpec:
    suffix = "" if kind == "address" else kind
    return _spec(
        cls, f"ipv{version}{suffix}", f"ip_v{version}_{kind}", f"Input is not a valid IPv{version} {kind}"
    )


def _either(load: Callable[[Any], Any], kind: str, value: Any) -> TypeSpec:
    message = f"value is not a valid IPv4 or IPv6 {kind}"
    return _spec(load, f"ipvany{kind}", f"ip_any_{kind}", message, value=value)


STANDARD_SPECS: Final[dict[str, TypeSpec]] = {
    "IPv4Address": _standard(ipaddress.IPv4Address, 4, "address"),
    "IPv4Interface": _standard(ipaddress.IPv4Interface, 4, "interface"),
    "IPv4Network": _standard(ipaddress.IPv4Network, 4, "network"),
    "IPv6Address": _standard(ipaddress.IPv6Address, 6, "address"),
    "IPv6Interface": _standard(ipaddress.IPv6Interface, 6, "interface"),
    "IPv6Network": _standard(ipaddress.IPv6Network, 6, "network"),
}
"""How the classes of ``ipaddress`` are read, by name."""

if TYPE_CHECKING:
    IPvAnyAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
    IPvAnyInterface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
    IPvAnyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
else:

    class IPvAnyAddress:
        """An IPv4 or IPv6 address."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _EITHER[cls.__name__]

    class IPvAnyInterface(IPvAnyAddress):
        """An IPv4 or IPv6 interface: an address with the length of its network."""

    class IPvAnyNetwork(IPvAnyAddress):
        """An IPv4 or IPv6 network; bits of the host must not be set."""


_EITHER: Final[dict[str, TypeSpec]] = {
    "IPvAnyAddress": _either(ipaddress.ip_address, "address", ipaddress.IPv4Address | ipaddress.IPv6Address),
    "IPvAnyInterface": _either(
        ipaddress.ip_interface, "interface", ipaddress.IPv4Interface | ipaddress.IPv6Interface
    ),
    "IPvAnyNetwork": _either(ipaddress.ip_network, "network", ipaddress.IPv4Network | ipaddress.IPv6Network),
}
