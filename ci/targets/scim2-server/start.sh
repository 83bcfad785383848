#!/usr/bin/env bash
# Runs scim2-server with an empty users database: ci/targets/scim2-server/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database, in memory, goes with it. Without PORT it takes a free one.
# API_TOKEN: the token that it accepts, of your choice; a request shows it as "Authorization: Bearer …".
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    :
}

serve() {
    become python "$HERE/serve.py"
}

require API_TOKEN "the token that it will accept"
run_service "$@"
