"""Figures of the index at scale as Markdown."""

from statistics import median

import duckdb
import sqlite3

import tables
from tables import mebibytes, milliseconds, number, percent, seconds, table, times

# The layer trie's own.
TRIE = ("Nodes", "NodeTable", "LayerNodeStarts", "LayerNodes")


def machine() -> str:
    return tables.machine([f"SQLite {sqlite3.sqlite_version}", f"DuckDB {duckdb.__version__}"])


def world(of: dict) -> str:
    parts = [publish(of)]
    if "ask" in of:
        parts += [ask(of), everything(of), rivals(of)]
    return "\n".join(parts)


def publish(of: dict) -> str:
    runs, one = of["publish"], of["publish"][-1]
    trie = sum(one["sections"][name] for name in TRIE)
    note = (f"{one['images']:,} images in {of['rows_bytes'] / 1e9:,.2f} GB of rows "
            f"(seed {of['seed']}); {one['nodes']:,} trie nodes.")
    return table(f"Publish: {one['images']:,} images", [
        ("**publish**", [run["seconds"] for run in runs], seconds),
        ("images/s", [run["images"] / run["seconds"] for run in runs], number),
        ("CPU", [run["cpu"] for run in runs], seconds),
        ("of it, streaming the rows once and doing nothing", [run["seconds"] for run in of["read"]], seconds),
        ("streaming: GB/s", [run["bytes"] / run["seconds"] / 1e9 for run in of["read"]], decimal),
        ("**peak memory**", [run["peak"] for run in runs], mebibytes),
        ("anonymous memory, most", [run["anonymous"] for run in runs], mebibytes),
        ("mapped files, most", [run["mapped"] for run in runs], mebibytes),
        ("index", [one["bytes"]], mebibytes),
        ("index, an image", [one["bytes"] / one["images"]], count),
        ("trie (" + ", ".join(TRIE) + "), a node", [trie / one["nodes"]], count),
    ], note)


def ask(of: dict) -> str:
    cold, asked = of["cold"], of["ask"]
    of_images = lambda way, which: [run[way][which] for run in asked]
    ninety_five = lambda values: values[len(values) * 95 // 100]
    ours, true = cold["ours"], cold["true"]
    note = (f"{len(ours)} cold processes for {cold['names']} names, index in the page cache; "
            f"in process {asked[0]['images']:,} random images, one at a time, one thread. "
            f"*Outside*: such an image with one or two unknown layers and their steps on top; "
            f"for {asked[-1]['outside_found']:,} of them a parent is found.")
    return table(f"Ask: {of['images']:,} images", [
        ("cold `forebear parent NAME`", [median(ours)], milliseconds),
        ("cold `forebear parent NAME`, p95", [ninety_five(ours)], milliseconds),
        ("cold `true`", [median(true)], milliseconds),
        ("**difference**", [median(ours) - median(true)], milliseconds),
        ("rule alone, image of the index by id", of_images("by_id", "median"), microseconds),
        ("rule alone, p99", of_images("by_id", "p99"), microseconds),
        ("`parent_of`, image of the index", of_images("known", "median"), microseconds),
        ("`parent_of`, image of the index, p99", of_images("known", "p99"), microseconds),
        ("**`parent_of`, outside**", of_images("outside", "median"), microseconds),
        ("`parent_of`, outside, p99", of_images("outside", "p99"), microseconds),
        ("`resolve`, image of the index", of_images("known_resolve", "median"), microseconds),
        ("`resolve`, image of the index, p99", of_images("known_resolve", "p99"), microseconds),
        ("`resolve`, outside", of_images("outside_resolve", "median"), microseconds),
        ("`resolve`, outside, p99", of_images("outside_resolve", "p99"), microseconds),
    ], note)


def everything(of: dict) -> str:
    runs = of["all"]
    if not all(run["agree"] for run in runs):
        raise SystemExit("bench: stored parents are not those that the rule gives")
    note = f"{runs[0]['with_parent']:,} images have a parent; stored and computed ones are the same."
    return table(f"All parents at once: {of['images']:,} images", [
        ("**stored: million images/s**", [run["images"] / run["stored_seconds"] / 1e6 for run in runs], decimal),
        ("computed anew by the rule: million images/s",
         [run["images"] / run["anew_seconds"] / 1e6 for run in runs], decimal),
    ], note)


def rivals(of: dict) -> str:
    lite, duck, scan = of["sqlite"], of["duckdb"], of["scan"]
    anew = median(run["images"] / run["anew_seconds"] for run in of["all"])
    known = median(run["by_id"]["median"] for run in of["ask"])
    parent_of = median(run["known"]["median"] for run in of["ask"])
    joined = [duck["images"] / taken for taken in duck["rounds"]]
    note = ("Each gives the longest layer prefix that is another image, and any image of those with these "
            "layers: no history, no ranking, no names. The share of images is said for which that is our "
            "parent all the same. Prefixes were numbered for them beforehand.")
    return table(f"Others: {of['images']:,} images", [
        ("SQLite, one look-up a prefix", [lite["median"] / 1e9], microseconds_of),
        ("SQLite, p99", [lite["p99"] / 1e9], microseconds_of),
        ("of each look-up, Python and its cursor", [lite["idle"] / 1e9], microseconds_of),
        ("**SQLite / rule alone by id**", [lite["median"] / known], times),
        ("SQLite / `parent_of`, which also looks up every layer's digest", [lite["median"] / parent_of], times),
        ("SQLite: file", [lite["bytes"]], mebibytes),
        ("SQLite: same answer", [lite["same"]], percent),
        ("linear scan of all layer lists (Rust, arrays)", [scan["median_seconds"]], milliseconds),
        ("**linear scan / rule alone by id**", [scan["median_seconds"] * 1e9 / known], times_round),
        ("DuckDB, one join for all: million images/s", [rate / 1e6 for rate in joined], decimal),
        ("**computed anew / DuckDB**", [anew / rate for rate in joined], times),
        ("DuckDB: same answer", [duck["same"]], percent),
    ], note)


def growth(worlds: list) -> str:
    lines = ["### Growth\n", "| images | publish | images/s | peak memory | anonymous | index | an image |",
             "|---:|---:|---:|---:|---:|---:|---:|"]
    for of in worlds:
        runs = of["publish"]
        mid = lambda name: median(run[name] for run in runs)
        cells = [f"{of['images']:,}", seconds(mid("seconds")), number(of["images"] / mid("seconds")),
                 mebibytes(mid("peak")), mebibytes(mid("anonymous")), mebibytes(mid("bytes")),
                 count(mid("bytes") / of["images"])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def sections(of: dict) -> str:
    one = of["publish"][-1]
    lines = [f"### What an index of {of['images']:,} images holds\n", "| section | size | bytes an image |",
             "|---|---:|---:|"]
    for name, size in sorted(one["sections"].items(), key=lambda item: -item[1]):
        lines.append(f"| {name} | {mebibytes(size)} | {size / of['images']:.1f} |")
    return "\n".join(lines) + "\n"


def store(of: dict) -> str:
    load, documents = of["load"], of["load"]["documents"]
    rows = [
        ("loading: documents/s", [documents / load["seconds"]], number),
        ("loading: peak memory", [load["peak"]], mebibytes),
        ("documents", [load["bytes"]], mebibytes),
        ("documents, compressed", [load["compressed"]], mebibytes),
        ("store on disk", [of["disk"]], mebibytes),
        ("store on disk, an image", [of["disk"] / of["images"]], count),
    ]
    for cache, run in of["publish"].items():
        rows += [
            (f"publish, cache of {cache} MiB", [run["wall"]], seconds),
            (f"publish, cache of {cache} MiB: peak memory", [run["peak"]], mebibytes),
            (f"publish, cache of {cache} MiB: anonymous memory, most", [run["anonymous"]], mebibytes),
        ]
    note = f"{documents:,} documents applied in batches of 200, flushed every 100 ms; cache of 256 MiB while loading."
    return table(f"Store (sled): {of['images']:,} images", rows, note)


def decimal(value: float) -> str:
    return f"{value:,.2f}"


def count(value: float) -> str:
    return f"{value:,.0f} bytes"


def microseconds(nanos: float) -> str:
    return f"{nanos / 1e3:,.2f} µs"


def microseconds_of(value: float) -> str:
    return f"{value * 1e6:,.2f} µs"


def times_round(value: float) -> str:
    return f"{value:,.0f} ×"
