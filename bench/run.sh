#!/bin/sh
# Measures the release build against a registry on loopback and prints the
# tables that docs/benchmarks.md holds. `make bench` calls this, and
# `make bench-crawl` with `crawl`: crawling alone, against nginx as well.
#
#   FOREBEAR_REAL_DATA  folder of the official data  [../shared/data beside the repository]
#   BENCH_ROUNDS        interleaved rounds           [3]
#   BENCH_IMAGES        images of the generated registry, 0 to leave it out  [5000]
#   BENCH_RUNS          runs of a query              [200]
#   BENCH_SAMPLE        images for the skopeo loop   [80]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."

missing=
need() { # program, where to get it
    command -v "$1" >/dev/null 2>&1 && return
    echo "bench: $1 is missing: $2" >&2
    missing=1
}
need cargo "https://rustup.rs"
need docker-registry "apt-get install docker-registry"
need wrk "apt-get install wrk"
need skopeo "apt-get install skopeo"
need python3 "apt-get install python3 (3.9 or newer, standard library only)"
[ "${1:-}" != crawl ] || need nginx "apt-get install nginx-light"
need tar "apt-get install tar"
need zstd "apt-get install zstd (tar calls it)"
data=${FOREBEAR_REAL_DATA:-../shared/data}
storage=$data/official/2018-01-15.storage.tar.zst
if [ ! -f "$storage" ]; then
    echo "bench: no $storage: set FOREBEAR_REAL_DATA to the folder that holds official/" >&2
    missing=1
fi
[ -z "$missing" ] || exit 2

sh bench/build.sh
script=main.py
[ "${1:-}" != crawl ] || script=crawls.py
exec python3 -B "$here/$script" --programs "${CARGO_TARGET_DIR:-target}/release" --storage "$storage"
