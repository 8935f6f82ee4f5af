"""Runs the sql and python blocks of a page as they stand, and compares what each prints with the
text block that follows it. With UPDATE=1 the page gets what was printed; read the difference.

Usage: read_page.py PAGE FOLDER    (FOLDER holds what the page's files are called)
"""

import contextlib
import io
import os
import pathlib
import re
import sys

import duckdb

page, folder = map(pathlib.Path, sys.argv[1:])
page = page.resolve()
os.chdir(folder)
text = page.read_text()
blocks = re.compile(r"```(sql|python)\n(.*?)```\n\n```text\n(.*?)```", re.S)
names, ran, flaws = {}, 0, []


def run(match):
    global ran
    language, code, shown = match.groups()
    ran += 1
    if language == "sql":
        printed = str(duckdb.sql(code))
    else:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, str(page), "exec"), names)
        printed = out.getvalue()
    printed = "\n".join(line.rstrip() for line in printed.rstrip().splitlines()) + "\n"
    if printed != shown:
        flaws.append(f"{code}\nprints\n{printed}\nand the page shows\n{shown}")
    return f"```{language}\n{code}```\n\n```text\n{printed}```"


updated = blocks.sub(run, text)
assert ran == len(re.findall(r"```(?:sql|python)\n", text)) > 0, f"{ran} blocks are followed by what they print"
if os.environ.get("UPDATE"):
    page.write_text(updated)
elif flaws:
    raise SystemExit("\n\n".join(flaws))
print(f"{page.name}: {ran} blocks print what the page shows")
