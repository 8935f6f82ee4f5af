"""Figures as Markdown."""

import os
import platform
import subprocess
from collections import Counter
from statistics import median


def machine(programs=None) -> str:
    """One line: cores, memory, and what was measured beside."""
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    programs = programs or [
        "docker-registry " + version("docker-registry", "--version").split()[-1],
        " ".join(version("wrk", "-v").split()[:2]),
        "skopeo " + version("skopeo", "--version").split()[-1],
    ]
    return (f"{len(os.sched_getaffinity(0))} cores ({model}), {memory:.0f} GiB, Linux {platform.release()}; "
            f"{', '.join(programs)}; load average before: {os.getloadavg()[0]:.1f}.\n")


def version(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True)
    return (ended.stdout or ended.stderr).strip()


def table(title: str, rows, note: str = "") -> str:
    """Rows are a name, the values of the rounds, and how to write one. A
    ratio is taken in each round, and its median is that of the ratios."""
    lines = [f"### {title}\n", *([note + "\n"] if note else []), "| figure | median | rounds |", "|---|---:|---|"]
    for name, values, form in rows:
        each = ", ".join(form(value) for value in values) if len(values) > 1 else ""
        lines.append(f"| {name} | {form(median(values))} | {each} |")
    return "\n".join(lines) + "\n"


def crawl(title, requests, crawls, loads, heads=None) -> str:
    kinds = Counter(kind(request) for request in requests).most_common()
    note = f"{len(requests):,} requests: " + ", ".join(f"{count:,} {name}" for name, count in kinds) + "."
    rows = [
        ("crawl: requests/s", [one.crawl_rate for one in crawls], number),
        ("whole process, start and publishing too: requests/s", [one.rate for one in crawls], number),
        ("wrk: requests/s", [one.rate for one in loads], number),
        ("**crawl / wrk**", [a.crawl_rate / b.rate for a, b in zip(crawls, loads)], percent),
        ("whole process / wrk", [a.rate / b.rate for a, b in zip(crawls, loads)], percent),
        ("start and publishing, share of the process", [one.apart / one.run.wall for one in crawls], percent),
        ("crawl: images/s, whole process", [one.images for one in crawls], number),
        ("crawl: peak memory", [one.run.peak for one in crawls], mebibytes),
        ("crawl: CPU", [one.run.cpu for one in crawls], seconds),
        ("crawl: CPU of a request", [one.run.cpu / one.requests for one in crawls], milliseconds),
        ("registry under the crawl: CPU of a request", [one.server / one.requests for one in crawls], milliseconds),
        ("registry under wrk: CPU of a request", [one.server / one.requests for one in loads], milliseconds),
        ("registry under the crawl: cores in use", [one.server / one.report["duration"] for one in crawls], cores),
        ("registry under wrk: cores in use", [one.server / one.seconds for one in loads], cores),
    ]
    if heads:
        rows.append(("registry: CPU of a GET / of the same HEAD", [heads[1] / heads[0]], percent))
    return table(f"Crawl: {title}", rows, note)


def static(title, requests, crawls, loads) -> str:
    images = [one.report["images_new"] for one in crawls]
    return table(f"Crawl: {title}", [
        ("crawl: requests/s", [one.crawl_rate for one in crawls], number),
        ("wrk: requests/s", [one.rate for one in loads], number),
        ("**crawl / wrk**", [a.crawl_rate / b.rate for a, b in zip(crawls, loads)], percent),
        ("crawl: images/s, whole process", [one.images for one in crawls], number),
        ("crawl: CPU of an image", [one.run.cpu / count for one, count in zip(crawls, images)], microseconds),
        ("crawl: CPU of a request", [one.run.cpu / one.requests for one in crawls], microseconds),
        ("crawl: peak memory", [one.run.peak for one in crawls], mebibytes),
        ("nginx under the crawl: CPU of a request", [one.server / one.requests for one in crawls], microseconds),
        ("nginx under wrk: CPU of a request", [one.server / one.requests for one in loads], microseconds),
    ], f"{len(requests):,} requests.")


def pace(kept: list) -> str:
    lines = ["### Pace, over a minute each\n", "| rate | most in any second | share of the rate used |", "|---|---:|---:|"]
    lines += [f"| {one['rate']}/s | {one['most']} | {one['share']:.1%} |" for one in kept]
    return "\n".join(lines) + "\n"


def kind(request) -> str:
    for part in ("blobs", "manifests", "tags", "_catalog"):
        if f"/{part}" in request.path:
            return f"{request.method} {part}"
    return f"{request.method} /v2/"


def skopeo(crawls, loops, side_by_side, count: int) -> str:
    return table(f"Images: shell loop of skopeo, {count} images", [
        ("one loop: images/s", loops, number),
        ("eight loops side by side: images/s", side_by_side, number),
        ("**crawl (whole process) / one loop**", [a.images / b for a, b in zip(crawls, loops)], times),
        ("crawl (whole process) / eight loops", [a.images / b for a, b in zip(crawls, side_by_side)], times),
    ])


def publish(publishes, start: float, store: int) -> str:
    images, size = publishes[0][1]["images"], publishes[0][1]["bytes"]
    walls = [run.wall - start for run, _ in publishes]
    return table(f"Publish: {images:,} images", [
        ("store on disk", [store], mebibytes),
        ("publish, process start taken off", walls, milliseconds),
        ("images/s", [images / wall for wall in walls], number),
        ("peak memory", [run.peak for run, _ in publishes], mebibytes),
        ("index", [size], mebibytes),
        ("index, per image", [size / images], lambda value: f"{value:.0f} bytes"),
    ])


def query(name: str, ours, theirs) -> str:
    return table(f"Query: `forebear parent {name}`, {len(ours)} processes", [
        ("forebear", [median(ours)], milliseconds),
        ("`true`", [median(theirs)], milliseconds),
        ("difference", [median(ours) - median(theirs)], milliseconds),
    ])


def number(value: float) -> str:
    return f"{value:,.0f}"


def percent(value: float) -> str:
    return f"{value:.1%}"


def times(value: float) -> str:
    return f"{value:.1f} ×"


def cores(value: float) -> str:
    return f"{value:.2f}"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def microseconds(value: float) -> str:
    return f"{value * 1e6:,.0f} µs"


def milliseconds(value: float) -> str:
    return f"{value * 1e3:.2f} ms"


def mebibytes(value: float) -> str:
    return f"{value / 2**20:.1f} MiB"
