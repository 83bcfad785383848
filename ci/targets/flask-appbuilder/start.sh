#!/usr/bin/env bash
# Runs Flask-AppBuilder with an empty users database: ci/targets/flask-appbuilder/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one.
# ADMIN_PASSWORD: the password of its administrator "admin", of your choice. A token for 15 minutes is had with
# POST /api/v1/security/login, {"username": "admin", "password": …, "provider": "db"}.
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

# By variable, so that the password stands on no command line.
prepare_database() {
    export FLASK_FAB_CREATE_ADMIN_PASSWORD=$ADMIN_PASSWORD
    flask --app app fab create-admin --username admin --firstname Admin --lastname Admin --email admin@example.com
}

# Made once and not by each of the four, which would write into one database at once.
serve() {
    become gunicorn --bind "127.0.0.1:$PORT" --workers 4 --preload --no-control-socket 'app:create_app()'
}

require ADMIN_PASSWORD "the password that its administrator will have"
run_service "$@"
