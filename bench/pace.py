"""Whether a crawl keeps its pace: at most the rate and one more in any second,
and nearly all of it used."""

import json
import subprocess
from pathlib import Path

from crawl import Forebear
from registry import Registry

SECONDS = 60


def measure(forebear: Forebear, registry: Registry, log: Path, data: Path, rate: int) -> dict:
    """Crawls for a minute at so many requests a second. nginx's log says when
    each arrived: the end of the answer less the time it took, to the
    millisecond."""
    before = len(log.read_text().splitlines()) if log.exists() else 0
    child = subprocess.Popen(
        [forebear.crawler, "run", "--registry", registry.host, "--name-as", "docker.io", "--rate", f"{rate}/s",
         "--data", str(data), "--quiet", "--format", "json"], stdout=subprocess.PIPE, text=True)
    try:
        child.wait(timeout=SECONDS + 5)
    except subprocess.TimeoutExpired:
        child.send_signal(2)
        child.wait(timeout=60)
    lines = [line.split() for line in log.read_text().splitlines()[before:]]
    arrivals = sorted(float(end) - float(took) for end, took, *_ in lines)
    if not arrivals or arrivals[-1] - arrivals[0] < SECONDS - 1:
        raise SystemExit(f"bench: the crawl ended too soon to judge its pace: {len(arrivals)} requests")
    within = [at for at in arrivals if at < arrivals[0] + SECONDS]
    return {"rate": rate, "most": most_in_a_second(arrivals), "share": len(within) / (rate * SECONDS)}


def most_in_a_second(arrivals: list) -> int:
    """The highest count in any window of one second."""
    most, first = 0, 0
    for last, at in enumerate(arrivals):
        while at - arrivals[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
