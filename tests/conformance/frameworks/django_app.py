"""A Django project in one file."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import FileResponse, HttpRequest, JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)


def show(request: HttpRequest, rest: str) -> JsonResponse:
    return JsonResponse([request.method, rest, request.GET.dict(), len(request.body)], safe=False)


async def show_async(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"path": request.get_full_path(), "scheme": request.scheme})


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(100):
            yield b"%d," % number

    return StreamingHttpResponse(pieces())


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(Path(__file__).with_name("data.bin").open("rb"))


def fails(request: HttpRequest) -> JsonResponse:
    raise RuntimeError("broken on purpose")


urlpatterns: list[Any] = [
    path("show/<path:rest>", show),
    path("async", show_async),
    path("stream", stream),
    path("file", file),
    path("fails", fails),
]
django.setup()
app: Callable[..., Any] = get_asgi_application()
