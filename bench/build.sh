#!/bin/sh
# Builds what the benchmarks run: the programs, and the examples that make worlds and measure. In
# one call for the whole workspace: another choice of crates selects other features of what they
# depend on, and builds all of that again.
set -eu
cd "$(dirname "$0")/.."
exec cargo build --locked --release --workspace --bins \
    --example scale_world --example scale_shape --example index_bench --example store_load
