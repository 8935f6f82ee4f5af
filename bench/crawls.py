"""Measures crawling alone, and prints Markdown: `make bench-crawl`."""

import os
from pathlib import Path

import pace
import rivals
import tables
from crawl import Forebear
from main import ROUNDS, compare, cores_apart, list_of, prepared
from registry import serve
from static import serve_static

SAMPLE = int(os.environ.get("BENCH_SAMPLE", 80))
RATES = [int(rate) for rate in os.environ.get("BENCH_RATES", "5 20").split()]


def main() -> None:
    with prepared() as (forebear, official, scratch):
        # nginx's worker is another user, and reads the files.
        scratch.chmod(0o755)
        compare("official data, all on the same cores", forebear, official, scratch, SAMPLE)
        cores_apart("official data", forebear, official, scratch)
        static(forebear, official, scratch)


def static(forebear: Forebear, storage: Path, scratch: Path) -> None:
    """Against nginx: what the crawl itself costs. Then its pace."""
    data, log = scratch / "data", scratch / "static" / "arrivals.log"
    with serve(storage, scratch) as registry:
        requests = list_of(registry, forebear, data)
        with serve_static(registry, requests, scratch) as nginx:
            crawls, loads = [], []
            for _ in range(ROUNDS):
                crawls.append(forebear.cold_crawl(nginx, nginx.host, data))
                loads.append(rivals.wrk(nginx, requests, scratch))
        print(tables.static("official data as static files of nginx", requests, crawls, loads), flush=True)
        with serve_static(registry, requests, scratch, f"{log} arrival") as nginx:
            kept = [pace.measure(forebear, nginx, log, scratch / f"pace-{rate}", rate) for rate in RATES]
    print(tables.pace(kept), flush=True)


if __name__ == "__main__":
    main()
