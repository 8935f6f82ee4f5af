"""The pages at scale: time and memory to write them, bytes an image, and in Chromium the first
useful paint and a keystroke of search. `make bench-page`; docs/benchmarks.md holds the table.
Needs Chromium, node and npm (`npm ci --prefix tests/browser`)."""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import process
import tables

SIZES = [int(size) for size in os.environ.get("BENCH_IMAGES", "5000 100000").split()]
HERE = Path(__file__).resolve().parent


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    programs = arguments.parse_args().programs.resolve()
    print(tables.machine([tables.version("chromium", "--version")]), flush=True)
    print("| images | seconds | memory | files | bytes | bytes an image | first paint | a keystroke, median | worst |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for images in SIZES:
        with tempfile.TemporaryDirectory(prefix="forebear-bench-", dir=os.environ.get("BENCH_SCRATCH")) as scratch:
            print(row(images, programs, Path(scratch)), flush=True)


def row(images: int, programs: Path, scratch: Path) -> str:
    rows, index, site = scratch / "rows", scratch / "index", scratch / "site"
    process.run(str(programs / "examples/scale_world"), "1", str(images), str(rows))
    process.run(str(programs / "examples/index_bench"), "publish", str(rows), str(index))
    file = next(path for path in sorted(index.rglob("*")) if path.is_file() and path.name != "CURRENT")
    written = process.run(str(programs / "forebear"), "export", str(site), "--format", "html", "--index", str(file))
    sizes = [os.path.getsize(Path(at) / name) for at, _, names in os.walk(site) for name in names]
    browser = subprocess.run(["node", str(HERE / "page.mjs"), str(site)], check=True, capture_output=True, text=True)
    seen = json.loads(browser.stdout)
    shutil.rmtree(site)
    return (f"| {images:,} | {written.wall:.1f} | {written.peak / 1e6:.0f} MB | {len(sizes):,} | {sum(sizes) / 1e6:,.0f} MB "
            f"| {sum(sizes) / images:,.0f} | {seen['paint']:.0f} ms | {seen['median']:.0f} ms | {seen['worst']:.0f} ms |")


if __name__ == "__main__":
    main()
