#!/bin/sh
# python-env.sh NAME REQUIREMENTS: prints the interpreter of a virtual environment that
# holds what the file lists, target/python/NAME, made where it is not there or was made
# from another list. Exit 3, with nothing printed, where it cannot be made: no
# python3-venv, or nothing to be had from PyPI.
set -eu

name=$1
requirements=$2
folder=${CARGO_TARGET_DIR:-target}/python/$name
if ! cmp -s "$requirements" "$folder/requirements.txt"; then
    rm -rf "$folder"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! { python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"; } >"$log" 2>&1; then
        tail -n 3 "$log" >&2
        rm -rf "$folder"
        echo "no Python environment '$name': it needs python3-venv and PyPI" >&2
        exit 3
    fi
    # Last, so that one that was broken off is made again.
    cp "$requirements" "$folder/requirements.txt"
fi
echo "$folder/bin/python"
