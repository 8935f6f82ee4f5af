"""How others answer "the nearest image below": on columns that `index_bench
export` wrote, which has already turned every layer prefix into a number."""

import sqlite3
import time
from pathlib import Path
from statistics import median

import duckdb
import numpy

NONE = 2**32 - 1
QUERIES = 20_000
ROUNDS = 3


def column(folder: Path, name: str):
    kinds = {"u64": numpy.uint64, "u32": numpy.uint32}
    return numpy.fromfile(folder / name, dtype=kinds[name.rsplit(".")[-1]])


def sqlite(columns: Path, scratch: Path) -> dict:
    """One row for each stack of layers, by its hash; a query asks for one
    prefix after another, longest first, as services did that kept such a
    table. Hashing the prefixes is not counted."""
    stacks = column(columns, "stack.u64").view(numpy.int64)
    prefixes, of = column(columns, "prefix.u64").view(numpy.int64), column(columns, "prefix_image.u32")
    parents = column(columns, "parent.u32")
    file = scratch / "sqlite.db"
    base = sqlite3.connect(file, isolation_level=None, cached_statements=16)
    begun = time.perf_counter()
    for line in ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "BEGIN",
                 "CREATE TABLE stacks (prefix INTEGER PRIMARY KEY, image INTEGER NOT NULL)"):
        base.execute(line)
    order = numpy.argsort(stacks, kind="stable")
    for at in range(0, len(order), 100_000):
        some = order[at:at + 100_000]
        base.executemany("INSERT OR IGNORE INTO stacks VALUES (?, ?)", zip(stacks[some].tolist(), some.tolist()))
    base.execute("COMMIT")
    built = time.perf_counter() - begun
    base.execute("PRAGMA mmap_size=4294967296")
    base.execute("SELECT sum(image) FROM stacks").fetchone()
    chosen = numpy.random.default_rng(9).integers(0, len(stacks), QUERIES)
    starts = numpy.searchsorted(of, chosen, side="left")
    ends = numpy.searchsorted(of, chosen, side="right")
    statement = "SELECT image FROM stacks WHERE prefix = ?"
    cursor = base.cursor()
    taken, same = [], 0
    for image, start, end in zip(chosen.tolist(), starts, ends):
        own = prefixes[start:end].tolist()
        found = None
        ask = cursor.execute
        begun = time.perf_counter_ns()
        for prefix in own:
            row = ask(statement, (prefix,)).fetchone()
            if row and row[0] != image:
                found = row[0]
                break
        taken.append(time.perf_counter_ns() - begun)
        same += (NONE if found is None else found) == parents[image]
    # A question that finds nothing and does next to nothing, to see what
    # Python and its cursor cost.
    begun = time.perf_counter_ns()
    for _ in range(QUERIES):
        cursor.execute("SELECT ?", (1,)).fetchone()
    idle = (time.perf_counter_ns() - begun) / QUERIES
    base.close()
    taken.sort()
    return {"built": built, "bytes": file.stat().st_size, "median": taken[len(taken) // 2],
            "p99": taken[len(taken) * 99 // 100], "idle": idle, "same": float(same / QUERIES)}


def duckdb_all(columns: Path, scratch: Path) -> dict:
    """Of every image the longest prefix of its layers that is another image's
    whole stack, as one join."""
    base = duckdb.connect(str(scratch / "duckdb.db"))
    base.execute(f"SET temp_directory='{scratch}'; SET memory_limit='12GB'")
    stack, depth, parent = (column(columns, name) for name in ("stack.u64", "depth.u32", "parent.u32"))
    prefix, prefix_depth, image = (column(columns, name) for name in ("prefix.u64", "prefix_depth.u32", "prefix_image.u32"))
    number = numpy.arange(len(stack), dtype=numpy.uint32)
    base.register("given", {"image": number, "stack": stack, "depth": depth, "parent": parent})
    base.execute("CREATE TABLE images AS SELECT * FROM given")
    base.register("given_prefixes", {"image": image, "prefix": prefix, "depth": prefix_depth})
    base.execute("CREATE TABLE prefixes AS SELECT * FROM given_prefixes")
    query = """
        CREATE OR REPLACE TABLE found AS
        SELECT prefixes.image, arg_max(below.image, prefixes.depth) AS parent
        FROM prefixes JOIN images AS below ON prefixes.prefix = below.stack AND prefixes.image <> below.image
        GROUP BY prefixes.image"""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        base.execute(query)
        taken.append(time.perf_counter() - begun)
    same = base.execute("""
        SELECT avg((coalesce(found.parent, 4294967295) = images.parent)::INT)
        FROM images LEFT JOIN found ON found.image = images.image""").fetchone()[0]
    base.close()
    return {"images": len(stack), "seconds": median(taken), "rounds": taken, "same": same}
