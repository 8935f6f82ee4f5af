#!/bin/sh
# Measures jobs/spark/lineage.py on generated worlds, on a cluster of two workers with a core and a
# gigabyte each, and compares its rows with those of the index. `make bench-spark` builds the
# programs and calls this.
#
#   BENCH_IMAGES   images of the worlds  [100000 1000000]
#   BENCH_SCRATCH  folder for up to 15 GB  [/tmp]
#   BENCH_SEED     seed of the worlds  [1]
set -eu
cd "$(dirname "$0")/.."
programs=${CARGO_TARGET_DIR:-target}/release
python=$(sh scripts/python-env.sh spark jobs/spark/requirements.txt)
scratch=$(mktemp -d "${BENCH_SCRATCH:-/tmp}/forebear-bench-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
for images in ${BENCH_IMAGES:-100000 1000000}; do
    "$programs/examples/scale_world" "${BENCH_SEED:-1}" "$images" "$scratch/rows" >/dev/null
    "$programs/examples/index_bench" publish "$scratch/rows" "$scratch/data/index" >/dev/null
    rm "$scratch/rows"
    "$programs/forebear" export "$scratch/$images" --format parquet --data "$scratch/data" --quiet >/dev/null
    rm -r "$scratch/data"
    "$python" -B tests/tools/check_lineage.py "$scratch/spark" "$scratch/$images"
    rm -r "${scratch:?}/$images"
done
