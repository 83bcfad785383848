#!/usr/bin/env bash
# Runs Kinto with an empty database: ci/targets/kinto/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database, in memory, goes with it. Without PORT it takes a free one.
# ADMIN_PASSWORD: the password of its account "admin", of your choice; a request shows both by HTTP Basic.
# OTHER_PASSWORD: where it is set, that of a second account "other", whose default bucket is another one.
# The users are the records of /v1/buckets/default/collections/users, which comes into being with the first.
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    kinto init --ini kinto.ini --backend memory --cache-backend memory --host 127.0.0.1
}

serve() {
    become python "$HERE/serve.py"
}

require ADMIN_PASSWORD "the password that its account admin will have"
export OTHER_PASSWORD=${OTHER_PASSWORD:-}
run_service "$@"
