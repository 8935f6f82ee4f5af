#!/bin/sh
# Reads exports with the tools that people have, from PyPI, in a place of their own. Needs the
# binaries; `make test-tools` builds them. A download that fails skips all of it, and fails with
# FOREBEAR_TESTS=all.
set -eu

if ! python=$(sh scripts/python-env.sh tools tests/tools/requirements.txt); then
    echo "SKIPPED: test-tools: there is no DuckDB, Polars, pandas or mlcroissant" >&2
    [ "${FOREBEAR_TESTS:-}" != all ] || exit 1
    exit 0
fi
FOREBEAR_TOOLS=$(cd "$(dirname "$python")" && pwd)/python
export FOREBEAR_TOOLS
cargo test --locked -p forebear-tests --test tools --test analyses -- --ignored --nocapture --test-threads 2
