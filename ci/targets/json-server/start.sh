#!/usr/bin/env bash
# Runs json-server on loopback with an empty users database: ci/targets/json-server/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one. It asks for no
# credentials.
set -euo pipefail

# shellcheck source=ci/targets/json-server.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../json-server.sh"

# In production it does not read its file again after each change, which could undo another change made meanwhile.
serve() {
    become node --require "$HERE/loopback.cjs" "$HERE/node_modules/json-server/lib/bin.js" --port "$PORT" db.json
}

run_service "$@"
