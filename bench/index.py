"""The index at scale: publishing, asking, and others on the same data."""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median

import index_rivals as rivals
import index_store as store
import index_tables as tables
import process

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10000 1000000 10000000").split()]
GROWTH = [int(size) for size in os.environ.get("BENCH_GROWTH", "1250000 2500000 5000000").split()]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
STORE = int(os.environ.get("BENCH_STORE", 1_000_000))
RUNS = int(os.environ.get("BENCH_RUNS", 300))
RESULTS = os.environ.get("BENCH_RESULTS")
SEED = os.environ.get("BENCH_SEED", "1")
ROWS = os.environ.get("BENCH_ROWS")
# Cold processes are measured for this many different names at most.
NAMES = 100
# Single questions of each kind.
QUESTIONS = 20_000


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    arguments.add_argument("--scratch", type=Path, required=True)
    arguments = arguments.parse_args()
    bench = Bench(arguments.programs.resolve())
    print(tables.machine(), flush=True)
    worlds = []
    for images in sorted({*SIZES, *GROWTH}):
        with tempfile.TemporaryDirectory(prefix="forebear-bench-", dir=arguments.scratch) as scratch:
            world = bench.world(images, Path(scratch), images in SIZES)
        worlds.append(world)
        if RESULTS:
            Path(RESULTS).write_text(json.dumps(worlds, indent=1))
        print(tables.world(world), flush=True)
    if worlds:
        print(tables.growth(worlds), flush=True)
        print(tables.sections(worlds[-1]), flush=True)
    if STORE:
        with tempfile.TemporaryDirectory(prefix="forebear-bench-", dir=arguments.scratch) as scratch:
            stored = store.measure(bench.programs, STORE, SEED, Path(scratch))
        print(tables.store(stored), flush=True)


class Bench:
    def __init__(self, programs: Path):
        self.programs = programs
        self.query = str(programs / "forebear")
        self.make = str(programs / "examples/scale_world")
        self.inside = str(programs / "examples/index_bench")

    def tell(self, *words) -> dict:
        """What the program inside says, and what running it took."""
        return json.loads(process.run(self.inside, *map(str, words)).output)

    def world(self, images: int, scratch: Path, whole: bool) -> dict:
        rows, data = Path(ROWS or scratch) / f"{SEED}-{images}.rows", scratch / "data"
        if not rows.exists():
            process.run(self.make, SEED, str(images), str(rows))
        world = {"images": images, "seed": SEED, "rows_bytes": rows.stat().st_size}
        # Also brings the file into memory, as far as it fits.
        world["read"] = [self.tell("read", rows) for _ in range(ROUNDS)]
        world["publish"] = [self.publish(rows, data / "index") for _ in range(ROUNDS)]
        if not ROWS:
            rows.unlink()
        if whole:
            index = world["publish"][-1]["file"]
            world["cold"] = self.cold(index, data)
            world["ask"] = [self.tell("ask", index, min(images, QUESTIONS)) for _ in range(ROUNDS)]
            world["all"] = [self.tell("all", index) for _ in range(ROUNDS)]
            world["scan"] = self.tell("scan", index, 2_000 if images < 100_000 else 60)
            columns = scratch / "columns"
            columns.mkdir()
            self.run("export", index, columns)
            shutil.rmtree(data)
            world["sqlite"] = rivals.sqlite(columns, scratch)
            world["duckdb"] = rivals.duckdb_all(columns, scratch)
        return world

    def run(self, *words) -> process.Run:
        return process.run(self.inside, *map(str, words))

    def publish(self, rows: Path, folder: Path) -> dict:
        shutil.rmtree(folder, ignore_errors=True)
        run = self.run("publish", rows, folder)
        return json.loads(run.output) | {
            "wall": run.wall, "cpu": run.cpu, "peak": run.peak, "anonymous": run.anonymous, "mapped": run.mapped,
        }

    def cold(self, index: str, data: Path) -> dict:
        """`forebear parent NAME` in a process of its own, `true` between."""
        true = shutil.which("true")
        names = self.run("names", index, NAMES).output.split()
        # A name may lead elsewhere for the platform that is asked for.
        names = [name for name in names if self.answers(name, data)]
        ours, theirs = [], []
        for number in range(RUNS):
            name = names[number % len(names)]
            ours.append(process.wall(self.query, "parent", name, "--data", str(data)))
            theirs.append(process.wall(true))
        return {"names": len(names), "ours": sorted(ours), "true": sorted(theirs)}

    def answers(self, name: str, data: Path) -> bool:
        try:
            process.wall(self.query, "parent", name, "--data", str(data))
            return True
        except SystemExit:
            return False


if __name__ == "__main__":
    main()
