"""Runs the analyses of this folder over an export in Parquet, and prints what they find.

    python run.py EXPORT [NAME…] [--base REPOSITORY] [--rows 20] [--format text|json|markdown]

Needs PyPI's duckdb. `make analysis DATA=DIR` does all of it, the export included.
"""

import argparse
import json
import pathlib
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
TABLES = "tables"


def names():
    """The analyses, in the alphabet's order."""
    return sorted(path.stem for path in HERE.glob("*.sql") if path.stem != TABLES)


def text_of(name):
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def question(name):
    """The first line of an analysis: what it asks."""
    return text_of(name).splitlines()[0].removeprefix("--").strip()


def connect(export, base=None):
    """A database in memory that has the tables of an export as views."""
    export = pathlib.Path(export)
    flat = export / "images.parquet"
    if not flat.exists() and not (export / "images").is_dir():
        sys.exit(f"no images.parquet in {export}: make it with `forebear export {export} --format parquet`")
    connection = duckdb.connect()
    files = "{table}.parquet" if flat.exists() else "{table}/*/*.parquet"
    for variable, value in {"files": str(export / files), "base": base}.items():
        if value is not None:
            quoted = value.replace("'", "''")
            connection.execute(f"SET VARIABLE {variable} = '{quoted}'")
    connection.execute(text_of(TABLES))
    return connection


def rows(connection, name):
    """What an analysis finds, a dictionary for each row."""
    found = connection.execute(text_of(name))
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def shown(value):
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) else f"{value:,.1f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def printed(found, limit, form):
    """The rows as text for people: aligned, or a table of Markdown."""
    if not found:
        return "(nothing)"
    columns = list(found[0])
    cells = [[shown(row[column]) for column in columns] for row in found[:limit]]
    right = [all(isinstance(row[column], (int, float, type(None))) for row in found) for column in columns]
    if form == "markdown":
        rule = ["--:" if is_right else "---" for is_right in right]
        lines = [columns, rule] + [[cell.replace("|", "\\|") for cell in row] for row in cells]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    else:
        widths = [max(len(line[at]) for line in [columns, *cells]) for at in range(len(columns))]
        pad = lambda cell, width, is_right: cell.rjust(width) if is_right else cell.ljust(width)
        text = "\n".join("  ".join(map(pad, line, widths, right)).rstrip() for line in [columns, *cells])
    left = len(found) - limit
    return text + (f"\n… and {left:,} more rows" if left > 0 else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", help="folder that `forebear export --format parquet` wrote")
    parser.add_argument("names", nargs="*", metavar="NAME", help="analyses; all of them without any")
    parser.add_argument("--base", help="the X of inherits_from: a repository or a reference")
    parser.add_argument("--rows", type=int, default=20, help="rows that are printed of each (20)")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in names()]
    if unknown:
        parser.error(f"no analysis {unknown[0]}; there are: {', '.join(names())}")
    connection = connect(asked.export, asked.base)
    for name in asked.names or names():
        found = rows(connection, name)
        if asked.format == "json":
            print(json.dumps({"analysis": name, "question": question(name), "rows": found}, default=str))
        else:
            print(f"## {name}: {question(name)}\n\n{printed(found, asked.rows, asked.format)}\n")


if __name__ == "__main__":
    main()
