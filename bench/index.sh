#!/bin/sh
# Measures the index on generated worlds and prints the tables that
# docs/benchmarks.md holds. `make bench-index` calls this; some 40 minutes.
#
#   BENCH_SIZES    images of the worlds that everything is measured on  [10000 1000000 10000000]
#   BENCH_GROWTH   images of those that are only published              [1250000 2500000 5000000]
#   BENCH_ROUNDS   publishes and groups of queries of each             [3]
#   BENCH_STORE    images of the world that is put into a store, 0 to leave it out  [1000000]
#   BENCH_RUNS     cold processes                                      [300]
#   BENCH_SCRATCH  folder for up to 30 GB                              [/tmp]
#   BENCH_SEED     seed of the worlds                                  [1]
#   BENCH_ROWS     folder where worlds are kept from run to run        [none: they are removed]
#   BENCH_RESULTS  file that gets all figures as JSON as well          [none]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
scratch=${BENCH_SCRATCH:-/tmp}

missing=
need() { # program, where to get it
    command -v "$1" >/dev/null 2>&1 && return
    echo "bench: $1 is missing: $2" >&2
    missing=1
}
need cargo "https://rustup.rs"
need python3 "apt-get install python3 python3-venv (3.9 or newer)"
[ -z "$missing" ] || exit 2

sh bench/build.sh

# DuckDB is a rival, and wants numpy to read columns.
rivals=${CARGO_TARGET_DIR:-target}/bench-python
[ -x "$rivals/bin/python" ] || python3 -m venv "$rivals"
"$rivals/bin/python" -c 'import duckdb, numpy' 2>/dev/null || "$rivals/bin/pip" install --quiet duckdb numpy
exec "$rivals/bin/python" -B "$here/index.py" --programs "${CARGO_TARGET_DIR:-target}/release" --scratch "$scratch"
