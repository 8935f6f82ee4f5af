#!/bin/sh
# Runs every test, then counts what was skipped for want of a program or of
# data. With FOREBEAR_TESTS=all a skip is a failure: the test itself panics.
set -eu

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
cargo test --locked --workspace --no-fail-fast -- --nocapture >"$log" 2>&1 || status=$?
# What failed and why comes first; the results of all that passed are many lines.
grep -E '^(test .*FAILED|error)' "$log" | head -n 100 || true
[ "$status" = 0 ] || grep -A 12 "panicked at" "$log" | head -n 600 || true
grep -E '^test result' "$log" || true
[ "$status" = 0 ] || { echo "--- the last lines ---"; tail -n 60 "$log"; }
passed=$(sed -n 's/^test result: .* \([0-9]*\) passed;.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
failed=$(sed -n 's/^test result: .* \([0-9]*\) failed;.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
skipped=$(grep -c 'SKIPPED: ' "$log" || true)
grep -o 'SKIPPED: .*' "$log" | sort | uniq -c || true
# To the harness a skipped test has passed.
passed=$((passed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
