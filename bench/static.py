"""The same answers as static files, from nginx: a registry that costs nothing."""

import http.client
import subprocess
from contextlib import contextmanager
from pathlib import Path

import process
from registry import Registry, free_port, wait_for

# Paths are files; what a file cannot say of itself stands in maps.
CONFIG = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections 1024; }}
http {{
    log_format arrival '$msec $request_time $request_method $uri';
    access_log {log};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map_hash_max_size 1048576;
    map_hash_bucket_size 512;
    keepalive_requests 1000000000;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=100000 inactive=10m;
    open_file_cache_valid 10m;
    types {{ }}
    default_type "";
    map $uri $content_type_of {{ {types} }}
    map $uri $digest_of {{ {digests} }}
    server {{
        listen {host};
        root {folder}/files;
        add_header Content-Type $content_type_of;
        add_header Docker-Content-Digest $digest_of;
        add_header Docker-Distribution-Api-Version registry/2.0;
        location = /v2/ {{ default_type application/json; return 200 "{{}}"; }}
    }}
}}
"""


@contextmanager
def serve_static(registry: Registry, requests: list, scratch: Path, log: str = "off"):
    """Serves what `registry` answers to `requests`, until the block ends. The
    process that is counted is nginx's one worker."""
    folder = scratch / "static"
    types, digests = keep(registry, requests, folder / "files")
    host = f"127.0.0.1:{free_port()}"
    config = folder / "nginx.conf"
    quoted = lambda values: " ".join(f'"{path}" "{value}";' for path, value in values.items())
    config.write_text(CONFIG.format(folder=folder, host=host, types=quoted(types), digests=quoted(digests), log=log))
    child = subprocess.Popen(["nginx", "-c", config, "-p", folder, "-e", folder / "error.log"])
    try:
        wait_for(host)
        yield Registry(host, worker_of(child.pid))
    finally:
        process.end(child)


def keep(registry: Registry, requests: list, files: Path) -> tuple:
    """Writes the body of each answer where its path says. Returns the types
    and digests by path."""
    types, digests = {}, {}
    connection = http.client.HTTPConnection(registry.host)
    for request in requests:
        path = request.path.partition("?")[0]
        if path == "/v2/" or path in types:
            continue
        connection.request("GET", request.path, headers=dict(request.headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or answer.headers["Link"]:
            raise SystemExit(f"bench: {path} can't be made a static file: {answer.status} {answer.headers['Link']}")
        file = files / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        types[path] = answer.headers["Content-Type"]
        if digest := answer.headers["Docker-Content-Digest"]:
            digests[path] = digest
    connection.close()
    return types, digests


def worker_of(master: int) -> int:
    """The process id of nginx's worker."""
    return int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
