#!/usr/bin/env bash
# What action.yml runs: `forebear check` with annotations, and SARIF where a file
# is named for it. Inputs come as INPUT_… and are never part of a command's text.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

download() {
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$2" "$1"
}

if ! command -v forebear >/dev/null; then
    name=forebear-$INPUT_VERSION-$(uname -m)-linux.tar.gz
    release=https://github.com/forebear/forebear/releases/download/v$INPUT_VERSION
    download "$release/$name" "$folder/$name"
    download "$release/SHA256SUMS" "$folder/SHA256SUMS"
    (cd "$folder" && grep -F " $name" SHA256SUMS | sha256sum --check --strict --quiet)
    tar -xzf "$folder/$name" -C "$folder" --strip-components 1
    PATH=$folder:$PATH
fi

index=$INPUT_INDEX
case $index in
    https://*)
        download "$index" "$folder/index"
        index=$folder/index
        ;;
esac

read -r -d '' -a images <<<"$INPUT_IMAGES" || true
if [ "${#images[@]}" = 0 ]; then
    echo "::error::no image to check: the input 'images' is empty"
    exit 2
fi
options=(--index "$index" --approved "$INPUT_APPROVED")
[ -z "${INPUT_MAX_BEHIND:-}" ] || options+=(--max-behind "$INPUT_MAX_BEHIND")
[ -z "${INPUT_MAX_INDEX_AGE:-}" ] || options+=(--max-index-age "$INPUT_MAX_INDEX_AGE")

code=0
forebear check "${options[@]}" --format github -- "${images[@]}" || code=$?
if [ -n "${INPUT_SARIF:-}" ]; then
    # The verdict is above; this says the same to code scanning.
    forebear check "${options[@]}" --format sarif -- "${images[@]}" >"$INPUT_SARIF" || true
fi
echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
if [ "$code" = 3 ] && [ "${INPUT_ALLOW_UNKNOWN:-false}" = true ]; then
    code=0
fi
exit "$code"
