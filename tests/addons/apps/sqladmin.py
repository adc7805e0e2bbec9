# /// script
# dependencies = ["sqladmin==0.32.0", "sqlalchemy[asyncio]==2.1.9"]
# ///
from sqladmin import Admin, ModelView
from sqlalchemy import Column, Integer, String, create_engine, select
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import StaticPool

from bolide import Bolide
from bolide.testclient import TestClient

Table = declarative_base()


class User(Table):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)


class UserAdmin(ModelView, model=User):
    column_list = [User.id, User.name]


app = Bolide()
engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
Table.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(name="Ann"))
    session.commit()
Admin(app, engine).add_view(UserAdmin)

with TestClient(app) as client:
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "/admin/user/list" in page.text
    assert client.get("/admin/statics/css/main.css").status_code == 200
    assert "Ann" in client.get("/admin/user/list").text
    form = {"content-type": "application/x-www-form-urlencoded"}
    created = client.post("/admin/user/create", content="name=Eve&save=Save", headers=form)
    assert created.status_code == 302
    assert created.headers["location"] == "http://testserver/admin/user/list"
with Session(engine) as session:
    assert session.scalars(select(User.name)).all() == ["Ann", "Eve"]
