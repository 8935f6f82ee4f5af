#!/bin/sh
# Installs what the tests use beside Rust, where that is possible: on Debian,
# as root. Elsewhere it says what is missing; those tests then skip and say so.
set -eu

# BuildKit's own parser of Dockerfiles, for one test, in a place of its own.
parser=target/parser
if [ ! -x "$parser/bin/python" ] || ! "$parser/bin/python" -c 'import dockerfile' 2>/dev/null; then
    rm -rf "$parser"
    if ! { python3 -m venv "$parser" && "$parser/bin/pip" install --quiet --only-binary=:all: dockerfile==3.4.0; } >/dev/null 2>&1; then
        rm -rf "$parser"
        echo "no parser of Dockerfiles (needs python3-venv and pip); its test will be skipped" >&2
    fi
fi

# cargo-deb, for the test of the Debian package: forty seconds, once.
if ! [ -x target/tools/bin/cargo-deb ] && ! command -v cargo-deb >/dev/null 2>&1; then
    cargo install --quiet --locked --debug --no-default-features --version 3.8.0 --root target/tools \
        --target-dir target/tools/build cargo-deb >/dev/null 2>&1 ||
        echo "no cargo-deb; the test of the Debian package will be skipped" >&2
    rm -rf target/tools/build
fi

# Libraries that graphs and SBOMs are opened with.
sh scripts/python-env.sh pages tests/tools/pages.txt >/dev/null || echo "tests that need them will be skipped" >&2

wanted="docker-registry skopeo buildah busybox-static dot rsvg-convert fish zsh"
missing=""
for package in $wanted; do
    case $package in
        # Programs that are called otherwise than their packages.
        dot) command -v dot >/dev/null 2>&1 || missing="$missing graphviz" ;;
        rsvg-convert) command -v rsvg-convert >/dev/null 2>&1 || missing="$missing librsvg2-bin" ;;
        busybox-static) [ -x /bin/busybox ] || [ -x /usr/bin/busybox ] || missing="$missing $package" ;;
        *) command -v "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    log=$(mktemp)
    # Names without spaces, each a word.
    # shellcheck disable=SC2086
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "tests that need these will be skipped; on Debian: apt-get install$missing" >&2
