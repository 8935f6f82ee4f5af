#!/bin/sh
# official-data.sh DIR: the recorded official images, crawled as they were tagged on two dates,
# into the data folder DIR: what docs/analysis.md is made of. Needs docker-registry, zstd and the
# recordings (FOREBEAR_REAL_DATA, else ../shared/data), and the binaries.
set -eu

data=$1
recorded=${FOREBEAR_REAL_DATA:-../shared/data}/official
port=${PORT:-5091}
scratch=$(mktemp -d)
registry=""
stop() { [ -z "$registry" ] || { kill "$registry" 2>/dev/null && wait "$registry" 2>/dev/null; } || true; registry=""; }
trap 'stop; rm -rf "$scratch"' EXIT INT TERM

for date in 2018-01-15 2018-01-28; do
    mkdir "$scratch/$date"
    tar --zstd -xf "$recorded/$date.storage.tar.zst" -C "$scratch/$date"
    printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: 127.0.0.1:%s}\n' \
        "$scratch/$date" "$port" >"$scratch/$date.yml"
    docker-registry serve "$scratch/$date.yml" 2>"$scratch/$date.log" &
    registry=$!
    tries=0
    until python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/v2/')" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { cat "$scratch/$date.log" >&2; exit 1; }
        sleep 0.1
    done
    "${CARGO_TARGET_DIR:-target}/debug/forebear-crawl" run --registry "127.0.0.1:$port" --name-as docker.io \
        --now "${date}T03:00:00Z" --data "$data"
    stop
done
