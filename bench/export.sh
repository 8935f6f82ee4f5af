#!/bin/sh
# Measures exports of generated worlds and prints the tables that docs/benchmarks.md holds.
# `make bench-export` builds the programs and calls this.
#
#   BENCH_SIZES    images of the worlds  [1000000 2000000 5000000 10000000]
#   BENCH_BESIDE   images of the largest world that DuckDB copies too  [1000000]
#   BENCH_ROUNDS   exports, and copies by DuckDB, of each  [3]
#   BENCH_SCRATCH  folder for up to 60 GB  [/tmp]
#   BENCH_SEED     seed of the worlds  [1]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
python=$(sh scripts/python-env.sh tools tests/tools/requirements.txt)
exec "$python" -B "$here/export.py" --programs "${CARGO_TARGET_DIR:-target}/release" --scratch "${BENCH_SCRATCH:-/tmp}"
