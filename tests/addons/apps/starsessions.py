# /// script
# dependencies = ["starsessions==2.2.1"]
# ///
from starsessions import InMemoryStore, SessionAutoloadMiddleware, SessionMiddleware, regenerate_session_id

from bolide import Bolide, Request
from bolide.testclient import TestClient

app = Bolide()
app.add_middleware(SessionAutoloadMiddleware)
app.add_middleware(SessionMiddleware, store=InMemoryStore(), cookie_https_only=False)


@app.post("/")
async def count(request: Request) -> int:
    session = request.scope["session"]
    session["visits"] = session.get("visits", 0) + 1
    return session["visits"]


@app.post("/login")
async def log_in(request: Request) -> str:
    return regenerate_session_id(request)


with TestClient(app) as client:
    assert [client.post("/").json() for _ in range(3)] == [1, 2, 3]
    before = client.cookies["session"]
    assert client.post("/login").json() == client.cookies["session"] != before
    assert client.post("/").json() == 4
    assert TestClient(app).post("/").json() == 1
