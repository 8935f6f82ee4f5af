#!/bin/sh
# Rebuilds every reconstructed Dockerfile of the corpus with the builder that
# wrote its history. Needs root, for the builders do; installs Docker Engine
# where it can. UPDATE=1 keeps what the builders write now.
set -eu

if [ ! -x /usr/sbin/dockerd ] || [ ! -x /usr/bin/docker ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing Docker Engine (docker.io)"
        log=$(mktemp)
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io; } >"$log" 2>&1 ||
            { tail -n 5 "$log" >&2; exit 2; }
        rm -f "$log"
    else
        echo "needs Docker Engine; on Debian, as root: apt-get install docker.io" >&2
        exit 2
    fi
fi
cargo test --locked -p forebear-tests --test roundtrip -- --ignored --nocapture
cargo test --locked -p forebear-tests --test goldens
