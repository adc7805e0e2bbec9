"""Every mistake in a declaration is one clear error: what is wrong, what was expected and where.

The table is the specification of the messages. Mistakes in a route name its function, with file and line;
those in a call, such as of include_router, are raised by that call.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bolide.convertors import BUILT_IN, CONVERTOR_TYPES
from bolide.exceptions import BolideError
from tests.framework.declared_modules import import_source

IMPORTS = """
import abc, contextlib
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal
from bolide import APIRouter, Body, Bolide, Cookie, Depends, Form, Header, Model, Path, Query
from bolide import Request, Response, controllers
from bolide.middleware import Middleware
from bolide.responses import EventSourceResponse, HTMLResponse, JSONResponse, Status, StreamingResponse
class Item(Model):
    name: str
class Odd: ...
app = Bolide()
async def dep() -> int: return 1
"""
LINES = IMPORTS.count("\n") - 1

MISTAKES = [
    *(
        (
            f"""
@app.get('/')
def f() -> {hint}: ...
""",
            (
                "endpoint 'f' (main.py:1): its result has no JSON form: functions and classes are no data; "
                "return a value, or a Response"
            ),
        )
        for hint in ("Callable[[], int]", "type[Item]", "type[Item] | None")
    ),
    (
        """
@app.get('/', response_class=EventSourceResponse)
async def f() -> Item: return Item(name='a')
""",
        (
            "endpoint 'f' (main.py:1) returns Item, but response_class=EventSourceResponse streams several "
            "items; yield them, or return EventSourceResponse(...)"
        ),
    ),
    (
        """
@app.get('/', response_class=StreamingResponse)
def f() -> str | dict[str, int] | None: ...
""",
        (
            "endpoint 'f' (main.py:1) returns str | dict[str, int] | None, but response_class="
            "StreamingResponse streams several items; yield them, or return StreamingResponse(...)"
        ),
    ),
    (
        """
@app.get('items')
async def f(): ...
""",
        "endpoint 'f' (main.py:1): path 'items' must start with '/'",
    ),
    (
        """
@app.get('/a/{b')
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1): path '/a/{b': '{b': a parameter looks like '{item_id}' or "
            "'{item_id:int}'"
        ),
    ),
    (
        """
@app.get('/a/{b:nope}')
async def f(b): ...
""",
        (
            "endpoint 'f' (main.py:1): path '/a/{b:nope}': unknown convertor 'nope' (known: str, "
            "path, int, float, uuid"
        ),
    ),
    (
        """
@app.get('/a/{b}{c}')
async def f(b, c): ...
""",
        "endpoint 'f' (main.py:1): path '/a/{b}{c}': nothing stands between two parameters",
    ),
    (
        """
@app.get
async def f(): ...
""",
        "'f' (main.py:1): the decorator is called, like @app.get('/items')",
    ),
    (
        """
@app.get('/', tag=['a'])
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': there is no option 'tag'; did you mean 'tags'?",
    ),
    (
        """
@app.get('/', tags='a')
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': tags is 'a'; expected a list",
    ),
    (
        """
@app.get('/', dependencies=[dep])
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': dependencies=[...] takes Depends(callable), not ",
    ),
    (
        """
@app.get('/', status_code='ok')
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': status_code is 'ok'; expected an int from 200 to 599",
    ),
    (
        """
@app.api_route('/', methods='GET')
async def f(): ...
""",
        "endpoint 'f' (main.py:1): methods is 'GET'; expected a list",
    ),
    (
        """
@app.api_route('/', methods=[])
async def f(): ...
""",
        "endpoint 'f' (main.py:1): path '/' has no methods",
    ),
    (
        """
@app.api_route('/', methods=['GE T'])
async def f(): ...
""",
        "endpoint 'f' (main.py:1): 'GE T' cannot be a method",
    ),
    (
        """
app.add_api_route('/', 5)
""",
        "path '/': the endpoint is 5, which cannot be called",
    ),
    (
        """
@app.get('/', response_model=Odd)
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1): response_model: Odd is not a type that can be validated; "
            "describe it with register_type, or take its instances as InstanceOf[Odd]"
        ),
    ),
    (
        """
@app.get('/', response_class=dict)
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': response_class is <class 'dict'>; expected a "
            "subclass of Response"
        ),
    ),
    (
        """
@app.get('/', responses={'x': {}})
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': responses has the key 'x'; expected a status, '4XX' "
            "or 'default'"
        ),
    ),
    (
        """
@app.get('/', operation_id='a')
async def f(): ...
@app.get('/b', operation_id='a')
async def g(): ...
""",
        "operation id 'a' of endpoint 'g' (main.py:3) is already that of endpoint 'f' (main.py:1)",
    ),
    (
        """
router = APIRouter(prefix='a')
""",
        "prefix 'a' must start with '/' and not end with it",
    ),
    (
        """
router = APIRouter(prefix='/a/')
""",
        "prefix '/a/' must start with '/' and not end with it",
    ),
    (
        """
router = APIRouter(prefixx='/a')
""",
        "APIRouter(): there is no option 'prefixx'; did you mean 'prefix'?",
    ),
    (
        """
app.include_router(app)
""",
        "include_router() takes an APIRouter, not ",
    ),
    (
        """
app.include_router(Bolide())
""",
        "include_router() takes an APIRouter, not ",
    ),
    (
        """
app.include_router(5)
""",
        "include_router() takes an APIRouter, not 5",
    ),
    (
        """
app.include_router(APIRouter(), prefix='a')
""",
        "prefix 'a' must start with '/' and not end with it",
    ),
    (
        """
app.mount('a', Bolide())
""",
        "mount('a'): the path must start with '/'",
    ),
    (
        """
app.mount('/a', APIRouter())
""",
        "mount('/a'): a router is no application; use include_router()",
    ),
    (
        """
app.mount('/a', 5)
""",
        "mount('/a') takes an ASGI application, not 5",
    ),
    (
        """
app.host('http://a', Bolide())
""",
        "host('http://a'): host 'http://a': expected a host name without scheme, port and path",
    ),
    (
        """
a = Bolide(docs_url='docs')
""",
        "Bolide(): docs_url is 'docs'; expected a path that starts with '/', or None",
    ),
    (
        """
a = Bolide(trailing_slash='no')
""",
        "Bolide(): trailing_slash is 'no'; expected 'redirect', 'strict' or 'both'",
    ),
    (
        """
a = Bolide(nope=1)
""",
        "Bolide(): there is no option 'nope'",
    ),
    (
        """
async def l(app): yield
a = Bolide(lifespan=l)
""",
        "lifespan 'l' (main.py:1) needs the decorator @asynccontextmanager",
    ),
    (
        """
app.add_middleware(5)
""",
        "Middleware(5): 'int' object is not callable",
    ),
    (
        """
class M:
    pass
app.add_middleware(M)
""",
        "Middleware(M): 'M' has no method __call__",
    ),
    (
        """
class M:
    def __init__(self, app): ...
    async def __call__(self, scope, receive, send): ...
app.add_middleware(M, nope=1)
""",
        "Middleware(M, nope=1): M.__init__() got an unexpected keyword argument 'nope'",
    ),
    (
        """
@app.middleware('http')
def m(request, call_next): ...
""",
        "middleware 'm' (main.py:1) must be 'async def'",
    ),
    (
        """
@app.middleware('https')
async def m(request, call_next): ...
""",
        "middleware('https'): the types are 'http' and 'websocket'",
    ),
    (
        """
@app.exception_handler('x')
async def h(request, error): ...
""",
        "an exception handler is for a status or an exception class, not for 'x'",
    ),
    (
        """
def guard(): ...
@app.get('/', guards=[guard])
async def f(): ...
""",
        ("guard 'guard' (main.py:1): too many positional arguments; expected (request) or (request, route)"),
    ),
    (
        """
@app.get('/', guards=[5])
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': guards has 5, which cannot be called",
    ),
    (
        """
@app.get('/', raises=[ValueError])
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': raises has <class 'ValueError'>; expected "
            "subclasses of HTTPException"
        ),
    ),
    (
        """
@app.get('/')
async def f(d: Annotated[int, Depends(5)]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'd': Depends() takes a callable, not 5",
    ),
    (
        """
@app.get('/')
async def f(d: Annotated[int, Depends(dep)] = 3): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'd' is a dependency and has the default 3, which "
            "would never be used"
        ),
    ),
    (
        """
@app.get('/')
async def f(d: int = Depends()): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'd': Depends() without a callable needs a class "
            "hint that makes the value; write Depends(callable)"
        ),
    ),
    (
        """
@app.get('/')
async def f(d: Annotated[int, Depends]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'd': Depends in Annotated must be called: Depends()",
    ),
    (
        """
@app.get('/')
async def f(d: Annotated[int, Depends(dep, inline=True)]): ...
""",
        (
            "dependency 'dep' (main.py:0) is async: it runs in the event loop already; inline=True is for "
            "sync functions"
        ),
    ),
    (
        """
@app.get('/', inline=True)
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1) is async: it runs in the event loop already; inline=True is for "
            "sync functions"
        ),
    ),
    (
        """
@app.get('/')
async def f(d: Depends(dep)): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'd' has Depends() as its type; write Annotated[..., "
            "Depends(...)]"
        ),
    ),
    (
        """
@app.get('/')
async def f(d: 'type[Item] | None' = None): ...
""",
        "endpoint 'f' (main.py:1): parameter 'd': no request holds type[Item] | None; make it by Depends()",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[int, Query]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'q': Query in Annotated must be called: Query()",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[int, Query(default=1)]): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'q': Query() in Annotated takes no default; write "
            "'= 1' after the annotation"
        ),
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[int, Query()] = Query()): ...
""",
        "endpoint 'f' (main.py:1): parameter 'q' has a marker in Annotated and as its default",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[list[Item], Query()]): ...
""",
        "endpoint 'f' (main.py:1): query parameter 'q': list[Item] cannot be read from text",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[dict[str, Any], Cookie()]): ...
""",
        "endpoint 'f' (main.py:1): cookie parameter 'q': dict[str, Any] cannot be read from text",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[int, Query(gt='x')]): ...
""",
        ("endpoint 'f' (main.py:1): parameter 'q': Annotated[int, Field(gt='x')] gt='x' is not a number"),
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[str, Query(pattern='(')]): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'q': Annotated[str, Field(pattern='(')] pattern='(' "
            "is not a regular expression: missing ), unterminated subpattern at position 0"
        ),
    ),
    (
        """
@app.get('/')
async def f(h: Annotated[str, Header(alias='a b')]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'h': 'a b' cannot be the name of a header or cookie",
    ),
    (
        """
@app.get('/{a}')
async def f(a: list[int]): ...
""",
        "endpoint 'f' (main.py:1): path parameter 'a' is one value, not a list",
    ),
    (
        """
@app.get('/{a}')
async def f(a: Item): ...
""",
        "endpoint 'f' (main.py:1): path parameter 'a': Item cannot be read from text",
    ),
    (
        """
@app.get('/{a}')
async def f(a: Annotated[Item, Body()]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'a' is in the path; it cannot be a body parameter",
    ),
    (
        """
@app.post('/')
async def f(a: Item, b: Annotated[str, Form()]): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'b' reads a form and 'a' another body; a request "
            "has one body. Make both Form() or both Body()."
        ),
    ),
    (
        """
@app.post('/')
async def f(a: Annotated[Item, Body(alias='x')], b: Annotated[int, Body(alias='x')]): ...
""",
        "endpoint 'f' (main.py:1): parameters 'a' and 'b' read the body as 'x' with other types",
    ),
    (
        """
@app.get('/')
async def f(a: Odd): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'a': Odd is not a type that can be validated; "
            "describe it with register_type, or take its instances as InstanceOf[Odd]. If it is made for "
            "each request, write Annotated[Odd, Depends()]"
        ),
    ),
    (
        """
@app.get('/')
async def f(a: lambda: 1): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'a': <lambda> is not a type that can be validated; "
            "it is a function; name the class that it returns, or use Callable"
        ),
    ),
    (
        """
@app.get('/')
async def f(a: Literal[[1]]): ...
""",
        "endpoint 'f' (main.py:1): parameter 'a': Literal[[1]] holds [1], which is no constant",
    ),
    (
        """
@app.get('/')
async def f(a: 5): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'a': 5 is not a type that can be validated; "
            "write Literal[...] for a value itself"
        ),
    ),
    (
        """
@app.get('/')
async def f(a: 'Nope'): ...
""",
        (
            "'f' (main.py:1): f, 'a': forward reference 'Nope' cannot be resolved: name 'Nope' is "
            "not defined; define the name in the module, or in the enclosing function before the "
            "first use"
        ),
    ),
    (
        """
@app.get('/')
async def f() -> 'Nope': ...
""",
        (
            "'f' (main.py:1): f, 'return': forward reference 'Nope' cannot be resolved: name 'Nope' "
            "is not defined; define the name in the module, or in the enclosing function before the "
            "first use"
        ),
    ),
    (
        """
@app.get('/')
async def f() -> Odd: ...
""",
        (
            "endpoint 'f' (main.py:1): return type: Odd is not a type that can be validated; "
            "describe it with register_type, or take its instances as InstanceOf[Odd]"
        ),
    ),
    (
        """
@app.get('/')
async def f(a: Response | None): ...
""",
        "endpoint 'f' (main.py:1): parameter 'a': Response is always there; declare it as Response alone",
    ),
    (
        """
@app.get('/')
async def f(a: JSONResponse): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'a': a JSONResponse cannot be injected; declare it "
            "as Response to set headers, cookies and the status"
        ),
    ),
    (
        """
@app.get('/')
async def f(*, a: int, **k): ...
""",
        ("'f' (main.py:1): parameter '**k' cannot be bound to a request; declare each parameter by its name"),
    ),
    (
        """
@app.get('/')
async def f(a, /): ...
""",
        ("'f' (main.py:1): parameter 'a' cannot be bound to a request; declare each parameter by its name"),
    ),
    (
        """
class C:
    @app.get('/')
    async def f(self): ...
""",
        (
            "'C.f' (main.py:2) is a method: declare it with bolide.controllers, and its class with "
            "@app.controller()"
        ),
    ),
    (
        """
async def a(x: Annotated[int, Depends('b')]): ...
@app.get('/')
async def f(x: Annotated[int, Depends(a)]): ...
""",
        "dependency 'a' (main.py:1): parameter 'x': Depends() takes a callable, not 'b'",
    ),
    (
        """
async def a(x=None): ...
a.__defaults__ = (Depends(a),)
@app.get('/')
async def f(x: Annotated[int, Depends(a)]): ...
""",
        "dependency cycle: 'a' (main.py:1) -> 'a' (main.py:1)",
    ),
    (
        """
async def g(): yield 1
async def a(x: Annotated[int, Depends(g, scope='function')]): yield x
@app.get('/')
async def f(x: Annotated[int, Depends(a)]): ...
""",
        (
            "dependency 'a' (main.py:2) has scope 'request': it ends after the response. It needs "
            "dependency 'g' (main.py:1), which ends before; give both the same scope"
        ),
    ),
    (
        """
@app.get('/', dependencies=[Depends()])
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': dependencies=[...] takes Depends(callable), not "
            "Depends(dependency=None, use_cache=True, inline=False, scope=None, "
            "max_concurrency=None, limit=None)"
        ),
    ),
    (
        """
@app.get('/', max_body_size='1')
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': max_body_size is '1'; expected a number of bytes",
    ),
    (
        """
@app.get('/', status_code=204)
async def f():
    yield 1
""",
        "endpoint 'f' (main.py:1) yields, but a response with status 204 has no body",
    ),
    (
        """
@app.get('/a')
async def f(): ...
@app.get('/a')
async def g(): ...
""",
        (
            "GET /a of endpoint 'g' (main.py:3) matches the same requests as GET /a of endpoint 'f' "
            "(main.py:1)"
        ),
    ),
    (
        """
@app.get('/{a}')
async def f(a): ...
@app.get('/{b}')
async def g(b): ...
""",
        (
            "GET /{b} of endpoint 'g' (main.py:3) matches the same requests as GET /{a} of endpoint "
            "'f' (main.py:1)"
        ),
    ),
    (
        """
@app.get('/docs')
async def f(): ...
""",
        "GET /docs of endpoint 'read_docs_page' ",
    ),
    (
        """
app.mount('/a', Bolide())
app.mount('/a', Bolide())
""",
        "mount /a of a Bolide matches the same requests as mount /a of a Bolide",
    ),
    (
        """
@app.controller('/')
class C: ...
""",
        "prefix '/' must start with '/' and not end with it",
    ),
    (
        """
app.add_controller(dep)
""",
        "a controller is a class, not ",
    ),
    (
        """
@app.get('/', summary=5)
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': summary is 5; expected a string",
    ),
    (
        """
@app.get('/', name=5)
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': name is 5; expected a string",
    ),
    (
        """
@app.get('/', inline='x')
async def f(): ...
""",
        "endpoint 'f' (main.py:1), path '/': inline is 'x'; expected True or False",
    ),
    (
        """
@app.get('/')
async def f(q: Annotated[int, Query(default_factory=lambda: 1)] = 2): ...
""",
        ("endpoint 'f' (main.py:1): parameter 'q' has a default and a default_factory; only one counts"),
    ),
    (
        """
@app.get('/', status_code=204)
async def f() -> Item: ...
""",
        (
            "endpoint 'f' (main.py:1): a response with status 204 has no body, but Item is declared for it; "
            "return None, or choose another status"
        ),
    ),
    (
        """
@app.get('/', status_code=304, response_model=list[Item])
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1): a response with status 304 has no body, but list[Item] is declared "
            "for it; return None, or choose another status"
        ),
    ),
    (
        """
@app.get('/', response_model_exclude='password')
async def f() -> Item: ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': response_model_exclude is 'password'; expected names of "
            "fields, like {'name'}"
        ),
    ),
    (
        """
@app.get('/', response_model_exclude_none={'name'})
async def f() -> Item: ...
""",
        (
            "endpoint 'f' (main.py:1), path '/': response_model_exclude_none is {'name'}; expected True or "
            "False"
        ),
    ),
    (
        """
@app.get('/', response_model_exclude={'password'})
async def f(): ...
""",
        (
            "endpoint 'f' (main.py:1): response_model_exclude needs a type whose fields it names; annotate "
            "the return value, or give response_model"
        ),
    ),
    (
        """
@app.get('/', response_class=HTMLResponse)
async def f() -> Annotated[str, Status(201)]: ...
""",
        (
            "endpoint 'f' (main.py:1): return type: Status() is for JSON, but the response is a "
            "HTMLResponse; return responses that have their status, or set it on an injected Response"
        ),
    ),
    (
        """
@app.get('/')
async def f() -> list[Annotated[Item, Status(201)]]: ...
""",
        (
            "endpoint 'f' (main.py:1): return type: Status() is of a whole result, not of a part of it; "
            "write Annotated[..., Status(201)] around all"
        ),
    ),
    (
        """
@app.get('/')
async def f() -> Annotated[Item, Status(204)]: ...
""",
        (
            "endpoint 'f' (main.py:1): return type: a response with status 204 has no body, but Item is "
            "declared for it; write Annotated[None, Status(204)]"
        ),
    ),
    (
        """
@app.get('/')
async def f() -> AsyncIterator[Annotated[Item, Status(201)]]:
    yield Item(name="a")
""",
        (
            "endpoint 'f' (main.py:1): return type: items of a stream have no status of their own; set "
            "status_code on the route"
        ),
    ),
    (
        """
Bolide(titel="Shop")
""",
        "Bolide(): there is no option 'titel'; did you mean 'title'?",
    ),
    (
        """
@app.exception_handler
async def f(request, exc): ...
""",
        (
            "exception_handler of 'f' (main.py:1) needs a status or an exception class: "
            "@app.exception_handler(404)"
        ),
    ),
    (
        """
@app.exception_handler(404)
async def f(request): ...
""",
        "exception handler 'f' (main.py:1) must take two arguments: request and error",
    ),
    (
        """
@app.get('/')
async def f(q: int = Query): ...
""",
        "endpoint 'f' (main.py:1): parameter 'q': Query as a default must be called: Query()",
    ),
    (
        """
@app.get('/')
async def f(request: Request | None = None): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'request': Request is always there; declare it as Request "
            "alone"
        ),
    ),
    (
        """
@app.websocket
async def f(ws): ...
""",
        "'f' (main.py:1): the decorator is called, like @app.websocket('/path')",
    ),
    (
        """
@app.controller
class C: ...
""",
        "'C' (main.py:1): the decorator is called, like @app.controller('/items')",
    ),
    (
        """
@app.exception_handler('404')
async def f(request, error): ...
""",
        "an exception handler is for a status or an exception class, not for '404'",
    ),
    (
        """
@app.middleware
async def f(request, call_next): ...
""",
        "'f' (main.py:1): the decorator is called, like @app.middleware('http')",
    ),
    (
        """
@app.middleware('http')
async def f(request): ...
""",
        "middleware 'f' (main.py:1) must take two arguments: request and call_next",
    ),
    (
        """
@app.on_event
async def f(): ...
""",
        "'f' (main.py:1): the decorator is called, like @app.on_event('startup')",
    ),
    (
        """
APIRouter(prefix=None)
""",
        "prefix is None; expected a text",
    ),
    (
        """
app.include_router(APIRouter(), prefx='/a')
""",
        "include_router(): there is no option 'prefx'; did you mean 'prefix'?",
    ),
    (
        """
APIRouter(route_class=dict)
""",
        (
            "APIRouter(): there is no option 'route_class'; what should stand around endpoints is "
            "middleware=[...]"
        ),
    ),
    (
        """
APIRouter(redirect_slashes=False)
""",
        "APIRouter(): there is no option 'redirect_slashes'; it is one of Bolide()",
    ),
    (
        """
Bolide(title='')
""",
        "Bolide(): title is ''; expected a text that is not empty",
    ),
    (
        """
Bolide(debug='no')
""",
        "Bolide(): debug is 'no'; expected True or False",
    ),
    (
        """
Bolide(max_errors=0)
""",
        "Bolide(): max_errors is 0; expected a number above 0",
    ),
    (
        """
Bolide(root_path='a')
""",
        "Bolide(): root_path is 'a'; expected '', or a path that starts with '/'",
    ),
    (
        """
Bolide(openapi_tags='a')
""",
        "Bolide(): openapi_tags is 'a'; expected a list of dictionaries, each with 'name', or None",
    ),
    (
        """
Bolide(webhooks=5)
""",
        "Bolide(): webhooks is 5; expected an APIRouter",
    ),
    (
        """
@contextlib.contextmanager
def life(app): yield
Bolide(lifespan=life)
""",
        "lifespan 'life' (main.py:1) must be 'async def' with a yield, below @asynccontextmanager",
    ),
    (
        """
@app.get('/')
async def f(a=Depends()): ...
""",
        (
            "endpoint 'f' (main.py:1): parameter 'a': Depends() without a callable needs a class "
            "hint that makes the value; write Depends(callable)"
        ),
    ),
    (
        """
@app.controller()
class C:
    @controllers.get('/')
    @property
    def read(self): ...
""",
        "path '/': an endpoint of a controller is a method, not ",
    ),
    (
        """
@app.controller()
class C:
    @controllers.get
    async def read(self): ...
""",
        "'C.read' (main.py:3): the decorator is called, like @get('/items') or @get()",
    ),
    (
        """
@app.controller()
class C:
    @controllers.websocket
    async def follow(self, websocket): ...
""",
        "'C.follow' (main.py:3): the decorator is called, like @websocket('/events') or @websocket()",
    ),
    (
        """
@app.controller()
class C:
    @staticmethod
    @controllers.get('/')
    def read(): ...
""",
        "'C.read' (main.py:3) is a static method; endpoints of a controller receive the instance",
    ),
    (
        """
@app.controller()
class C(abc.ABC):
    @controllers.get('/')
    @abc.abstractmethod
    def read(self): ...
""",
        "controller 'C' (main.py:1) is abstract: read must be defined",
    ),
    (
        """
@app.get('/%41')
async def f(): ...
""",
        ("endpoint 'f' (main.py:1): path '/%41' is percent-encoded; write it decoded, as paths are compared"),
    ),
    (
        """
app = Bolide(generate_unique_id_function=lambda route: 5)
@app.get('/')
async def f(): ...
""",
        (
            "generate_unique_id_function '<lambda>' (main.py:1) returned 5 for endpoint 'f' "
            "(main.py:2); expected a text"
        ),
    ),
    (
        """
@app.websocket('/ws')
async def f(q: int = 0): ...
""",
        (
            "endpoint 'f' (main.py:1) of a WebSocket route has no parameter of type WebSocket, so nothing "
            "can accept the connection"
        ),
    ),
]


def compile_source(source: str, directory: Path) -> None:
    """Import the application in *source* and make everything of it that is made at start-up."""
    app = import_source(source, directory).app
    app.compile()
    app.openapi()


@pytest.mark.parametrize(("source", "message"), MISTAKES, ids=[message[:60] for _, message in MISTAKES])
def test_mistake_is_one_clear_error(
    source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for key in set(CONVERTOR_TYPES) - BUILT_IN:
        monkeypatch.delitem(CONVERTOR_TYPES, key)  # of other tests
    with pytest.raises(BolideError) as raised:
        compile_source(IMPORTS + source.lstrip("\n"), tmp_path)
    shown = re.sub(r"main\.py:(\d+)", lambda found: f"main.py:{int(found[1]) - LINES}", str(raised.value))
    # Messages that hold an address, or a place in Bolide, are compared up to there.
    assert shown.startswith(message)
    assert shown == message or re.match(r"<.* at 0x|/|(, \w+)*\)", shown.removeprefix(message).lstrip("("))
