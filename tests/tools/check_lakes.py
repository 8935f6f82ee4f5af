"""Registers two exports, one after the other, in a DuckLake and in an Iceberg catalog, and counts
what is read from either now and as of the first.

    check_lakes.py SCRATCH FIRST SECOND
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "jobs/lake"))
import register  # noqa: E402


def rows(export):
    return {file["table"]: file["rows"] for file in json.loads((export / "MANIFEST.json").read_text())["files"]}


def main():
    scratch, first, second = map(pathlib.Path, sys.argv[1:])
    scratch.mkdir(exist_ok=True)
    catalog = scratch / "catalog.ducklake"
    register.into_ducklake(first, catalog).close()
    lake = register.into_ducklake(second, catalog)
    count = lambda table, at="": lake.execute(f"SELECT count(*) FROM lake.{table}{at}").fetchone()[0]
    snapshots = [row[0] for row in lake.execute("SELECT snapshot_id FROM ducklake_snapshots('lake') ORDER BY 1").fetchall()]
    for table, expected in rows(second).items():
        assert count(table) == expected, (table, count(table), expected)
    for table, expected in rows(first).items():
        at = f" AT (VERSION => {snapshots[-2]})"
        assert count(table, at) == expected, (table, count(table, at), expected)
    (joined,) = lake.execute("SELECT count(*) FROM lake.parents JOIN lake.images USING (image)").fetchone()
    assert joined == rows(second)["images"]

    where = (f"sqlite:///{scratch}/catalog.db", f"file://{scratch}/warehouse")
    (scratch / "warehouse").mkdir()
    register.into_iceberg(first, *where)
    iceberg = register.into_iceberg(second, *where)
    for name, expected in rows(second).items():
        table = iceberg.load_table(f"forebear.{name}")
        assert table.scan().to_arrow().num_rows == expected, name
        before = table.scan(snapshot_id=table.history()[0].snapshot_id).to_arrow().num_rows
        assert before == rows(first)[name], (name, before)
    print(f"{len(rows(second))} tables in DuckLake and Iceberg, now and as of the export before")


main()
