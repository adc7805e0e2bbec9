"""The form of a request object is the one that its handler reads; a body that is gone is an error."""

from typing import Annotated, Any

import pytest

from bolide import Bolide, Depends, File, Form, HTTPException, Request, Security, UploadFile
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same
from tests.framework.form_bodies import URLENCODED, Part, multipart

BODY, MULTIPART = multipart(Part("a", b"1"), Part("file", b"data", "a.txt"))
TEXTS, _ = multipart(Part("a", b"1"), Part("b", b"2"))


def declare(web: Web) -> Any:
    """Declare endpoints that read the body in more than one way."""
    app = web.App()
    Body: Any = web.Body  # noqa: N806
    Depends: Any = web.Depends  # noqa: N806
    Form: Any = web.Form  # noqa: N806
    Request: Any = web.Request  # noqa: N806
    UploadFile: Any = web.UploadFile  # noqa: N806

    async def shown(request: Request) -> Any:
        form = await request.form()
        return sorted((name, getattr(value, "filename", value)) for name, value in form.items())

    @app.post("/parameter")
    async def parameter(request: Request, a: Annotated[str, Form()]) -> Any:
        return [a, await shown(request)]

    @app.post("/file", dependencies=[Depends(shown)])
    async def file(file: UploadFile) -> Any:
        return (await file.read()).decode()

    @app.post("/twice")
    async def twice(request: Request) -> Any:
        return [await shown(request), await shown(request), (await request.form())["a"]]

    @app.post("/body-first")
    async def body_first(request: Request) -> Any:
        return [len(await request.body()), await shown(request), len(await request.body())]

    @app.post("/json")
    async def json(request: Request, a: Annotated[int, Body(embed=True)]) -> Any:
        return [a, await request.json(), [*await shown(request)], len(await request.body())]

    @app.post("/gone/{order}")
    async def gone(order: str, request: Request) -> Any:
        try:
            for step in order.split("-"):
                if step == "stream":
                    async for _ in request.stream():
                        pass
                elif step == "form":
                    await request.form()
                else:
                    await request.body()
        except RuntimeError:
            return "gone"
        return "there"

    return app


@pytest.mark.parametrize("path", ["/parameter", "/twice", "/body-first"])
@pytest.mark.parametrize(
    ("body", "headers"), [(TEXTS, MULTIPART), (b"a=1&b=2", URLENCODED)], ids=["multipart", "urlencoded"]
)
def test_form_is_shared_with_the_request_object(path: str, body: bytes, headers: dict[str, str]) -> None:
    same(declare, "POST", path, body=body, headers=headers)


@pytest.mark.parametrize("path", ["/parameter", "/file"])
def test_files_are_shared_with_the_request_object(path: str) -> None:
    same(declare, "POST", path, body=BODY, headers=MULTIPART)


def test_body_that_is_no_form_can_still_be_read() -> None:
    same(declare, "POST", "/json", body=b'{"a": 1}', headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    "order",
    ["stream", "stream-stream", "stream-body", "stream-form", "form-body", "form-stream", "body-stream-form"],
)
def test_body_that_was_read_piece_by_piece_is_gone(order: str) -> None:
    same(declare, "POST", f"/gone/{order}", body=TEXTS, headers=MULTIPART)


app = Bolide()
client = TestClient(app)
kept: list[UploadFile] = []


async def check_token(request: Request) -> str:
    """Take the form before the handler reads it."""
    form = await request.form()
    file = form["file"]
    assert isinstance(file, UploadFile)
    kept.append(file)
    if (await file.read(2)) != b"da":
        raise HTTPException(403)
    return str(form["a"])


@app.post("/secured")
async def secured(
    request: Request,
    token: Annotated[str, Security(check_token)],
    a: Annotated[int, Form()],
    file: Annotated[bytes, File()],
) -> list[Any]:
    shared = (await request.form())["file"]
    assert isinstance(shared, UploadFile)
    return [token, a, file.decode(), (await shared.read()).decode()]


@app.post("/guarded", dependencies=[Depends(check_token)])
async def guarded(a: Annotated[int, Form(ge=2)]) -> int:
    return a


@pytest.mark.parametrize(("path", "status"), [("/secured", 200), ("/guarded", 422)])
def test_security_may_read_the_form_first_and_files_are_closed(path: str, status: int) -> None:
    kept.clear()
    response = client.post(path, content=BODY, headers=MULTIPART)
    assert response.status_code == status
    if status == 200:
        assert response.json() == ["1", 1, "data", "data"]
    assert [file.file.closed for file in kept] == [True] * (status == 200)


@app.post("/limited", dependencies=[Depends(check_token)], form_limits={"max_fields": 1})
async def limited(request: Request, a: Annotated[int, Form()], b: Annotated[int, Form()] = 0) -> int:
    return a


def test_limits_of_the_route_hold_whoever_reads_the_form() -> None:
    assert client.post("/limited", content=TEXTS, headers=MULTIPART).status_code == 413
