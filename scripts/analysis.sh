#!/bin/sh
# What `make analysis` calls: the analyses of jobs/analysis over an export, EXPORT=DIR, or
# over one that is made for the purpose of the index of a data folder, DATA=DIR; the demo's
# where neither is said. ANALYSIS names some of them, BASE the X of inherits_from.
set -eu

folder=${EXPORT:-}
if [ -z "$folder" ]; then
    data=${DATA:-data/demo/run/data}
    if [ ! -d "$data" ]; then
        echo "no data in $data: make analysis DATA=DIR or EXPORT=DIR; make demo crawls a small registry" >&2
        exit 2
    fi
    "${CARGO:-cargo}" build --locked --quiet -p forebear
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "${CARGO_TARGET_DIR:-target}/debug/forebear" export "$folder/export" --format parquet --data "$data" >/dev/null
    folder=$folder/export
fi
python=$(sh scripts/python-env.sh tools tests/tools/requirements.txt)
# shellcheck disable=SC2086 # several names are several words
"$python" -B jobs/analysis/run.py "$folder" ${ANALYSIS:-} ${BASE:+--base "$BASE"}
