#!/usr/bin/env bash
# Runs Directus on an empty SQLite database: API_TOKEN=... ci/targets/directus/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one. API_TOKEN is the static
# token of its administrator. It brings the Node that it wants; two of its packages are compiled for that
# (C++ compiler, make and Python are needed), because their makers offer no binaries in the registry.
set -euo pipefail

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../node-service.sh"

require API_TOKEN "the static token of the administrator"

build_packages() {
    local node
    node=$(readlink -f -- "$HERE/node_modules/.bin/node")
    cd -- "$HERE"
    PATH=$HERE/node_modules/.bin:$PATH npm_config_nodedir=${node%/bin/node} npm_config_build_from_source=true \
        npm rebuild --loglevel=error isolated-vm sqlite3
}

configure() {
    export HOME=$FOLDER HOST=127.0.0.1 PUBLIC_URL="http://127.0.0.1:$PORT" SECRET=$SECRET_KEY
    export DB_CLIENT=sqlite3 DB_FILENAME=$FOLDER/data.db STORAGE_LOCAL_ROOT=$FOLDER/uploads EXTENSIONS_PATH=$FOLDER/extensions
    export TELEMETRY=false PRESSURE_LIMITER_ENABLED=false LOG_LEVEL=warn ADMIN_EMAIL=admin@example.com ADMIN_TOKEN=$API_TOKEN
    # Nobody keeps the passwords of a database that lives so long, and cheap hashes save most of a run's time.
    export HASH_MEMORY_COST=1024 HASH_TIME_COST=2 HASH_PARALLELISM=1
    ADMIN_PASSWORD=$(make_secret)
    export ADMIN_PASSWORD
}

prepare_database() {
    configure
    directus bootstrap
}

serve() {
    configure
    become directus start
}

run_service "$@"
