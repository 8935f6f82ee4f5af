"""Opens an export that is partitioned by registry as one table, with each tool's own reader of
such folders.

Usage: read_partitions.py FOLDER WHOLE    (Parquet; WHOLE is the same, not partitioned)
"""

import json
import pathlib
import sys

import duckdb
import polars
import pyarrow.dataset

import card

folder, whole = map(pathlib.Path, sys.argv[1:])
manifest = json.loads((folder / "MANIFEST.json").read_text())
tables = sorted({file["table"] for file in manifest["files"]})
registries = set()
assert card.ask(folder)
for table in tables:
    rows = sum(file["rows"] for file in manifest["files"] if file["table"] == table)
    assert rows == duckdb.sql(f"SELECT count(*) FROM '{whole / table}.parquet'").fetchall()[0][0], table
    parts = str(folder / table / "*" / "*.parquet")
    by_duckdb = duckdb.sql(f"SELECT registry, count(*) FROM read_parquet('{parts}', hive_partitioning = true) GROUP BY ALL").fetchall()
    by_polars = polars.scan_parquet(parts, hive_partitioning=True).group_by("registry").len().collect().rows()
    by_arrow = pyarrow.dataset.dataset(folder / table, partitioning="hive").to_table(columns=["registry"])
    assert sum(count for _, count in by_duckdb) == sum(count for _, count in by_polars) == by_arrow.num_rows == rows, table
    registries |= {registry for registry, _ in by_duckdb}
assert {"docker.io", "docker.io-mirror.example:5000"} <= registries, registries
print(f"{len(tables)} tables of {len(registries)} registries read by DuckDB, Polars and pyarrow")
