"""Compares the tables and plots of docs/analysis.md with what the analyses find now.

    check_analysis_page.py EXPORT     (of the recorded official images, crawled as of two dates)

A table follows the comment that names its analysis. With UPDATE=1 tables and plots are written
anew; read the difference.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "jobs/analysis"))
import run  # noqa: E402

PAGE = ROOT / "docs/analysis.md"
PLOTS = ROOT / "docs/analysis"
ROWS = 12


def main():
    (export,) = sys.argv[1:]
    update = bool(os.environ.get("UPDATE"))
    connection = run.connect(export)
    wrong, named = [], []

    def table(match):
        name = match.group(1)
        named.append(name)
        made = f"<!-- analysis: {name} -->\n\n{run.printed(run.rows(connection, name), ROWS, 'markdown')}\n"
        if made != match.group(0):
            wrong.append(f"docs/analysis.md, {name}: now\n{made}")
        return made

    text = PAGE.read_text(encoding="utf-8")
    updated = re.sub(r"<!-- analysis: (\w+) -->\n(?:\n\|.*(?:\n\|.*)*(?:\n….*)?\n)?", table, text)
    with tempfile.TemporaryDirectory() as folder:
        out = PLOTS if update else pathlib.Path(folder)
        subprocess.run([sys.executable, "-B", ROOT / "jobs/analysis/plots.py", export, out], check=True)
        plots = sorted(PLOTS.glob("*.svg"))
        wrong += [str(kept) for kept in plots if kept.read_bytes() != (out / kept.name).read_bytes()]
    if update:
        PAGE.write_text(updated, encoding="utf-8")
    elif wrong:
        sys.exit("\n\n".join([*wrong, "UPDATE=1 writes the page anew"]))
    print(f"{len(named)} tables and {len(plots)} plots are as they were")


main()
