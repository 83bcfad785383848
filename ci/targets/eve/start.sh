#!/usr/bin/env bash
# Runs Eve with an empty users database: ci/targets/eve/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database, in memory, goes with it. Without PORT it takes a free one. It asks
# for no credentials.
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    :
}

serve() {
    become python "$HERE/app.py"
}

run_service "$@"
