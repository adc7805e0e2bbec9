# /// script
# dependencies = ["python-socketio[asyncio_client]==5.18.1", "uvicorn==0.54.0", "websockets==16.0"]
# ///
import asyncio
import socket

import socketio
import uvicorn

from bolide import Bolide
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import serve

sio = socketio.AsyncServer(async_mode="asgi", ping_interval=1, ping_timeout=1)
app = Bolide()


@sio.event
async def greet(sid, name):
    return f"Hello {name}"


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> int:
    await sio.emit("read", item_id)
    return item_id


# Below a path, for every server, and around the application, for ASGI servers.
app.mount("/inner", socketio.ASGIApp(sio, socketio_path="inner/socket.io"))
around = socketio.ASGIApp(sio, app)


async def talk(port, path, transport):
    """Call a function of the server, and get the event that a request to the application causes."""
    async with socketio.AsyncSimpleClient() as client:
        await client.connect(f"http://127.0.0.1:{port}", socketio_path=path, transports=[transport])
        assert await client.call("greet", "Ann") == "Hello Ann"
        assert await ask(port) == b"7"
        assert await client.receive(timeout=10) == ["read", 7]


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /items/7 HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.rpartition(b"\r\n\r\n")[2]


async def on_the_native_server():
    ready, stop = asyncio.get_running_loop().create_future(), asyncio.Event()
    serving = asyncio.create_task(serve(app, ServerConfig(port=0), on_ready=ready.set_result, stop=stop))
    await asyncio.wait([ready, serving], return_when=asyncio.FIRST_COMPLETED)
    await talk(ready.result()[1], "inner/socket.io", "polling")
    stop.set()
    await serving


async def on_uvicorn():
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(around, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    port = listener.getsockname()[1]
    for path in ("socket.io", "inner/socket.io"):
        for transport in ("websocket", "polling"):
            await talk(port, path, transport)
    server.should_exit = True
    await serving


asyncio.run(on_the_native_server())
asyncio.run(on_uvicorn())
