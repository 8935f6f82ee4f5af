#!/bin/sh
# Prints the changelog's part of a release: scripts/released.sh v1.2.3. Fails where
# the tag, Cargo.toml and CHANGELOG.md do not name one version.
set -eu
cd "$(dirname "$0")/.."

version=${1#v}
workspace=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
if [ "$version" != "$workspace" ]; then
    echo "the tag is $1, the version in Cargo.toml is $workspace" >&2
    exit 1
fi
notes=$(awk -v v="$version" '/^## /{ inside = ($2 == v) } inside' CHANGELOG.md)
if [ -z "$notes" ]; then
    echo "CHANGELOG.md has no heading '## $version'" >&2
    exit 1
fi
printf '%s\n' "$notes"
