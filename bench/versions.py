"""Two builds of forebear beside each other, in alternating rounds: is the new
one slower? `make bench-versions OLD=FOLDER`, FOLDER being target/release of the
build before, made by `make bench-programs` in its checkout."""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import process
import tables
from crawl import Forebear
from main import unpacked
from registry import serve

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 5))
IMAGES = int(os.environ.get("BENCH_IMAGES", 1_000_000))
RUNS = int(os.environ.get("BENCH_RUNS", 100))
QUESTIONS = 20_000


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--old", type=Path, required=True, help="target/release of the build before")
    arguments.add_argument("--new", type=Path, required=True, help="target/release of the build after")
    arguments.add_argument("--storage", type=Path, required=True)
    arguments = arguments.parse_args()
    builds = arguments.old.resolve(), arguments.new.resolve()
    print(tables.machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="forebear-bench-") as scratch:
        print(compared("a cold crawl of the official data", crawls(builds, arguments.storage, Path(scratch))), flush=True)
        print(compared(f"the index, {IMAGES:,} images", index(builds, Path(scratch))), flush=True)


def crawls(builds, packed: Path, scratch: Path) -> list:
    """Of each round what the old and the new build took."""
    data, storage = scratch / "data", unpacked(packed, scratch)
    with serve(storage, scratch) as registry:
        return rounds(builds, lambda programs: crawl(Forebear(programs), registry, data))


def crawl(forebear: Forebear, registry, data: Path) -> dict:
    run = forebear.cold_crawl(registry, registry.host, data).run
    return {"crawl, wall": run.wall, "crawl, CPU": run.cpu, "crawl, peak memory": run.peak}


def index(builds, scratch: Path) -> list:
    # Rows have versions: each build writes its own, of the same world.
    rows = {}
    for number, programs in enumerate(builds):
        rows[programs] = scratch / f"rows-{number}"
        process.run(str(programs / "examples/scale_world"), "1", str(IMAGES), str(rows[programs]))
    return rounds(builds, lambda programs: ask(programs, rows[programs], scratch / "index-data"))


def ask(programs: Path, rows: Path, data: Path) -> dict:
    shutil.rmtree(data, ignore_errors=True)
    inside = str(programs / "examples/index_bench")
    publish = process.run(inside, "publish", str(rows), str(data / "index"))
    told = json.loads(publish.output)
    asked = json.loads(process.run(inside, "ask", told["file"], str(min(IMAGES, QUESTIONS))).output)
    everything = json.loads(process.run(inside, "all", told["file"]).output)
    names = process.run(inside, "names", told["file"], "20").output.split()
    figures = {
        "publish, wall": told["seconds"], "publish, CPU": publish.cpu, "publish, peak memory": publish.peak,
        "index, bytes": told["bytes"],
        "all parents, stored": everything["stored_seconds"], "all parents, by the rule": everything["anew_seconds"],
        "cold `forebear parent`": cold(programs, names, data),
    }
    for way in ("by_id", "known", "outside", "known_resolve", "outside_resolve"):
        figures |= {f"in process, {way}, {which}": asked[way][which] for which in ("median", "p99")}
    return figures


def cold(programs: Path, names: list, data: Path) -> float:
    """The median of cold processes."""
    command = [str(programs / "forebear"), "parent", "--data", str(data)]
    # Some names lead to no image of the default platform.
    names = [name for name in names if subprocess.run([*command, name], capture_output=True).returncode == 0]
    return median(process.wall(*command, names[number % len(names)]) for number in range(RUNS))


def rounds(builds, measure) -> list:
    """The first round warms both up and is not counted. Which one goes first
    alternates."""
    measured = []
    for number in range(ROUNDS + 1):
        order = (0, 1) if number % 2 else (1, 0)
        both = {which: measure(builds[which]) for which in order}
        measured.append((both[0], both[1]))
    return measured[1:]


def compared(title: str, measured: list) -> str:
    lines = [f"### New / old: {title}", "", "| figure | median of the ratios | rounds |", "|---|---:|---|"]
    for figure in measured[0][0]:
        ratios = [new[figure] / old[figure] for old, new in measured if old[figure]]
        shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        lines.append(f"| {figure} | {median(ratios):.2f} | {shown} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
