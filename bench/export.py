"""Exports at scale: rows and bytes a second beside DuckDB's own COPY of the same rows, peak
memory as worlds double, and what a table takes on disk for each image. `make bench-export`; the
tables are what docs/benchmarks.md holds."""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

import process
import tables

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000000 2000000 5000000 10000000").split()]
BESIDE = int(os.environ.get("BENCH_BESIDE", 1_000_000))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
SEED = os.environ.get("BENCH_SEED", "1")
# As the exports have them.
GROUP = 131_072


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    arguments.add_argument("--scratch", type=Path, required=True)
    arguments = arguments.parse_args()
    programs = arguments.programs.resolve()
    print(tables.machine([f"DuckDB {duckdb.__version__}"]), flush=True)
    worlds = []
    for images in sorted(SIZES):
        with tempfile.TemporaryDirectory(prefix="forebear-bench-", dir=arguments.scratch) as scratch:
            worlds.append(measure(programs, Path(scratch), images))
        print(world_table(worlds[-1]), flush=True)
    print(growth_table(worlds), flush=True)
    print(size_table(worlds[-1]), flush=True)


def measure(programs: Path, scratch: Path, images: int) -> dict:
    rows, index, folder = scratch / "rows", scratch / "index", scratch / "export"
    process.run(str(programs / "examples/scale_world"), SEED, str(images), str(rows))
    told = json.loads(process.run(str(programs / "examples/index_bench"), "publish", str(rows), str(index)).output)
    rows.unlink()
    world = {"images": images, "index": os.path.getsize(told["file"]), "ours": [], "theirs": []}
    base = None
    for _ in range(ROUNDS):
        world["ours"].append(process.run(str(programs / "forebear"), "export", str(folder), "--index", told["file"], "--quiet"))
        world["files"] = json.loads((folder / "MANIFEST.json").read_text())["files"]
        if images <= BESIDE:
            base = base or loaded(folder, scratch)
            world["theirs"].append(copied(base, world["files"], scratch / "copy"))
    return world


def loaded(folder: Path, scratch: Path):
    """The rows in DuckDB's own tables: reading them is its best case."""
    base = duckdb.connect(str(scratch / "base.duckdb"))
    base.execute(f"SET threads = {len(os.sched_getaffinity(0))}; SET temp_directory = '{scratch}'; SET TimeZone = 'UTC'")
    for file in sorted(folder.glob("*.parquet")):
        base.execute(f"CREATE TABLE {file.stem} AS SELECT * FROM '{file}'")
    base.execute("CHECKPOINT")
    return base


def copied(base, files: list, folder: Path) -> dict:
    """DuckDB writes all tables, one after another, each with all cores."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    seconds = {}
    for file in files:
        begun = time.perf_counter()
        base.execute(f"COPY {file['table']} TO '{folder / file['path']}' "
                     f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})")
        # As ours are.
        with open(folder / file["path"], "rb") as written:
            os.fsync(written.fileno())
        seconds[file["table"]] = time.perf_counter() - begun
    size = sum(os.path.getsize(path) for path in folder.iterdir())
    return {"wall": sum(seconds.values()), "bytes": size, "seconds": seconds}


def world_table(world: dict) -> str:
    rows, size = (sum(file[what] for file in world["files"]) for what in ("rows", "bytes"))
    ours, theirs = world["ours"], world["theirs"]
    lines = [
        ("seconds", [run.wall for run in ours], tables.seconds),
        ("rows/s", [rows / run.wall for run in ours], tables.number),
        ("MB/s written", [size / run.wall / 1e6 for run in ours], tables.number),
        ("CPU seconds", [run.cpu for run in ours], tables.number),
        ("peak memory, the mapped index aside", [run.anonymous for run in ours], tables.mebibytes),
        ("peak memory, all", [run.peak for run in ours], tables.mebibytes),
    ]
    if theirs:
        lines += [
            ("DuckDB's COPY: seconds", [run["wall"] for run in theirs], tables.seconds),
            ("DuckDB's COPY: rows/s", [rows / run["wall"] for run in theirs], tables.number),
            ("DuckDB's COPY: MB/s written", [run["bytes"] / run["wall"] / 1e6 for run in theirs], tables.number),
            ("DuckDB's COPY: bytes / ours", [run["bytes"] / size for run in theirs], tables.percent),
            ("**forebear / DuckDB, rows/s**", [b["wall"] / a.wall for a, b in zip(ours, theirs)], tables.percent),
        ]
    note = f"{rows:,} rows in {len(world['files'])} tables, {size / 1e6:,.0f} MB; an index of {tables.mebibytes(world['index'])}."
    return tables.table(f"Export to Parquet: {world['images']:,} images", lines, note)


def growth_table(worlds: list) -> str:
    lines = ["### Export: memory as worlds grow\n",
             "| images | rows | seconds | peak memory, the mapped index aside | that of the world before | times its images |",
             "|---:|---:|---:|---:|---:|---:|"]
    before = None
    for world in worlds:
        peak = median(run.anonymous for run in world["ours"])
        rows = sum(file["rows"] for file in world["files"])
        grown = f"× {peak / before[1]:.2f} | × {world['images'] / before[0]:.1f}" if before else "| "
        lines.append(f"| {world['images']:,} | {rows:,} | {median(run.wall for run in world['ours']):.1f} | "
                     f"{tables.mebibytes(peak)} | {grown} |")
        before = (world["images"], peak)
    return "\n".join(lines) + "\n"


def size_table(world: dict) -> str:
    images = world["images"]
    lines = [f"### Export: bytes on disk, {images:,} images\n", "| table | rows | bytes | bytes a row | bytes an image |",
             "|---|---:|---:|---:|---:|"]
    for file in world["files"]:
        rows, size = file["rows"], file["bytes"]
        lines.append(f"| {file['table']} | {rows:,} | {size:,} | {size / max(rows, 1):.1f} | {size / images:.1f} |")
    whole = sum(file["bytes"] for file in world["files"])
    lines.append(f"| all | {sum(file['rows'] for file in world['files']):,} | {whole:,} | | {whole / images:.1f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
