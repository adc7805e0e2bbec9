"""Forms and files as endpoints receive them, compared with the real FastAPI."""

from typing import Annotated, Any

import pytest

from bolide import Body, Bolide, Form
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, bolide_web, fastapi_web, same
from tests.framework.form_bodies import URLENCODED, Part, multipart


def declare(web: Web) -> Any:
    """Declare endpoints with forms of every kind."""
    app = web.App(generate_unique_id_function=web("routing.generate_unique_id"))
    Model: Any = web.Model  # noqa: N806
    Form: Any = web.Form  # noqa: N806
    File: Any = web.File  # noqa: N806
    UploadFile: Any = web.UploadFile  # noqa: N806
    Field: Any = web("Field" if web.package == "bolide" else "pydantic.Field")  # noqa: N806

    class Login(Model):  # type: ignore[misc]
        username: str = Field(min_length=2)
        remember: bool = False
        scopes: list[str] = []

    class More(Model):  # type: ignore[misc]
        note: str = "none"

    class Strict(Model):  # type: ignore[misc]
        model_config = {"extra": "forbid"}
        a: int

    class Open(Model):  # type: ignore[misc]
        model_config = {"extra": "allow"}
        a: int = 0

    class Upload(Model):  # type: ignore[misc]
        title: str
        file: UploadFile

    @app.post("/fields")
    async def fields(
        username: Annotated[str, Form()],
        age: Annotated[int, Form(alias="years", ge=0)] = 0,
        tags: Annotated[list[int], Form()] = [],  # noqa: B006
    ) -> Any:
        return [username, age, tags]

    @app.post("/single")
    async def single(word: Annotated[str, Form()]) -> Any:
        return word

    @app.post("/model")
    async def model(login: Annotated[Login, Form()]) -> Any:
        return login

    @app.post("/two-models")
    async def two_models(
        login: Annotated[Login, Form()], more: Annotated[More, Form()], extra: Annotated[int, Form()] = 0
    ) -> Any:
        return [login, more, extra]

    @app.post("/optional-model")
    async def optional_model(login: Annotated[Login | None, Form()] = None) -> Any:
        return login

    @app.post("/strict")
    async def strict(model: Annotated[Strict, Form()]) -> Any:
        return model

    @app.post("/open")
    async def open_(model: Annotated[Open, Form()]) -> Any:
        return model

    @app.post("/file")
    async def file(file: UploadFile, note: Annotated[str | None, Form()] = None) -> Any:
        return [file.filename, file.size, file.content_type, (await file.read()).decode(), note]

    @app.post("/note-first")
    async def note_first(note: Annotated[str, Form()], file: Annotated[UploadFile, File()]) -> Any:
        return [note, file.filename]

    @app.post("/files")
    async def files(files: list[UploadFile]) -> Any:
        return [[each.filename, each.size] for each in files]

    @app.post("/optional-file")
    async def optional_file(file: UploadFile | None = None, files: list[UploadFile] = []) -> Any:  # noqa: B006
        return [file and file.filename, [each.filename for each in files]]

    @app.post("/bytes")
    async def bytes_(data: Annotated[bytes, File()], more: Annotated[list[bytes], File()] = []) -> Any:  # noqa: B006
        return [data.decode(), [each.decode() for each in more]]

    @app.post("/upload-model")
    async def upload_model(upload: Annotated[Upload, Form()]) -> Any:
        return [upload.title, upload.file.filename, (await upload.file.read()).decode()]

    return app


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/fields", b"username=a+b&years=3&tags=1&tags=2"),
        ("/fields", b"username=%C3%A4&username=b&years="),
        ("/fields", b"username=&years=-1&tags=x"),
        ("/fields", b"username=a&tags="),
        ("/fields", b"age=3"),
        ("/fields", b""),
        ("/single", b"word=x"),
        ("/single", b"word="),
        ("/model", b"username=ab&remember=on&scopes=x&scopes=y"),
        ("/model", b"username=a&remember="),
        ("/model", b"scopes="),
        ("/model", b""),
        ("/two-models", b"username=ab&note=x&extra=3"),
        ("/two-models", b"note=&extra=x"),
        ("/optional-model", b""),
        ("/optional-model", b"other=1"),
        ("/optional-model", b"username=ab"),
        ("/optional-model", b"username="),
        ("/strict", b"a=1"),
        ("/strict", b"a=1&b=2&b=3&c=4"),
        ("/open", b"a=1&b=2&b=3&c=4"),
        ("/open", b"b="),
    ],
)
def test_urlencoded_forms_are_those_of_fastapi(path: str, body: bytes) -> None:
    """#24 #44 #59: an empty field is a missing one, a list needs a value, models see all names."""
    same(declare, "POST", path, body=body, headers=URLENCODED)


@pytest.mark.parametrize("path", ["/fields", "/model", "/file", "/optional-model"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_other_bodies_are_empty_forms(path: str, content_type: str | None) -> None:
    """#52: a JSON request to a form lacks every field."""
    headers = {} if content_type is None else {"content-type": content_type}
    same(declare, "POST", path, body=b'{"username": "ab"}', headers=headers)


FILE = Part("file", b"hello", "a.txt", "text/plain")
MULTIPART = {
    "file": ("/file", [FILE, Part("note", b"n")]),
    "note first": ("/file", [Part("note", b"n"), FILE]),
    "no file": ("/file", [Part("note", b"n")]),
    "text for a file": ("/file", [Part("file", b"text")]),
    "last file wins": ("/file", [FILE, Part("file", b"x", "b.txt")]),
    "no file chosen": ("/file", [Part("file", b"", "", "application/octet-stream")]),
    "empty file": ("/file", [Part("file", b"", "a.txt")]),
    "declared the other way round": ("/note-first", [FILE, Part("note", b"n")]),
    "several files": ("/files", [Part("files", b"1", "a"), Part("files", b"22", "b")]),
    "text among files": ("/files", [Part("files", b"1", "a"), Part("files", b"22")]),
    "no files": ("/files", [Part("other", b"1")]),
    "optional file": ("/optional-file", [Part("files", b"", "")]),
    "optional files": ("/optional-file", [FILE, Part("files", b"1", "x")]),
    "bytes": ("/bytes", [Part("data", b"abc", "a"), Part("more", b"1", "b"), Part("more", b"2", "c")]),
    "text as bytes": ("/bytes", [Part("data", b"abc")]),
    "model": ("/upload-model", [Part("title", b"T"), FILE]),
    "model with text for a file": ("/upload-model", [Part("title", b"T"), Part("file", b"x")]),
    "fields": ("/fields", [Part("username", b"ab"), Part("tags", b"1"), Part("tags", b"2")]),
    "charset": ("/single", [Part("word", "ä€".encode())]),
    "form model": ("/model", [Part("username", b"ab"), Part("scopes", b"x"), Part("remember", b"yes")]),
}


@pytest.mark.parametrize("case", MULTIPART)
def test_multipart_forms_are_those_of_fastapi(case: str) -> None:
    """#53 #54 #59: files in any order, as objects or bytes; text where a file should be."""
    path, parts = MULTIPART[case]
    body, headers = multipart(*parts)
    same(declare, "POST", path, body=body, headers=headers)


@pytest.mark.parametrize("path", ["/fields", "/model"])
def test_file_where_text_should_be_is_an_error(path: str) -> None:
    """#54: the other way round."""
    body, headers = multipart(Part("username", b"x", "a.txt"))
    actual, expected = answers(declare, "POST", path, body=body, headers=headers)
    (error,), (theirs,) = actual.content()["detail"], expected.content()["detail"]
    assert error["input"] == "UploadFile(filename='a.txt', size=1)"
    assert {**error, "input": None} == {**theirs, "input": None}


def test_document_has_the_media_types_of_forms() -> None:
    """#124: fields alone are urlencoded, files make it multipart."""
    ours, theirs = (declare(web).openapi() for web in (bolide_web(), fastapi_web()))
    for path in ("/fields", "/single", "/model", "/strict", "/file", "/note-first", "/files", "/bytes"):
        operations = [document["paths"][path]["post"]["requestBody"] for document in (ours, theirs)]
        assert operations[0] == operations[1], path
    for path in ("fields", "single", "file", "note_first", "files"):
        name = f"Body_{path}_{path}_post"
        assert ours["components"]["schemas"][name] == theirs["components"]["schemas"][name]
    assert list(ours["paths"]["/upload-model"]["post"]["requestBody"]["content"]) == ["multipart/form-data"]


def test_document_leaves_out_what_is_not_to_be_shown() -> None:
    """#39, of bodies too; FastAPI shows them all the same."""
    app = Bolide()

    @app.post("/fields")
    async def fields(
        shown: Annotated[int, Form()], hidden: Annotated[int, Form(include_in_schema=False)] = 0
    ) -> int:
        return hidden

    @app.post("/bodies")
    async def bodies(
        shown: Annotated[int, Body()], hidden: Annotated[int, Body(include_in_schema=False)]
    ) -> int:
        return hidden

    @app.post("/body")
    async def body(hidden: Annotated[int, Body(include_in_schema=False)]) -> int:
        return hidden

    document = app.openapi()
    schemas = document["components"]["schemas"]
    assert list(schemas["Body_fields"]["properties"]) == ["shown"]
    assert list(schemas["Body_bodies"]["properties"]) == ["shown"]
    assert "requestBody" not in document["paths"]["/body"]["post"]
    client = TestClient(app)
    assert client.post("/fields", content=b"shown=1&hidden=2", headers=URLENCODED).json() == 2
    assert client.post("/bodies", json={"shown": 1, "hidden": 2}).json() == 2
    assert client.post("/body", json=2).json() == 2
