#!/bin/sh
# Reads exports with the tools that people have, from PyPI, in a place of their own: DuckDB,
# Polars, pandas, pyarrow, mlcroissant. Needs the binaries; `make test-tools` builds them.
# A download that fails skips all of it, and with FOREBEAR_TESTS=all fails.
set -eu

tools=${CARGO_TARGET_DIR:-target}/tools
wanted="duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1"
# One of its dependencies is there as source only.
croissant="mlcroissant==1.1.1"
python=$tools/bin/python
if [ "$(cat "$tools/installed" 2>/dev/null || true)" != "$wanted $croissant" ]; then
    rm -rf "$tools"
    log=$(mktemp)
    if { python3 -m venv "$tools" && "$python" -m pip install --quiet --only-binary=:all: $wanted &&
        "$python" -m pip install --quiet $wanted "$croissant"; } >"$log" 2>&1; then
        echo "$wanted $croissant" >"$tools/installed"
    else
        tail -n 5 "$log" >&2
        rm -rf "$tools" "$log"
        echo "SKIPPED: test-tools: no DuckDB, Polars, pandas and mlcroissant (python3-venv and PyPI)" >&2
        [ "${FOREBEAR_TESTS:-}" != all ] || exit 1
        exit 0
    fi
    rm -f "$log"
fi
FOREBEAR_TOOLS=$(cd "$tools/bin" && pwd)/python
export FOREBEAR_TOOLS
cargo test --locked -p forebear-tests --test tools -- --ignored --nocapture --test-threads 2
