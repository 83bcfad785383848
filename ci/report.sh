#!/usr/bin/env bash
# Builds allure-report/index.html from allure-results: ci/report.sh [--site]
# One file that opens from disk, or with --site a folder of files for a web server, which a browser loads piece by piece.
# Wants Node 20 or newer and says so in one line when there is none; a report is a convenience, so
# nothing here ever stands for a verdict. Exit 0 with a report, 1 without.
set -uo pipefail

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILDER=$PROJECT/ci/report
cd -- "$PROJECT" || exit 1
[[ ${1:-} != --site ]] || export REPORT_KIND=site

# give_up REASON [OUTPUT]: one line, the last one of the output included.
give_up() {
    local last
    last=$(printf '%s' "${2:-}" | sed '/^[[:space:]]*$/d' | tail -n 1)
    printf 'report: %s%s\n' "$1" "${last:+ ($last)}" >&2
    exit 1
}

has_node() {
    node -e 'process.exit(Number.parseInt(process.versions.node, 10) < 20 ? 1 : 0)' >/dev/null 2>&1
}

install_builder() {
    local stamp=$BUILDER/node_modules/.locked.json output
    cmp -s "$BUILDER/package-lock.json" "$stamp" && return
    command -v npm >/dev/null 2>&1 || give_up "npm is missing beside node; install it, then run ci/report.sh"
    output=$(cd -- "$BUILDER" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1 </dev/null) ||
        give_up "the report builder could not be installed" "$output"
    cp "$BUILDER/package-lock.json" "$stamp"
}

# GIT_DIR: the builder would copy the remote's address into the report, with any token that is in it.
build() {
    GIT_DIR=/dev/null node "$BUILDER/node_modules/allure/cli.js" generate \
        --config "$BUILDER/allurerc.mjs" --output "$PROJECT/allure-report" "$PROJECT/allure-results" &&
        node "$BUILDER/offline.mjs" allure-report/index.html
}

compgen -G 'allure-results/*-result.json' >/dev/null || give_up "allure-results holds no results: run the stories first"
has_node || give_up "for a report with pictures install Node 20 or newer, then run ci/report.sh"
install_builder
[[ ! -d allure-report ]] || find allure-report -mindepth 1 -delete
output=$(build 2>&1 </dev/null) || {
    rm -f allure-report/index.html
    give_up "it could not be built; the verdict is not touched by that" "$output"
}
printf 'report: allure-report/index.html\n'
