#!/usr/bin/env bash
# Runs Mockoon with a CRUD route of an empty data bucket: ci/targets/mockoon/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its bucket, in memory, goes with it. Without PORT it takes a free one. It asks for
# no credentials.
set -euo pipefail

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../node-service.sh"

prepare_database() {
    cp "$HERE/environment.json" .
}

# It writes settings of its own into the home directory.
serve() {
    export HOME=$FOLDER
    become mockoon-cli start --data environment.json --hostname 127.0.0.1 --port "$PORT" \
        --disable-log-to-file --disable-admin-api --disable-external-refs
}

run_service "$@"
