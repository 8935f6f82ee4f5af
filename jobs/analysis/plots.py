"""Draws what the analyses find: SVG files for docs/analysis.md.

    python plots.py EXPORT FOLDER

The same export gives the same bytes. Needs PyPI's duckdb and matplotlib.
"""

import pathlib
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot
import run

BLUE, ORANGE, GREY = "#2f6db5", "#d9822b", "#9aa3ad"


def short(name):
    return name.removeprefix("docker.io/").removeprefix("library/")


def popular_bases(axes, found):
    found = sorted((row for row in found if row["base"]), key=lambda row: -row["images"])[:12]
    outside = [row["images"] - row["within"] for row in found]
    within = [row["within"] for row in found]
    places = range(len(found))
    axes.barh(places, outside, color=BLUE, height=0.7, label="of other repositories")
    bars = axes.barh(places, within, left=outside, color=GREY, height=0.7, label="of its own repository")
    axes.bar_label(bars, [row["images"] for row in found], padding=3, fontsize=8)
    axes.set_yticks(places, [f'{short(row["base"])} ({row["kind"]})' for row in found])
    axes.invert_yaxis()
    axes.set_xlabel("images built directly on it")
    axes.legend(frameon=False, loc="lower right")


def lineage_depth(axes, found):
    bars = axes.bar([str(row["ancestors"]) for row in found], [row["images"] for row in found], color=BLUE)
    axes.bar_label(bars, padding=2, fontsize=8)
    axes.margins(y=0.1)
    axes.set_xlabel("known ancestors")
    axes.set_ylabel("images")


def layer_sharing(axes, found):
    places = range(len(found))
    stored = [row["stored_mb"] / 1e3 for row in found]
    pulled = [row["pulled_mb"] / 1e3 for row in found]
    axes.bar([at - 0.2 for at in places], stored, 0.4, color=BLUE, label="stored, each layer once")
    axes.bar([at + 0.2 for at in places], pulled, 0.4, color=ORANGE, label="without sharing")
    axes.set_xticks(places, [f'{row["images"]}\n({row["layers"]:,} layers)' for row in found], fontsize=8)
    axes.set_xlabel("images that have the layer")
    axes.set_ylabel("GB, compressed")
    axes.legend(frameon=False)


def size_added(axes, found):
    found = [row for row in found if row["images"] > 1]
    for at, row in enumerate(found):
        axes.plot([row["quarter_mb"], row["three_quarters_mb"]], [at, at], color=GREY, linewidth=6, solid_capstyle="butt")
        axes.plot(row["median_mb"], at, "o", color=BLUE)
        axes.annotate(f'{row["median_mb"]:g}', (row["median_mb"], at), (0, 7), textcoords="offset points", ha="center", fontsize=8)
    axes.set_yticks(range(len(found)), [f'{short(row["base"])}, {row["images"]} images' for row in found])
    axes.set_ylim(len(found) - 0.5, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("MB added, compressed: median and middle half")


def tagging(axes, found):
    stays = [row["stayed"] for row in found]
    moved = [row["moved"] for row in found]
    # Some moved before they went.
    gone = [row["tags"] - row["stayed"] - row["moved"] for row in found]
    labels = [row["kind"] for row in found]
    axes.bar(labels, stays, color=BLUE, label="stayed")
    axes.bar(labels, moved, bottom=stays, color=ORANGE, label="moved")
    axes.bar(labels, gone, bottom=[a + b for a, b in zip(stays, moved)], color=GREY, label="gone")
    axes.set_ylabel("tags")
    axes.legend(frameon=False)


PLOTS = [popular_bases, lineage_depth, layer_sharing, size_added, tagging]


def main():
    export, folder = sys.argv[1:]
    plot.rcParams.update({
        "svg.hashsalt": "forebear", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
        "axes.spines.top": False, "axes.spines.right": False,
    })
    connection = run.connect(export)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for draw in PLOTS:
        name = draw.__name__
        figure, axes = plot.subplots(figsize=(6.4, 3.2), layout="constrained")
        draw(axes, run.rows(connection, name))
        axes.set_title(run.question(name), fontsize=10, loc="left")
        # No date: the same rows are the same file. White: readers have dark themes.
        figure.savefig(pathlib.Path(folder) / f"{name}.svg", metadata={"Date": None}, facecolor="white")
        plot.close(figure)


if __name__ == "__main__":
    main()
