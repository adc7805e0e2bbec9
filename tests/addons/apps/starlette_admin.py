# /// script
# dependencies = ["starlette-admin==1.0.3", "sqlalchemy[asyncio]==2.1.9"]
# ///
from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import StaticPool
from starlette_admin.contrib.sqla import Admin, ModelView

from bolide import Bolide
from bolide.testclient import TestClient

Table = declarative_base()


class User(Table):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)


app = Bolide()
engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
Table.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(name="Ann"))
    session.commit()
admin = Admin(engine, title="Shop", secret_key="secret")
admin.add_view(ModelView(User))
admin.mount_to(app)

with TestClient(app) as client:
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "/admin/user/list" in page.text
    assert "Ann" in client.get("/admin/user/list").text
    assert "Ann" in client.get("/admin/user/detail?pk=1").text
