#!/bin/sh
# Runs every fuzz target for a bounded time. `make fuzz` calls this.
#
#   FUZZ_SECONDS  seconds a target                       [60]
#   FUZZ_TARGETS  which                                  [all]
#
# Needs a C++ compiler for libFuzzer, and nothing but stable Rust: coverage
# comes from LLVM's own pass, without a sanitizer (there is no unsafe code).
set -eu
cd "$(dirname "$0")"
seconds=${FUZZ_SECONDS:-60}
targets=${FUZZ_TARGETS:-manifest provenance config history_line layer archive index image_index inspect log rows}
out=${CARGO_TARGET_DIR:-../target}/fuzz
mkdir -p "$out"
out=$(cd "$out" && pwd)
# Counters go into our own code and what it depends on, not into build scripts.
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
 -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing" \
    cargo build --release --locked --target "$host" --target-dir "$out/build"
(cd .. && cargo run --quiet --locked -p forebear-testkit --example fuzz_seeds -- "$out/seeds")
status=0
for target in $targets; do
    mkdir -p "$out/corpus/$target" "$out/found" "$out/seeds/$target"
    echo "fuzzing $target for $seconds s"
    "$out/build/$host/release/$target" "$out/corpus/$target" "$out/seeds/$target" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -artifact_prefix="$out/found/$target-" -print_final_stats=1 >"$out/$target.log" 2>&1 || {
        echo "$target found something:"
        tail -n 30 "$out/$target.log"
        status=1
    }
    sed -n 's/^stat::number_of_executed_units: */  runs: /p; s/^stat::average_exec_per_sec: */  runs a second: /p' "$out/$target.log"
done
exit "$status"
