#!/bin/sh
# Installs what the tests use beside Rust, where that is possible: on Debian,
# as root. Elsewhere it says what is missing; those tests then skip and say so.
set -eu

wanted="docker-registry skopeo buildah busybox-static"
missing=""
for package in $wanted; do
    case $package in
        busybox-static) [ -x /bin/busybox ] || [ -x /usr/bin/busybox ] || missing="$missing $package" ;;
        *) command -v "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    log=$(mktemp)
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "tests that need these will be skipped; on Debian: apt-get install$missing" >&2
