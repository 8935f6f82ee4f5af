"""A forwarder on loopback that writes down the requests that pass it."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass

KEPT = ("accept", "user-agent")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: tuple  # of (name, value), those that are kept

    def line(self) -> str:
        """For replay.lua."""
        return "\t".join([self.method, self.path, *(part for header in self.headers for part in header)])


@contextmanager
def record(host: str, requests: list):
    """Yields an address that leads to `host`; what is asked there is appended
    to `requests`. They must have no bodies, as a crawl's have none."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def accept(client_in, client_out):
        try:
            server_in, server_out = await asyncio.open_connection(*host.split(":"))
            await asyncio.gather(
                listen(client_in, server_out, requests), forward(server_in, client_out)
            )
        except ConnectionError:
            pass

    async def start():
        return await asyncio.start_server(accept, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def listen(client, server, requests):
    pending = b""
    while data := await client.read(1 << 16):
        server.write(data)
        *heads, pending = (pending + data).split(b"\r\n\r\n")
        requests.extend(map(parse, heads))
    server.close()


async def forward(server, client):
    while data := await server.read(1 << 16):
        client.write(data)
        await client.drain()
    client.close()


def parse(head: bytes) -> Request:
    first, *rest = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = (line.split(": ", 1) for line in rest)
    return Request(method, path, tuple((n.lower(), v) for n, v in headers if n.lower() in KEPT))
