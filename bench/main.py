"""Measures, in interleaved rounds, and prints Markdown."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import rivals
import tables
import world
from crawl import Forebear, size
from process import on_cores
from recorder import record
from registry import serve

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
IMAGES = int(os.environ.get("BENCH_IMAGES", 5_000))
RUNS = int(os.environ.get("BENCH_RUNS", 200))
SAMPLE = int(os.environ.get("BENCH_SAMPLE", 80))


def main() -> None:
    with prepared() as (forebear, official, scratch):
        everything("official data", forebear, official, scratch, SAMPLE)
        cores_apart("official data", forebear, official, scratch)
        if IMAGES:
            generated = scratch / "generated"
            world.write(generated, IMAGES)
            everything("generated registry", forebear, generated, scratch, 0)


@contextmanager
def prepared():
    """The programs, the official data unpacked, and a folder that goes."""
    # So that the servers are ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    arguments.add_argument("--storage", type=Path, required=True)
    arguments = arguments.parse_args()
    forebear = Forebear(arguments.programs.resolve())
    print(tables.machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="forebear-bench-") as scratch:
        scratch = Path(scratch)
        yield forebear, unpacked(arguments.storage, scratch), scratch


def unpacked(storage: Path, scratch: Path) -> Path:
    """The registry's folder, from its archive."""
    official = scratch / "official"
    official.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", storage, "-C", official], check=True)
    return next(official.glob("**/docker/registry/v2")).parents[2]


def everything(title: str, forebear: Forebear, storage: Path, scratch: Path, sample: int) -> None:
    """All figures of one registry; `sample` images go to skopeo as well."""
    data = scratch / "data"
    requests = compare(f"{title}, all on the same cores", forebear, storage, scratch, sample)
    publishes, starts = [], []
    for _ in range(ROUNDS):
        publishes.append(forebear.publish(data))
        starts.append(forebear.starts())
    print(tables.publish(publishes, median(starts), size(data / "store")), flush=True)
    name = next(name for name in names(requests) if forebear.has_parent(data, name))
    ours, theirs = forebear.parent(data, name, RUNS)
    print(tables.query(name, ours, theirs), flush=True)


def compare(title: str, forebear: Forebear, storage: Path, scratch: Path, sample: int) -> list:
    """Crawl beside wrk, and beside skopeo with `sample` images. Returns the
    requests of a crawl."""
    data = scratch / "data"
    with serve(storage, scratch) as registry:
        requests = list_of(registry, forebear, data)
        images = rivals.sample(registry, requests, sample) if sample else []
        crawls, loads, loops, side_by_side = [], [], [], []
        for _ in range(ROUNDS):
            crawls.append(forebear.cold_crawl(registry, registry.host, data))
            loads.append(rivals.wrk(registry, requests, scratch))
            if images:
                loops.append(rivals.skopeo(images, 1))
                side_by_side.append(rivals.skopeo(images, 8))
        heads = rivals.head_and_get(registry, requests)
    print(tables.crawl(title, requests, crawls, loads, heads), flush=True)
    if images:
        print(tables.skopeo(crawls, loops, side_by_side, len(images)), flush=True)
    return requests


def cores_apart(title: str, forebear: Forebear, storage: Path, scratch: Path) -> None:
    """Crawl and wrk once more, the registry on one half of the cores and
    whoever asks on the other, as if they were two machines."""
    cores = sorted(os.sched_getaffinity(0))
    half = len(cores) // 2
    if half == 0:
        return
    with on_cores(cores[:half]), serve(storage, scratch) as registry, on_cores(cores[half:]):
        requests = list_of(registry, forebear, scratch / "data")
        crawls, loads = [], []
        for _ in range(ROUNDS):
            crawls.append(forebear.cold_crawl(registry, registry.host, scratch / "data"))
            loads.append(rivals.wrk(registry, requests, scratch))
    print(tables.crawl(f"{title}, registry on {half} of {len(cores)} cores", requests, crawls, loads), flush=True)


def list_of(registry, forebear: Forebear, data: Path) -> list:
    """The requests of a crawl. Making it warms the page cache for both sides."""
    requests = []
    with record(registry.host, requests) as host:
        crawl = forebear.cold_crawl(registry, host, data)
    if crawl.requests != len(requests):
        raise SystemExit(f"bench: {crawl.requests} requests counted, {len(requests)} recorded")
    return requests


def names(requests: list):
    """The tags that were asked for, last first, as a query writes them."""
    for request in reversed(requests):
        if request.method == "HEAD":
            repository, tag = request.path.removeprefix("/v2/").split("/manifests/")
            yield f"docker.io/{repository}:{tag}"


if __name__ == "__main__":
    main()
