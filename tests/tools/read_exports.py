"""Opens an export in all formats with DuckDB, Polars and pandas, and recomputes `parents` in SQL.

Usage: read_exports.py PARQUET CSV JSONL    (folders of the same index, whole)
"""

import json
import pathlib
import sys

import duckdb
import pandas
import polars

parquet, csv, jsonl = map(pathlib.Path, sys.argv[1:])

# The rule of parents: of all images whose layers are a prefix, the deepest of the best class of
# agreement, at one depth the longest history. `exact` and `text` are equal rolling hashes at one
# position; images of other classes are left to the program.
PARENTS = """
WITH tops AS (SELECT image, position + 1 AS depth, prefix FROM layers l
              WHERE position = (SELECT layers - 1 FROM images i WHERE i.image = l.image)),
ends AS (SELECT s.image, s.position + 1 AS steps, prefix, text_prefix FROM steps s
         JOIN images i USING (image) WHERE s.position = i.steps - 1),
pairs AS (SELECT c.image, t.image AS candidate, t.depth, i.layers, i.steps FROM layers c JOIN tops t USING (prefix)
          JOIN images i ON i.image = c.image
          WHERE c.position + 1 = t.depth AND c.image <> t.image),
classed AS (SELECT p.image, p.candidate, p.depth, e.steps,
              CASE WHEN s.prefix = e.prefix THEN 0 WHEN s.text_prefix = e.text_prefix THEN 1 ELSE 3 END AS class
            FROM pairs p JOIN ends e ON e.image = p.candidate
            JOIN steps s ON s.image = p.image AND s.position = e.steps - 1
            WHERE p.depth < p.layers OR (e.steps < p.steps))
SELECT image, candidate FROM classed WHERE class < 3
QUALIFY rank() OVER (PARTITION BY image ORDER BY class, depth DESC, steps DESC) = 1
"""


def main():
    manifest = json.loads((parquet / "MANIFEST.json").read_text())
    connection = duckdb.connect()
    connection.sql("SET TimeZone = 'UTC'")
    for file in manifest["files"]:
        table, rows = file["table"], file["rows"]
        named = {"parquet": parquet / f"{table}.parquet", "csv": csv / f"{table}.csv", "jsonl": jsonl / f"{table}.jsonl"}
        readers = {
            "parquet": [
                lambda path: connection.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0],
                lambda path: polars.read_parquet(path).height,
                lambda path: len(pandas.read_parquet(path)),
            ],
            "csv": [
                lambda path: connection.sql(f"SELECT count(*) FROM read_csv('{path}', all_varchar = true)").fetchall()[0][0],
                lambda path: polars.read_csv(path, infer_schema=False).height,
                lambda path: len(pandas.read_csv(path, dtype=str)),
            ],
            "jsonl": [
                lambda path: connection.sql(f"SELECT count(*) FROM read_ndjson('{path}')").fetchall()[0][0] if rows else 0,
                lambda path: polars.read_ndjson(path, infer_schema_length=None).height if rows else 0,
                lambda path: len(pandas.read_json(path, lines=True)) if rows else 0,
            ],
        }
        for name, path in named.items():
            for reader in readers[name]:
                assert reader(path) == rows, (table, name, rows, reader(path))
        connection.sql(f"CREATE VIEW {table} AS SELECT * FROM '{named['parquet']}'")
        # The three formats hold the same cells.
        columns = [row[0] for row in connection.sql(f"DESCRIBE {table}").fetchall()]
        from_csv = pandas.read_csv(named["csv"], dtype=str, keep_default_na=False, na_values=[])
        from_json = [json.loads(line) for line in named["jsonl"].read_text().splitlines()]
        assert list(from_csv.columns) == columns, table
        for cells, row in zip(from_csv.itertuples(index=False), from_json, strict=True):
            assert list(row) == columns, table
            for cell, value in zip(cells, row.values(), strict=True):
                text = "" if value is None else value
                if isinstance(text, bool):
                    text = str(text).lower()
                elif isinstance(text, list):
                    text = json.dumps(text, separators=(",", ":"), ensure_ascii=False)
                assert cell == str(text), (table, cell, value)
        of_parquet = connection.sql(f"SELECT * FROM {table}").pl().to_dicts()
        for ours, row in zip(of_parquet, from_json, strict=True):
            for value, expected in zip(ours.values(), row.values(), strict=True):
                if hasattr(value, "strftime"):
                    value = value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                assert value == expected, (table, value, expected)
    found = dict()
    for image, candidate in connection.sql(PARENTS).fetchall():
        found.setdefault(image, set()).add(candidate)
    told = connection.sql("SELECT image, parent FROM parents WHERE agreement IN ('exact', 'text')").fetchall()
    assert len(told) > 10, told
    for image, parent in told:
        assert parent in found.get(image, ()), (image, parent, found.get(image))
    untold = connection.sql("SELECT image FROM parents WHERE parent IS NULL").fetchall()
    for (image,) in untold:
        assert image not in found, (image, found[image])
    print(f"{len(manifest['files'])} tables read in three formats by three tools; {len(told)} parents recomputed")


main()
