#!/bin/sh
# The main job, end to end, on a registry of the demo's own: crawl, ask, crawl
# again the day after, ask again. Needs the binaries; `make demo` builds them.
set -eu

cd "$(dirname "$0")/../.."
bin=${CARGO_TARGET_DIR:-target}/debug
run=data/demo/run
rm -rf "$run"
mkdir -p "$run"
FOREBEAR_DATA=$run/data
export FOREBEAR_DATA

registry=""
stop() { [ -z "$registry" ] || kill "$registry" 2>/dev/null || true; registry=""; }
trap stop EXIT INT TERM

# Serves the demo's registry on loopback, for ten minutes at most.
serve() { # STATE PORT
    rm -f "$run/address"
    "$bin/forebear-demo-registry" --state "$1" --port "$2" --addr-file "$run/address" --for 600 &
    registry=$!
    tries=0
    while [ ! -s "$run/address" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { echo "the demo registry did not start" >&2; exit 1; }
        sleep 0.1
    done
    address=$(cat "$run/address")
}

show() {
    printf '\n$ %s\n' "$*"
    tool=$1
    shift
    status=0
    "$bin/$tool" "$@" || status=$?
    [ "$status" -le 1 ] || { echo "(exit code $status)"; exit "$status"; }
}

heading() { printf '\n\n### %s\n' "$*"; }

serve today 0
heading "A crawl: every repository, tag, manifest and config, then the index"
show forebear-crawl run --registry "$address" --name-as docker.io --now 2024-12-01T03:00:00Z
show forebear stats

heading "What is it built on, and what was added on top?"
show forebear parent acme/api:1.0
show forebear lineage acme/api:1.0
show forebear layers dyego/snake-game

heading "The steps on top, as a Dockerfile"
show forebear dockerfile acme/web:2.3.0

heading "The same layers, told apart by history"
show forebear parent experiments/childimage
show forebear diff experiments/imagetest experiments/sameimage

heading "The longest layer prefix would be wrong here: a build-cache sibling"
show forebear parent bash:5.2.37

heading "No parent, and why"
show forebear parent startup/tool:1.0-annotated
show forebear parent acme/squashed:1.0

heading "Who sits on it?"
show forebear children ubuntu:jammy
show forebear children debian:bookworm --all --limit 5

port=${address##*:}
stop
serve tomorrow "$port"
heading "A day later: an image no crawl has seen yet, asked of its registry now"
show forebear parent "docker://$address/acme/newcomer:1"

heading "The next night: tags have moved, and what did not change costs a HEAD"
show forebear-crawl run --registry "$address" --name-as docker.io --now 2024-12-02T03:00:00Z
show forebear parent nginx:1.27-alpine
show forebear parent acme/shop-frontend:5
heading "All of it as pages"
show forebear export "$run/site" --format html --quiet

printf '\nThe data is in %s; ask on with: %s/forebear parent IMAGE --data %s\n' "$FOREBEAR_DATA" "$bin" "$FOREBEAR_DATA"
printf 'The pages: open %s/index.html in a browser\n' "$(cd "$run/site" && pwd)"
