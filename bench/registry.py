"""Debian's docker-registry on loopback."""

import json
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import process

# As the tests configure it (crates/forebear-testkit/src/real). Without an
# access log: it would be work that neither side asked for.
CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {root}}}
  maintenance: {{uploadpurging: {{enabled: false}}}}
http: {{addr: "{host}"}}
"""


@dataclass
class Registry:
    host: str
    pid: int


@contextmanager
def serve(storage: Path, scratch: Path):
    """Serves a storage folder until the block ends."""
    host = f"127.0.0.1:{free_port()}"
    config = scratch / f"{storage.name}.yml"
    config.write_text(CONFIG.format(root=json.dumps(str(storage)), host=host))
    with open(scratch / f"{storage.name}.log", "wb") as log:
        child = subprocess.Popen(["docker-registry", "serve", config], stdout=log, stderr=log)
    try:
        wait_for(host)
        yield Registry(host, child.pid)
    finally:
        process.end(child)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(host: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            return urllib.request.urlopen(f"http://{host}/v2/", timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: docker-registry does not answer at {host}: {error}")
            time.sleep(0.02)
