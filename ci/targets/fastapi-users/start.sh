#!/usr/bin/env bash
# Runs FastAPI Users with an empty users database: ci/targets/fastapi-users/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one.
# ADMIN_PASSWORD: the password of its administrator admin@example.com, of your choice. A token for an hour is
# had with POST /auth/jwt/login, the form fields username (the email) and password.
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    python "$HERE/create_admin.py"
}

serve() {
    become uvicorn --host 127.0.0.1 --port "$PORT" app:app
}

require ADMIN_PASSWORD "the password that its administrator admin@example.com will have"
run_service "$@"
