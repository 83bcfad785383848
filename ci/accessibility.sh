#!/usr/bin/env bash
# Looks with axe at the pages and pictures that the last run left: ci/accessibility.sh [FOLDER]
# Wants Node 20 or newer and a Chromium that is installed (Debian: chromium; BROWSER_PROGRAM names another). FOLDER
# is where allure-report and allure-results are, by default the project. Exit 0 when nothing was found, else 1.
set -euo pipefail

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
TOOL=$PROJECT/ci/accessibility
stamp=$TOOL/node_modules/.locked.json
if ! cmp -s "$TOOL/package-lock.json" "$stamp"; then
    npm ci --prefix "$TOOL" --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
    cp "$TOOL/package-lock.json" "$stamp"
fi
exec node "$TOOL/check.mjs" "${1:-$PROJECT}"
