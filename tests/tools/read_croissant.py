"""Reads every record of an export by its croissant.json with mlcroissant, which takes each
warning of the format's own checker for an error.

Usage: read_croissant.py FOLDER…
"""

import json
import logging
import pathlib
import sys

from absl import logging as absl_logging

absl_logging.set_verbosity(absl_logging.WARNING)
import mlcroissant


class Strict(logging.Handler):
    """What is allowed to be missing: a licence is the owner's to give, and nobody cites it yet."""

    def emit(self, record):
        text = record.getMessage()
        if any(word in text for word in ("license", "creator", "citeAs", "publisher", "url")):
            text = "\n".join(line for line in text.splitlines() if not any(
                word in line for word in ("license", "creator", "citeAs", "publisher", "url", "Found the following")))
        assert not text.strip(), text


absl_logging.get_absl_logger().addHandler(Strict())
for folder in map(pathlib.Path, sys.argv[1:]):
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.errors
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    read = 0
    for records in dataset.metadata.record_sets:
        rows = sum(file["rows"] for file in manifest["files"] if file["table"] == records.name)
        count = 0
        for record in dataset.records(records.uuid) if rows else ():
            assert len(record) == len(records.fields), record
            count += 1
        assert count == rows, (folder, records.name, count, rows)
        read += count
    assert read > 0
    print(f"{folder.name}: {read} records of {len(dataset.metadata.record_sets)} record sets read by mlcroissant")
