#!/usr/bin/env bash
# Runs json-server on loopback with an empty users database: ci/targets/json-server/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
PORT=${1:-0}
CALLER=$PPID
server=""
folder=""

stop() {
    printf 'json-server: %s\n' "$1" >&2
    exit 1
}

clean_up() {
    trap - EXIT INT TERM HUP
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    [[ -z $folder ]] || rm -rf -- "$folder"
}

install_server() {
    local stamp=$HERE/node_modules/.locked.json output
    cmp -s "$HERE/package-lock.json" "$stamp" && return
    output=$(cd -- "$HERE" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1 </dev/null) ||
        stop "could not be installed: $(tail -n 1 <<<"$output")"
    cp "$HERE/package-lock.json" "$stamp"
}

find_port() {
    node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => {
        console.log(s.address().port); s.close(); })'
}

# The server must have been started by us: another one on the same port answers too.
answers() {
    node -e 'fetch(process.argv[1]).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))' "$1/users" &&
        kill -0 "$server" 2>/dev/null
}

reason() {
    grep -m 1 Error "$folder/server.log" || tail -n 1 "$folder/server.log"
}

# A short sleep as a child: waiting for it, unlike sleeping, is ended by a signal at once.
pause() {
    sleep "$1" &
    wait "$!" || true
}

[[ $PORT =~ ^[0-9]+$ ]] || stop "the port must be a number, not $PORT"
command -v npm >/dev/null 2>&1 || stop "Node 20 or newer with npm is needed: install it first"
install_server
[[ $PORT != 0 ]] || PORT=$(find_port)
trap clean_up EXIT
trap 'exit 0' INT TERM HUP
folder=$(mktemp -d "${TMPDIR:-/tmp}/json-server.XXXXXX")
printf '{"users": []}\n' >"$folder/db.json"
# It serves ./public, so it gets an empty one of its own. In production it does not read its file again
# after each change, which could undo another change made meanwhile.
mkdir "$folder/public"
(cd -- "$folder" && exec env NODE_ENV=production node --require "$HERE/loopback.cjs" \
    "$HERE/node_modules/json-server/lib/bin.js" --port "$PORT" db.json >server.log 2>&1 </dev/null) &
server=$!

for _ in $(seq 100); do
    kill -0 "$server" 2>/dev/null || stop "did not start: $(reason)"
    ! answers "http://127.0.0.1:$PORT" || break
    pause 0.1
done
answers "http://127.0.0.1:$PORT" || stop "did not answer within 10 s: $(reason)"
printf 'http://127.0.0.1:%s\n' "$PORT"

while kill -0 "$server" 2>/dev/null && kill -0 "$CALLER" 2>/dev/null; do
    pause 1
done
