#!/bin/sh
# Measures the official images and generated worlds by one program, and prints
# the table that docs/benchmarks.md holds. `make bench-shape` calls this.
#
#   FOREBEAR_REAL_DATA  folder of the official data         [../shared/data beside the repository]
#   BENCH_SIZES         images of the generated worlds      [922 20000 1000000]
#   BENCH_SCRATCH       folder for some 2 GB                [/tmp]
set -eu
cd "$(dirname "$0")/.."
official=${FOREBEAR_REAL_DATA:-../shared/data}/official
scratch=$(mktemp -d "${BENCH_SCRATCH:-/tmp}/forebear-shape-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

sh bench/build.sh
programs=${CARGO_TARGET_DIR:-target}/release/examples
dates=
for date in 2018-01-15 2018-01-28; do
    mkdir "$scratch/$date"
    tar --zstd -xf "$official/$date.storage.tar.zst" -C "$scratch/$date"
    # The archive's own root may be a folder below.
    root=$(find "$scratch/$date" -path '*/docker/registry/v2' -prune | head -n 1)
    dates="$dates,${root%/docker/registry/v2}"
done
set -- "official=${dates#,}"
for size in ${BENCH_SIZES:-922 20000 1000000}; do
    "$programs/scale_world" 1 "$size" "$scratch/$size.rows"
    set -- "$@" "$size=$scratch/$size.rows"
done
"$programs/scale_shape" "$@"
