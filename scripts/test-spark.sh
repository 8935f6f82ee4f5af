#!/bin/sh
# What `make test-spark` calls: jobs/spark/lineage.py on a cluster of two workers, against the
# program's own parents. Installs Java where it can: on Debian, as root.
set -eu

if ! command -v java >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests: openjdk-17-jre-headless"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openjdk-17-jre-headless; } >/dev/null 2>&1 ||
        echo "Java could not be installed; on Debian: apt-get install openjdk-17-jre-headless" >&2
fi
"${CARGO:-cargo}" build --locked --workspace --bins
exec "${CARGO:-cargo}" test --locked --workspace --test spark -- --ignored --nocapture
