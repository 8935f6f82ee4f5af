"""Measures, in interleaved rounds, and prints Markdown."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import rivals
import tables
import world
from crawl import Forebear, size
from recorder import record
from registry import serve

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
IMAGES = int(os.environ.get("BENCH_IMAGES", 5_000))
RUNS = int(os.environ.get("BENCH_RUNS", 200))
SAMPLE = int(os.environ.get("BENCH_SAMPLE", 80))
# The list is sent for this long, some times over.
WRK_SECONDS = 8


def main() -> None:
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
        official = scratch / "official"
        official.mkdir()
        subprocess.run(["tar", "--zstd", "-xf", arguments.storage, "-C", official], check=True)
        measure("official data", forebear, storage_in(official), scratch, skopeo=True)
        if IMAGES:
            made = scratch / "generated"
            world.write(made, IMAGES)
            measure("generated registry", forebear, made, scratch, skopeo=False)


def storage_in(folder: Path) -> Path:
    """The folder that holds docker/registry/v2."""
    return next(folder.glob("**/docker/registry/v2")).parents[2]


def measure(title: str, forebear: Forebear, storage: Path, scratch: Path, skopeo: bool) -> None:
    """Everything that is measured on one registry."""
    data = scratch / "data"
    with serve(storage, scratch) as registry:
        requests = []
        # This crawl makes the list, and warms the page cache for both sides.
        with record(registry.host, requests) as host:
            recorded = forebear.cold_crawl(registry, host, data)
        if recorded.requests != len(requests):
            raise SystemExit(f"bench: {recorded.requests} requests counted, {len(requests)} recorded")
        sample = rivals.sample(registry, requests, SAMPLE) if skopeo else []
        crawls, loads, loops, side_by_side = [], [], [], []
        for _ in range(ROUNDS):
            crawls.append(forebear.cold_crawl(registry, registry.host, data))
            loads.append(rivals.wrk(registry, requests, WRK_SECONDS, scratch))
            if sample:
                loops.append(rivals.skopeo(sample, 1))
                side_by_side.append(rivals.skopeo(sample, 8))
        heads = rivals.head_and_get(registry, requests)
    print(tables.crawl(title, requests, crawls, loads, heads), flush=True)
    if sample:
        print(tables.skopeo(crawls, loops, side_by_side, len(sample)), flush=True)
    publishes, starts = [], []
    for _ in range(ROUNDS):
        publishes.append(forebear.publish(data))
        starts.append(forebear.starts())
    print(tables.publish(publishes, median(starts), size(data / "store")), flush=True)
    name = next(name for name in names(requests) if forebear.has_parent(data, name))
    ours, theirs = forebear.parent(data, name, RUNS)
    print(tables.query(name, ours, theirs), flush=True)


def names(requests: list):
    """The tags that were asked for, last first, as a query writes them."""
    for request in reversed(requests):
        if request.method == "HEAD":
            repository, tag = request.path.removeprefix("/v2/").split("/manifests/")
            yield f"docker.io/{repository}:{tag}"


if __name__ == "__main__":
    main()
