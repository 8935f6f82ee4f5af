#!/bin/sh
# The pre-commit hook: what Dockerfiles are built FROM is checked by `forebear
# check`. Words that begin with - are its options, written with = (pre-commit:
# args: [--approved=approved.txt]); the others are Dockerfiles.
set -eu

count=$#
files=$(mktemp)
trap 'rm -f "$files"' EXIT
while [ "$count" -gt 0 ]; do
    word=$1
    shift
    case $word in
        -*) set -- "$@" "$word" ;;
        *) printf '%s\n' "$word" >>"$files" ;;
    esac
    count=$((count - 1))
done

# Stages of the same file, scratch, and names that only a build knows are left out.
bases=$(while read -r file; do
    awk 'toupper($1) == "FROM" {
        n = 2
        while ($n ~ /^--/) n++
        name = $n
        if (toupper($(n + 1)) == "AS") stages[tolower($(n + 2))] = 1
        if (name == "scratch" || name ~ /\$/ || tolower(name) in stages) next
        print name
    }' "$file"
done <"$files" | sort -u)
[ -n "$bases" ] || exit 0
# One image a word: their names have no spaces.
# shellcheck disable=SC2086
forebear check "$@" -- $bases
