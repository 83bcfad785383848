#!/usr/bin/env bash
# Runs json-server 0 on loopback with an empty users database: ci/targets/json-server-0/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one. It asks for no
# credentials.
set -euo pipefail

# shellcheck source=ci/targets/json-server.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../json-server.sh"

serve() {
    become json-server --host 127.0.0.1 --port "$PORT" --quiet db.json
}

run_service "$@"
