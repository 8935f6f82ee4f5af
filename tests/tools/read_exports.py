"""Opens an export in all formats with DuckDB, Polars, pandas and pyarrow, and holds it to its own
words: every cell the same in every tool, the claimed order, types, keys, counts and parents.

Usage: read_exports.py PARQUET CSV JSONL [--answers FILE] [--stats FILE] [--filtered]

The folders are exports of one index. FILE of --answers has, a line each, what `forebear parent`
says of a repository's manifest; that of --stats is what `forebear stats --json` says. --filtered:
only a part was exported, so that not every candidate for a parent is there.
"""

import argparse
import datetime
import hashlib
import json
import math
import pathlib
import re

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet

import card

HERE = pathlib.Path(__file__).parent
# Which columns are keys of which other tables.
KEYS = [
    ("tags", "repository", "repositories"), ("tags", "digest", "manifests"),
    ("tag_images", "repository", "repositories"), ("tag_images", "manifest", "manifests"),
    ("tag_images", "image", "images"), ("manifests", "image", "images"), ("index_entries", "index", "manifests"),
    ("index_entries", "manifest", "manifests"), ("images", "repository", "repositories"),
    ("images", "manifest", "manifests"), ("layers", "image", "images"), ("layers", "owner", "images"),
    ("steps", "image", "images"), ("steps", "owner", "images"), ("parents", "image", "images"),
    ("parents", "parent", "images"), ("parents", "parent_manifest", "manifests"), ("ancestors", "image", "images"),
    ("ancestors", "ancestor", "images"), ("declared", "image", "images"),
]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folders", nargs=3, type=pathlib.Path)
    arguments.add_argument("--answers", type=pathlib.Path)
    arguments.add_argument("--stats", type=pathlib.Path)
    arguments.add_argument("--filtered", action="store_true")
    of = arguments.parse_args()
    connection = duckdb.connect()
    connection.sql("SET TimeZone = 'UTC'")
    tables = check_files(of.folders)
    cells = sum(check_table(connection, of.folders, table, rows) for table, rows in tables.items())
    check_keys(connection, keys_of(of.folders[0]))
    asked = [sorted(images for _, images in card.ask(folder)) for folder in of.folders]
    assert asked[0] and asked[0] == asked[1] == asked[2], asked
    parents = check_parents(connection, of.filtered)
    answers = check_answers(connection, of.answers) if of.answers else 0
    if of.stats:
        check_stats(connection, json.loads(of.stats.read_text()))
    print(f"{sum(tables.values())} rows and {cells} cells of {len(tables)} tables are the same in every tool and format; "
          f"{parents} parents recomputed, {answers} as forebear parent says")


def check_files(folders):
    """Files are as MANIFEST.json says; the rows of each table."""
    counts = []
    for folder in folders:
        manifest = json.loads((folder / "MANIFEST.json").read_text())
        for file in manifest["files"]:
            content = (folder / file["path"]).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"]), file
        counts.append({file["table"]: file["rows"] for file in manifest["files"]})
    assert counts[0] == counts[1] == counts[2], counts
    return counts[0]


def check_table(connection, folders, table, rows):
    parquet, csv, jsonl = (str(folder / f"{table}.{end}") for folder, end in zip(folders, ("parquet", "csv", "jsonl")))
    connection.sql(f"CREATE VIEW {table} AS SELECT * FROM '{parquet}'")
    described = [row[:2] for row in connection.sql(f"DESCRIBE {table}").fetchall()]
    names, types = [name for name, _ in described], dict(described)
    # The reference: JSON by Python's own reader. Each row has each column, in order.
    reference = []
    with open(jsonl, encoding="utf-8", newline="\n") as file:
        for line in file:
            row = json.loads(line)
            assert list(row) == names, (table, row)
            reference.append(tuple(row.values()))
    assert len(reference) == rows, (table, len(reference), rows)
    check_order(parquet, names, reference)
    columns = ", ".join(f"'{name}': '{kind.replace('TIMESTAMP WITH TIME ZONE', 'VARCHAR')}'" for name, kind in described)
    text = [tuple(as_csv(cell) for cell in row) for row in reference]
    for tool, expected, read in [
        ("DuckDB, Parquet", reference, lambda: connection.sql(f"SELECT * FROM '{parquet}'").fetchall()),
        ("Polars, Parquet", reference, lambda: polars.read_parquet(parquet).rows()),
        ("pandas, Parquet", reference, lambda: pandas.read_parquet(parquet).itertuples(index=False, name=None)),
        ("DuckDB, CSV", text, lambda: connection.sql(
            f"SELECT * FROM read_csv('{csv}', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', "
            "allow_quoted_nulls = false, max_line_size = 100000000)").fetchall()),
        ("Polars, CSV", text, lambda: polars.read_csv(csv, infer_schema=False).rows()),
        # pandas does not tell an empty text from none.
        ("pandas, CSV", [tuple(cell or "" for cell in row) for row in text], lambda: pandas.read_csv(
            csv, dtype=str, keep_default_na=False, na_values=[], lineterminator=None).itertuples(index=False, name=None)),
        ("pyarrow, CSV", text, lambda: from_arrow(csv, names)),
        ("DuckDB, JSON", reference, lambda: connection.sql(
            f"SELECT * FROM read_json('{jsonl}', format = 'newline_delimited', columns = {{{columns}}}, "
            "maximum_object_size = 200000000)").fetchall()),
        ("Polars, JSON", reference, lambda: polars.read_ndjson(jsonl, schema={
            name: POLARS[kind] for name, kind in described}).rows() if rows else []),
        ("pandas, JSON", reference, lambda: pandas.read_json(
            jsonl, lines=True, dtype=False, precise_float=True).reindex(columns=names)
            .itertuples(index=False, name=None) if rows else []),
    ]:
        check_cells(f"{table} by {tool}", names, types, expected, read())
    return rows * len(names)


POLARS = {
    "VARCHAR": polars.String, "BIGINT": polars.Int64, "BOOLEAN": polars.Boolean,
    "TIMESTAMP WITH TIME ZONE": polars.String, "VARCHAR[]": polars.List(polars.String),
}


def from_arrow(csv, names):
    table = pyarrow.csv.read_csv(
        csv,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        read_options=pyarrow.csv.ReadOptions(block_size=64 << 20),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pyarrow.string() for name in names}, null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=False))
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def check_cells(what, names, types, expected, rows):
    count = 0
    for row, wanted in zip(rows, expected, strict=True):
        for name, cell, want in zip(names, row, wanted, strict=True):
            cell = plain(cell)
            assert cell == want and type(cell) is type(want), (what, count, name, cell, want)
        count += 1
    assert count == len(expected), (what, count)


def plain(cell):
    """A cell as JSON has it, whatever library it comes from."""
    if cell is None or cell is pandas.NaT or cell is pandas.NA or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, datetime.datetime):
        return cell.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(cell, float):
        assert cell == int(cell)  # a column of numbers with nulls
        return int(cell)
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    return list(cell) if isinstance(cell, (list, tuple)) else cell


def as_csv(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def check_order(parquet, names, reference):
    """Rows are sorted as the footer claims, the types are those of the schema, and what is the
    same in every export of an index is told in the footer."""
    file = pyarrow.parquet.ParquetFile(parquet)
    told = {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items() if key.startswith(b"forebear")}
    assert told.get("forebear.schema_version") == "1" and told.get("forebear.index"), told
    for field in file.schema_arrow:
        assert field.type in (
            pyarrow.string(), pyarrow.int64(), pyarrow.bool_(), pyarrow.timestamp("us", "UTC"),
            pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), pyarrow.list_(pyarrow.string())), field
    if file.metadata.num_row_groups == 0:
        return
    claimed = file.metadata.row_group(0).sorting_columns
    assert claimed, parquet
    for column in claimed:
        assert not column.descending and column.nulls_first, column
    places = [column.column_index for column in claimed]
    # Absent before present, text in the order of its bytes.
    key = lambda row: [(row[at] is not None, row[at].encode() if isinstance(row[at], str) else row[at] or 0) for at in places]
    for before, after in zip(reference, reference[1:]):
        assert key(before) <= key(after), (parquet, [names[at] for at in places], before, after)


def keys_of(folder):
    """What tells the rows of every table apart, as the dictionary beside it has it."""
    told = re.findall(r"^## (\w+)\n\nA row is .* Key: (.*)\. Sorted by ", (folder / "DICTIONARY.md").read_text(), re.M)
    assert len(told) == 12, told
    return {table: columns.split(", ") for table, columns in told}


def check_keys(connection, keys):
    known = {name for (name,) in connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    for table, columns in keys.items():
        if table in known:
            listed = ", ".join(f'"{column}"' for column in columns)
            twice = connection.sql(f"SELECT {listed}, count(*) FROM {table} GROUP BY ALL HAVING count(*) > 1 LIMIT 3").fetchall()
            assert not twice, (table, twice)
    for table, column, target in KEYS:
        if {table, target} <= known:
            (key,) = keys[target]
            lost = connection.sql(
                f'SELECT "{column}" FROM {table} WHERE "{column}" IS NOT NULL AND "{column}" NOT IN (SELECT {key} FROM {target}) LIMIT 3'
            ).fetchall()
            assert not lost, (table, column, lost)


def check_parents(connection, filtered):
    """`parents` and `ancestors` follow from the other tables."""
    for statement in (HERE / "parents.sql").read_text().split(";\n"):
        connection.execute(statement)
    differing = connection.sql("""
        SELECT p.image, i.reference, p.parent, p.agreement, r.parent AS recomputed, r.agreement AS by_sql, r.equal
        FROM parents p JOIN images i USING (image) LEFT JOIN recomputed r USING (image)
        WHERE p.parent IS DISTINCT FROM r.parent OR p.agreement IS DISTINCT FROM r.agreement""").fetchall()
    if not filtered:
        assert not differing, (len(differing), differing[:5])
    # Each generation is the parent of the one before.
    torn = connection.sql("""
        SELECT a.image, a.generation, a.ancestor, p.parent FROM ancestors a
        LEFT JOIN ancestors below ON below.image = a.image AND below.generation = a.generation - 1
        JOIN parents p ON p.image = coalesce(below.ancestor, a.image)
        WHERE p.parent IS DISTINCT FROM a.ancestor LIMIT 3""").fetchall()
    assert not torn, torn
    return connection.sql("SELECT count(*) FROM recomputed").fetchall()[0][0]


def check_answers(connection, answers):
    """tag_images joined with parents is what `forebear parent` says of every row."""
    connection.sql(f"CREATE TEMP TABLE answers AS SELECT * FROM read_json('{answers}', format = 'newline_delimited', "
                   "sample_size = -1)")
    columns = [name for name, *_ in connection.sql("DESCRIBE answers").fetchall() if name not in ("repository", "manifest")]
    differs = " OR ".join(f"p.{name}::VARCHAR IS DISTINCT FROM a.{name}::VARCHAR" for name in columns)
    count, = connection.sql("""
        SELECT count(*) FROM tag_images t JOIN parents p USING (image)
        JOIN answers a ON a.repository = t.repository AND a.manifest = t.manifest""").fetchall()[0]
    rows, = connection.sql("SELECT count(*) FROM tag_images WHERE image IS NOT NULL").fetchall()[0]
    assert count == rows > 0, (count, rows)
    wrong = connection.sql(f"""
        SELECT t.repository, t.tag, t.platform, p, a FROM tag_images t JOIN parents p USING (image)
        JOIN answers a ON a.repository = t.repository AND a.manifest = t.manifest WHERE {differs} LIMIT 3""").fetchall()
    assert not wrong, wrong
    return count


def check_stats(connection, stats):
    """As many of everything as the index says that it holds."""
    for name, query in [
        ("images", "SELECT count(*) FROM images"),
        ("images_with_parent", "SELECT count(parent) FROM parents"),
        ("repositories", "SELECT count(*) FROM repositories"),
        ("tags", "SELECT count(DISTINCT (repository, tag)) FROM tags"),
        ("observations", "SELECT count(*) FROM tags"),
        ("manifests", "SELECT count(*) FROM manifests"),
    ]:
        found, = connection.sql(query).fetchall()[0]
        if name in stats:
            assert found == stats[name], (name, found, stats[name])


main()
