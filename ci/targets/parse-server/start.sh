#!/usr/bin/env bash
# Runs Parse Server on an empty PostgreSQL database:
# PARSE_APPLICATION_ID=... PARSE_MASTER_KEY=... ci/targets/parse-server/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one. Both variables are the
# caller's choice; with the key a client may do everything. Wants PostgreSQL (Debian: postgresql).
set -euo pipefail

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../node-service.sh"

require PARSE_APPLICATION_ID "the id of the application"
require PARSE_MASTER_KEY "the key with which a client may do everything"

prepare_database() {
    :
}

# The database ends with this process, which the server becomes.
serve() {
    "$HERE/../../postgres.sh" none >database.urls 2>database.log &
    local _ database=$!
    for _ in $(seq 300); do
        [[ ! -s database.urls ]] || break
        kill -0 "$database" 2>/dev/null || break
        pause 0.1
    done
    DATABASE_URI=$(head -n 1 database.urls)
    if [[ -z $DATABASE_URI ]]; then
        cat database.log
        exit 1
    fi
    export DATABASE_URI=${DATABASE_URI/postgresql+psycopg:/postgres:}
    become node "$HERE/server.js"
}

run_service "$@"
