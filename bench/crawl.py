"""Our side: crawls, publishes and queries, each a process of the release build."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import process
from registry import Registry

CONCURRENCY = "8"


@dataclass
class Crawl:
    run: process.Run
    report: dict
    server: float  # CPU seconds of the registry meanwhile

    @property
    def requests(self) -> int:
        return sum(self.report["requests"][kind] for kind in
                   ("ping", "catalog", "tags", "manifest_head", "manifest_get", "config"))

    @property
    def rate(self) -> float:
        """Requests per second of the whole process: start, crawl, flushes and
        publishing."""
        return self.requests / self.run.wall

    @property
    def crawl_rate(self) -> float:
        """Requests per second until all is flushed, start and publishing apart."""
        return self.requests / self.report["duration"]

    @property
    def apart(self) -> float:
        """Seconds of the process that were not the crawl: start and publishing."""
        return self.run.wall - self.report["duration"]

    @property
    def images(self) -> float:
        """Images per second of the whole process."""
        return self.report["images_new"] / self.run.wall


class Forebear:
    def __init__(self, programs: Path):
        self.query = str(programs / "forebear")
        self.crawler = str(programs / "forebear-crawl")

    def cold_crawl(self, registry: Registry, host: str, data: Path) -> Crawl:
        """Crawls everything into an empty folder. `host` leads to `registry`."""
        shutil.rmtree(data, ignore_errors=True)
        before = process.cpu_of(registry.pid)
        run = process.run(
            self.crawler, "run", "--registry", host, "--name-as", "docker.io", "--rate", "none",
            "--concurrency", CONCURRENCY, "--data", str(data), "--format", "json", "--quiet",
        )
        report = json.loads(run.output)
        if report["failures"] or report["open"]:
            raise SystemExit(f"bench: the crawl is not complete: {run.output}")
        return Crawl(run, report, process.cpu_of(registry.pid) - before)

    def publish(self, data: Path):
        """Wall clock of a publish, and what it says of the index. The index
        of before is removed first."""
        shutil.rmtree(data / "index", ignore_errors=True)
        run = process.run(self.crawler, "publish", "--data", str(data), "--format", "json")
        return run, json.loads(run.output)

    def starts(self) -> float:
        """A process that only starts and ends."""
        return process.wall(self.crawler, "--version")

    def has_parent(self, data: Path, name: str) -> bool:
        command = [self.query, "parent", name, "--data", data]
        return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0

    def parent(self, data: Path, name: str, runs: int):
        """Cold `forebear parent` processes, and `true` between them."""
        true = shutil.which("true")
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(process.wall(self.query, "parent", name, "--data", str(data)))
            theirs.append(process.wall(true))
        return ours, theirs


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(os.path.getsize(Path(at) / name) for at, _, names in os.walk(folder) for name in names)
