"""The crawler's database at scale: a generated world put into it, and an index
published from it."""

import json
import os
import shutil
from pathlib import Path

import process
import store

# MiB, for loading and for publishing.
CACHES = [64, 256, 1024]


def measure(programs: Path, images: int, seed: str, scratch: Path) -> dict:
    data = scratch / "stored"
    crawler = str(programs / "forebear-crawl")
    load = store.loaded(programs, seed, images, data / "store", "256")
    told = json.loads(load.output)
    publishes = {}
    for cache in CACHES:
        shutil.rmtree(data / "index", ignore_errors=True)
        run = process.run(crawler, "publish", "--data", str(data), "--cache", str(cache), "--format", "json")
        publishes[cache] = {"wall": run.wall, "cpu": run.cpu, "peak": run.peak, "anonymous": run.anonymous,
                            "mapped": run.mapped} | json.loads(run.output)
    size = sum(os.path.getsize(Path(at) / name) for at, _, names in os.walk(data / "store") for name in names)
    shutil.rmtree(data)
    return {"images": images, "load": told | {"peak": load.peak, "cpu": load.cpu}, "disk": size,
            "publish": publishes}
