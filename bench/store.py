"""The crawler's store at scale: loading, publishing beside publishing from a file
of rows, making the index of the store anew, and a night on which nothing changed.
`make bench-store`; the tables are what docs/benchmarks.md holds."""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import process
import tables

IMAGES = int(os.environ.get("BENCH_IMAGES", 1_000_000))
CACHE = os.environ.get("BENCH_CACHE", "64")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    programs = arguments.parse_args().programs.resolve()
    print(tables.machine([f"a cache of {CACHE} MiB"]), flush=True)
    with tempfile.TemporaryDirectory(prefix="forebear-bench-", dir=os.environ.get("BENCH_SCRATCH")) as scratch:
        print(table(measure(programs, Path(scratch))), flush=True)


def measure(programs: Path, scratch: Path) -> dict:
    data, crawler = scratch / "data", str(programs / "forebear-crawl")
    store = data / "store"
    load = loaded(programs, "1", IMAGES, store, CACHE)
    told = json.loads(load.output)
    parts = {part: size(store / part) for part in ("facts", "rows", "sled")}
    rows = scratch / "rows"
    process.run(str(programs / "examples/scale_world"), "1", str(IMAGES), str(rows))
    from_rows = process.run(str(programs / "examples/index_bench"), "publish", str(rows), str(scratch / "from-rows"))
    publish = process.run(crawler, "publish", "--data", str(data), "--cache", CACHE)
    shutil.rmtree(store / "sled")
    rebuild = process.run(crawler, "failures", "--data", str(data), "--cache", CACHE)
    check = process.run(crawler, "store", "check", "--data", str(data), "--cache", CACHE)
    return {"load": load, "told": told, "parts": parts, "from_rows": from_rows, "publish": publish,
            "rebuild": rebuild, "check": check}


def loaded(programs: Path, seed: str, images: int, store: Path, cache: str) -> process.Run:
    """A world made by one process and put into a store by the other, which is measured."""
    program = str(programs / "examples/store_load")
    with subprocess.Popen([program, "make", seed, str(images)], stdout=subprocess.PIPE) as world:
        return process.run(program, "load", str(store), cache, stdin=world.stdout)


def size(folder: Path) -> int:
    return sum(os.path.getsize(Path(at) / name) for at, _, names in os.walk(folder) for name in names)


def table(of: dict) -> str:
    load, told, parts = of["load"], of["told"], of["parts"]
    whole = sum(parts.values())
    lines = [
        ("loading: documents/s", f"{told['documents'] / told['in_store']:,.0f} in the store's calls, "
         f"{told['documents'] / told['seconds']:,.0f} with reading what they say"),
        ("loading: CPU a document", f"{load.cpu / told['documents'] * 1e6:.0f} µs"),
        ("loading: peak memory", mebibytes(load.peak)),
        ("documents, as fetched", mebibytes(told["bytes"])),
        ("store on disk", f"{mebibytes(whole)}, {whole / IMAGES:,.0f} bytes an image"),
        *((f"of it {part}/", f"{mebibytes(held)}, {held / IMAGES:,.0f} bytes an image") for part, held in parts.items()),
        ("publishing", f"{of['publish'].wall:.1f} s, {mebibytes(of['publish'].peak)} peak"),
        ("publishing from a file of rows", f"{of['from_rows'].wall:.1f} s, {mebibytes(of['from_rows'].peak)} peak"),
        ("ratio", f"{of['publish'].wall / of['from_rows'].wall:.2f}"),
        ("making sled/ anew", f"{of['rebuild'].wall:.1f} s, {mebibytes(of['rebuild'].peak)} peak"),
        ("reading all of the log", f"{of['check'].wall:.1f} s"),
        (f"a night of {told['night_tags']:,} unchanged tags", f"{told['night_bytes']:,} bytes of log"),
    ]
    rows = "\n".join(f"| {name} | {value} |" for name, value in lines)
    return f"\n{IMAGES:,} images, `--cache {CACHE}`\n\n| figure | value |\n|---|---:|\n{rows}\n"


def mebibytes(number: int) -> str:
    return f"{number / (1 << 20):,.1f} MiB"


if __name__ == "__main__":
    main()
