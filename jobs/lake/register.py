"""Makes an export a snapshot of a lake: its Parquet files are registered where they lie, and not
copied.

    python register.py EXPORT --ducklake FILE.ducklake
    python register.py EXPORT --iceberg sqlite:////data/catalog.db --warehouse file:///data/warehouse

Registered again, a newer export takes the place of the one before in one step, which stays
readable as an older snapshot for as long as its files are there: export each into a folder of its
own, `dataset/2026-03-01`, that nothing else writes to. Not for exports with --partition-by.

Needs PyPI's duckdb with its extension ducklake, or pyiceberg[sql-sqlite,pyarrow].
"""

import argparse
import json
import logging
import pathlib


def tables(export):
    """Each table of an export with the URL of its file."""
    manifest = json.loads((export / "MANIFEST.json").read_text(encoding="utf-8"))
    return {file["table"]: str((export / file["path"]).resolve()) for file in manifest["files"]}


def extension(connection, name):
    """Loads an extension: from DuckDB's own site, or from the package that PyPI has of it."""
    try:
        package = __import__(f"duckdb_extension_{name}")
        (file,) = pathlib.Path(package.__file__).parent.rglob(f"{name}.duckdb_extension")
        connection.install_extension(str(file))
    except ImportError:
        connection.install_extension(name)
    connection.load_extension(name)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def into_ducklake(export, catalog):
    import duckdb

    connection = duckdb.connect()
    extension(connection, "ducklake")
    connection.execute(f"ATTACH {quoted('ducklake:' + str(catalog))} AS lake")
    # One snapshot has all tables of one export.
    connection.execute("BEGIN")
    for table, file in tables(export).items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS lake.{table} AS FROM read_parquet({quoted(file)}) LIMIT 0")
        connection.execute(f"DELETE FROM lake.{table}")
        connection.execute(f"CALL ducklake_add_data_files('lake', '{table}', {quoted(file)})")
    connection.execute("COMMIT")
    return connection


def into_iceberg(export, uri, warehouse):
    import pyarrow.parquet
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.expressions import AlwaysTrue

    # That columns of few different texts are text to it, it says of each.
    logging.getLogger("pyiceberg").setLevel(logging.ERROR)
    catalog = SqlCatalog("forebear", uri=uri, warehouse=warehouse)
    catalog.create_namespace_if_not_exists("forebear")
    for name, file in tables(export).items():
        schema = pyarrow.parquet.read_schema(file)
        table = catalog.create_table_if_not_exists(f"forebear.{name}", schema=schema)
        with table.transaction() as transaction:
            if table.current_snapshot():
                transaction.delete(AlwaysTrue())
            transaction.add_files([file])
    return catalog


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=pathlib.Path, help="folder that `forebear export --format parquet` wrote")
    parser.add_argument("--ducklake", type=pathlib.Path, help="catalog file of a DuckLake, made where it is not there")
    parser.add_argument("--iceberg", help="URI of an SQL catalog of Iceberg")
    parser.add_argument("--warehouse", help="where Iceberg keeps its metadata")
    asked = parser.parse_args()
    if bool(asked.ducklake) == bool(asked.iceberg) or bool(asked.iceberg) != bool(asked.warehouse):
        parser.error("say --ducklake FILE, or --iceberg URI with --warehouse URL")
    if asked.ducklake:
        into_ducklake(asked.export, asked.ducklake)
    else:
        into_iceberg(asked.export, asked.iceberg, asked.warehouse)


if __name__ == "__main__":
    main()
