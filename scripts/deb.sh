#!/bin/sh
# Makes a Debian package of built programs: scripts/deb.sh [PROFILE [OUTPUT]].
# What it holds is listed in crates/forebear/Cargo.toml; manual pages and
# completions are the programs' own.
set -eu
cd "$(dirname "$0")/.."

profile=${1:-release}
output=${2:-${CARGO_TARGET_DIR:-target}/debian}
case $profile in dev) folder=debug ;; *) folder=$profile ;; esac
programs=${CARGO_TARGET_DIR:-target}/$folder
PATH=$PATH:$PWD/target/tools/bin
command -v cargo-deb >/dev/null || {
    echo "cargo-deb is not installed: cargo install --locked cargo-deb" >&2
    exit 2
}

made=$programs/deb
rm -rf "$made"
mkdir -p "$made/man" "$made/bash" "$made/zsh" "$made/fish" "$made/units" "$output"
"$programs/forebear" man --dir "$made/man" >/dev/null
"$programs/forebear-crawl" man >"$made/man/forebear-crawl.1"
# Names of commands, each a word.
# shellcheck disable=SC2013
for command in $(sed -n 's/^forebear\\-crawl\\-\([a-z]*\)(1)$/\1/p' "$made/man/forebear-crawl.1"); do
    [ "$command" = help ] || "$programs/forebear-crawl" man "$command" >"$made/man/forebear-crawl-$command.1"
done
for program in forebear forebear-crawl; do
    "$programs/$program" completions bash >"$made/bash/$program"
    "$programs/$program" completions zsh >"$made/zsh/_$program"
    "$programs/$program" completions fish >"$made/fish/$program.fish"
done
gzip -9n "$made"/man/*
for unit in jobs/*.service jobs/*.timer; do
    # What a package installs lies in /usr/bin, what a person does in /usr/local/bin.
    sed 's|/usr/local/bin/|/usr/bin/|' "$unit" >"$made/units/${unit##*/}"
done
fast=""
[ "$profile" != dev ] || fast="--fast"
cargo deb --locked --no-build --no-strip $fast --profile "$profile" -p forebear --output "$output"
