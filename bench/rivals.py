"""Their side: wrk and skopeo on the same registry."""

import http.client
import json
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import process
from crawl import CONCURRENCY
from registry import Registry

HERE = Path(__file__).parent


@dataclass
class Load:
    requests: int
    seconds: float
    server: float  # CPU seconds of the registry meanwhile

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def wrk(registry: Registry, requests: list, scratch: Path) -> Load:
    """Replays the list once, in its order."""
    file = scratch / "requests.txt"
    # wrk waits for a body after a HEAD until the time is up (4.1.0), so it
    # sends GET there; `head_and_get` measures what that changes.
    file.write_text("".join(request.line().replace("HEAD", "GET", 1) + "\n" for request in requests))
    before = process.cpu_of(registry.pid)
    command = ["wrk", "-c", CONCURRENCY, "-t", "1", "-d", "5m", "-s", HERE / "replay.lua",
               f"http://{registry.host}/", "--", file]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        while child.stdout.readline() not in ("sent\n", ""):
            pass
        child.send_signal(signal.SIGINT)
        output = child.stdout.read()
    finally:
        process.end(child)
    told = json.loads(output.splitlines()[-1])
    if told["errors"] or told["requests"] < len(requests) * 0.99:
        raise SystemExit(f"bench: wrk did not do it all: {output}")
    return Load(told["requests"], told["microseconds"] / 1e6, process.cpu_of(registry.pid) - before)


def head_and_get(registry: Registry, requests: list) -> tuple:
    """CPU seconds of the registry for some of the list's HEADs, sent as HEAD
    and as GET."""
    heads = [request for request in requests if request.method == "HEAD"][:300]
    spent = {"HEAD": 0.0, "GET": 0.0}
    connection = http.client.HTTPConnection(registry.host)
    until = time.monotonic() + 6
    while time.monotonic() < until:
        for method in spent:
            before = process.cpu_of(registry.pid)
            for request in heads:
                connection.request(method, request.path, headers=dict(request.headers))
                connection.getresponse().read()
            spent[method] += process.cpu_of(registry.pid) - before
    connection.close()
    return spent["HEAD"], spent["GET"]


def sample(registry: Registry, requests: list, count: int) -> list:
    """Some of the images that the crawl fetched, evenly picked:
    HOST/REPOSITORY@DIGEST."""
    manifests = [one for one in requests if one.method == "GET" and "/manifests/sha256:" in one.path]
    images = []
    connection = http.client.HTTPConnection(registry.host)
    # Some are indexes, and are passed over.
    for request in manifests[:: max(1, len(manifests) * 2 // (count * 3))]:
        connection.request("GET", request.path, headers=dict(request.headers))
        if "config" in json.load(connection.getresponse()):
            images.append(registry.host + request.path.removeprefix("/v2").replace("/manifests/", "@"))
    connection.close()
    return images[:count]


def skopeo(images: list, at_once: int) -> float:
    """Images per second of shell loops around skopeo, this many side by side."""
    shares = ["\n".join(images[number::at_once]) + "\n" for number in range(at_once)]
    begun = time.perf_counter()
    loops = [subprocess.Popen([HERE / "skopeo.sh"], stdin=subprocess.PIPE, text=True) for _ in shares]
    for loop, share in zip(loops, shares):
        loop.stdin.write(share)
        loop.stdin.close()
    if any([loop.wait() for loop in loops]):
        raise SystemExit("bench: skopeo failed")
    return len(images) / (time.perf_counter() - begun)
