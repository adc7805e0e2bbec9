# /// script
# dependencies = ["gradio==6.31.0"]
# ///
import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio

from bolide import Bolide
from bolide.testclient import TestClient

app = Bolide()


@app.get("/")
async def root() -> str:
    return "main"


page = gradio.Interface(lambda name: f"Hello, {name}!", "textbox", "textbox", api_name="greet")
assert gradio.mount_gradio_app(app, page, path="/gradio") is app
with TestClient(app) as client:
    assert client.get("/").json() == "main"
    assert "<gradio-app" in client.get("/gradio/").text
    assert client.get("/gradio/config").json()["api_prefix"] == "/gradio_api"
    answer = client.post("/gradio/gradio_api/run/greet", json={"data": ["Ann"]})
    assert answer.json()["data"] == ["Hello, Ann!"], answer.json()
