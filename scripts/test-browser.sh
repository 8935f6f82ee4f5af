#!/bin/sh
# Opens the pages of the demo, of an odd world and, where their recordings are, of the official
# images in Debian's Chromium, and looks at them as readers do (tests/browser/pages.mjs). Chromium is installed where that is possible, what drives
# it comes from npm; no browser is downloaded. Without them it says so and, unless
# FOREBEAR_TESTS=all, passes by.
#
# test-browser.sh [SCREENSHOTS]: keeps pictures of the pages there.
set -eu

target=${CARGO_TARGET_DIR:-target}
sites=$target/browser
pictures=${1:-$sites/screenshots}

missing=""
for program in chromium node npm; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
if [ "$missing" = " chromium" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the browser tests: chromium"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-core; } >/dev/null 2>&1 || true
    command -v chromium >/dev/null 2>&1 && missing=""
fi
if [ -n "$missing" ]; then
    echo "SKIPPED: the pages are not opened, for want of$missing" >&2
    [ "${FOREBEAR_TESTS:-}" != all ] || exit 1
    exit 0
fi

npm ci --prefix tests/browser --no-audit --no-fund --silent
rm -rf "$sites/demo" "$sites/odd" "$sites/official"
mkdir -p "$sites"
FOREBEAR_SITES=$(cd "$sites" && pwd) ${CARGO:-cargo} test --locked --workspace --test page -- --ignored sites_for_the_browser
node tests/browser/pages.mjs "$sites/demo" "$pictures" "$sites/odd"
[ ! -d "$sites/official" ] || node tests/browser/stranger.mjs "$sites/official" "$pictures"
