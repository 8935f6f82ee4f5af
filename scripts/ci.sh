#!/bin/sh
# Runs make targets one after another, up to the first that fails, and prints at
# the end how many minutes each took.
set -u

times=$(mktemp)
trap 'rm -f "$times"' EXIT
status=0
for target in "$@"; do
    echo "=== make $target"
    begun=$(date +%s)
    "${MAKE:-make}" "$target" || status=$?
    seconds=$(($(date +%s) - begun))
    awk -v t="$target" -v s="$seconds" -v r="$status" \
        'BEGIN { printf "  %-15s %5.1f min%s\n", t, s / 60, r ? "  failed" : "" }' >>"$times"
    [ "$status" = 0 ] || break
done
echo "=== minutes"
cat "$times"
exit "$status"
