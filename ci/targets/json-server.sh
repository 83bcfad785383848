# Sourced by the start scripts of both releases of json-server: the empty database that they begin with. All the
# rest stands in node-service.sh.

# shellcheck source=ci/targets/node-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/node-service.sh"

# It serves ./public, so it gets an empty one of its own.
prepare_database() {
    printf '{"users": []}\n' >db.json
    mkdir public
}
