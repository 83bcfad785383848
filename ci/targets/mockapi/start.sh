#!/usr/bin/env bash
# Runs an imitation of a MockAPI.io project: ci/targets/mockapi/start.sh [PORT [OPTION...]]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its records, in memory, go with it. Without PORT, or with 0, it takes a free one.
# It asks for no credentials and needs Python alone. Its options:
#   --errors SHARE     of requests that end in a 500 (0.01)
#   --timeouts SHARE   of requests that are held and get no answer (0.002)
#   --hang SECONDS     for which these are held (20)
#   --delay SECONDS    that each answer takes (0)
#   --limit N          records that the resource holds (100)
#   --others N         of them are other teams' from the start (0)
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

# It has no packages and so no environment of its own.
install_service() {
    :
}

prepare_database() {
    :
}

serve() {
    become "$PYTHON" "$HERE/service.py" --port "$PORT" ${options[@]+"${options[@]}"}
}

PYTHON=$(find_python) || exit 1
options=("${@:2}")
run_service "$@"
