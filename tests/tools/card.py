"""The query that a data set's card opens with, run as it stands there."""

import os
import re

import duckdb


def ask(folder):
    queries = re.findall(r"```sql\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert len(queries) == 1, queries
    before = os.getcwd()
    os.chdir(folder)
    try:
        return duckdb.sql(queries[0]).fetchall()
    finally:
        os.chdir(before)
