"""Which bodies a route reads: JSON, and what the codecs of its layers read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from bolide._declaring.layers import Layer
from bolide._reading.wire import is_json_media_type, is_json_or_unknown
from bolide.exceptions import HTTPException
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails, ValidationError

if TYPE_CHECKING:
    from bolide.codecs import Codec

__all__ = ["BodyFormats"]

_JSON: Final = "application/json"


class BodyFormats:
    """The formats of a route's bodies.

    Attributes:
        is_json: Tells from a ``Content-Type`` whether a body is JSON.
    """

    def __init__(self, layer: Layer) -> None:
        self.is_json: Callable[[str | None], bool] = is_json_media_type
        if layer.strict_content_type is False:
            self.is_json = is_json_or_unknown
        self._codecs = {media_type: codec for codec in layer.codecs or () for media_type in codec.media_types}

    @property
    def has_codecs(self) -> bool:
        """Tell whether there are other formats than JSON."""
        return bool(self._codecs)

    def decoder(self, adapter: Adapter[Any]) -> Callable[[str | None, bytes], Any]:
        """Return the function that reads a body that is not JSON as the type of *adapter*.

        It takes the ``Content-Type`` and the body, and raises as :meth:`find` does or ``ValueError``.
        """

        def decode(content_type: str | None, body: bytes) -> Any:
            return self.find(content_type).decode(adapter, body)

        return decode

    def collect(
        self, adapter: Adapter[Any], content_type: str | None, body: bytes, errors: list[ErrorDetails]
    ) -> Any:
        """Return what :meth:`decoder` does; append every error to *errors* instead of raising it."""
        codec = self.find(content_type)
        try:
            return codec.decode(adapter, body)
        except ValidationError as error:
            for each in error.errors():
                each["loc"] = ("body", *each["loc"])
                errors.append(each)
        except ValueError as error:
            text = f"Invalid {codec.name}: {error}"
            errors.append({"type": f"{codec.name}_invalid", "loc": ("body",), "msg": text, "input": {}})
        return None

    def find(self, content_type: str | None) -> Codec:
        """Return the codec of a body that is not JSON.

        Raises:
            HTTPException: 415, with the media types that are read, if there is none (RFC 9110 §15.5.16).
        """
        media_type = (content_type or "").partition(";")[0].strip().lower()
        codec = self._codecs.get(media_type)
        if codec is None:
            raise HTTPException(415, headers={"accept": ", ".join([_JSON, *self._codecs])})
        return codec
