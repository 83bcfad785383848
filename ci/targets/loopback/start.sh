#!/usr/bin/env bash
# Runs LoopBack with an empty users service: ci/targets/loopback/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its users, in memory, go with it. Without PORT it takes a free one. It asks for
# no credentials.
set -euo pipefail

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../node-service.sh"

prepare_database() {
    :
}

serve() {
    become node "$HERE/app.js"
}

run_service "$@"
