# /// script
# dependencies = ["secure==2.0.1"]
# ///
from secure import Secure
from secure.middleware import SecureASGIMiddleware

from bolide import Bolide, Response
from bolide.testclient import TestClient

app = Bolide()
app.add_middleware(SecureASGIMiddleware, secure=Secure.with_default_headers())


@app.get("/")
async def root(response: Response) -> int:
    response.headers["x-frame-options"] = "ALLOWALL"
    return 1


with TestClient(app) as client:
    headers = client.get("/").headers
    assert headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert client.get("/nowhere").headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
