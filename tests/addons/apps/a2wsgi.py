# /// script
# dependencies = ["a2wsgi==1.10.10", "flask==3.1.3", "django==5.2.8"]
# ///
import django
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from flask import Flask, request

from bolide import Bolide
from bolide.testclient import TestClient

flask_app = Flask("old")


@flask_app.post("/pages/<name>")
def change_page(name):
    return {"name": name, "root": request.script_root, "text": request.get_data(as_text=True)}


settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"])
django.setup()
urlpatterns = [path("about/", lambda request: HttpResponse(request.path))]

app = Bolide()
app.mount("/old", WSGIMiddleware(flask_app))
app.mount("/older", WSGIMiddleware(get_wsgi_application()))


@app.get("/new")
async def new() -> str:
    return "new"


with TestClient(app) as client:
    page = client.post("/old/pages/first", content=b"Hello")
    assert page.json() == {"name": "first", "root": "/old", "text": "Hello"}
    assert client.get("/old/pages/first").status_code == 405
    assert client.get("/older/about/").text == "/older/about/"
    assert client.get("/new").json() == "new"
