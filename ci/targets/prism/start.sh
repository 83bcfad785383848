#!/usr/bin/env bash
# Runs Prism as a mock of openapi.yaml, which keeps nothing: ci/targets/prism/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone. Without PORT it takes a free one. It asks for no credentials. LOG, where set, is the
# file in which it tells each request.
set -euo pipefail

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../node-service.sh"

prepare_database() {
    :
}

serve() {
    if [[ -n ${LOG:-} ]]; then
        exec >"$LOG" 2>&1
    fi
    become prism mock --host 127.0.0.1 --port "$PORT" "$HERE/openapi.yaml"
}

run_service "$@"
