#!/usr/bin/env bash
# Runs Flask-Restless-NG with an empty users database: ci/targets/flask-restless-ng/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one. It asks for
# no credentials.
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    flask --app app make-database
}

serve() {
    become gunicorn --bind "127.0.0.1:$PORT" --no-control-socket 'app:create_app()'
}

run_service "$@"
