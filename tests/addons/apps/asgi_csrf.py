# /// script
# dependencies = ["asgi-csrf==0.11", "python-multipart==0.0.34"]
# ///
from typing import Annotated

from asgi_csrf import asgi_csrf

from bolide import Bolide, Form
from bolide.testclient import TestClient

app = Bolide()
app.add_middleware(asgi_csrf, signing_secret="secret", always_set_cookie=True)


@app.get("/")
async def root() -> str:
    return "done"


@app.post("/")
async def change(name: Annotated[str, Form()] = "") -> str:
    return name


with TestClient(app) as client:
    token = client.get("/").cookies["csrftoken"]
    assert client.post("/").status_code == 403
    assert client.post("/", headers={"x-csrftoken": token}).json() == ""
    # The middleware reads the body, and hands it on.
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/", content=f"csrftoken={token}&name=Ann", headers=form).json() == "Ann"
    assert client.post("/", content="csrftoken=x&name=Ann", headers=form).status_code == 403
