# Sourced by the start scripts of services that are written in Python: installs one from its lock, starts it
# on loopback, says where it is, and takes everything away again. It decides nothing about the service.
#
# A start script says `source …/python-service.sh`, defines two functions and calls `run_service PORT`:
#   prepare_database   makes the empty database and its administrator; ends by itself
#   serve              becomes the server on 127.0.0.1:$PORT (`become SERVER…`)
# Both are called in $FOLDER, a temporary folder, with the programs of the service's own environment first on
# PATH, its modules importable, and a SECRET_KEY that lives as long as the service.

# shellcheck source=ci/environment.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../environment.sh"

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[1]}")" && pwd -P)
SERVICE=${HERE##*/}
VENV=$HERE/.venv
PYTHON=$VENV/bin/python
CALLER=$PPID
PORT=""
FOLDER=""
child=""

# Replaces the one of ci/environment.sh, whose exit code belongs to the suite.
stop() {
    printf '%s: %s\n' "$SERVICE" "$1" >&2
    exit 1
}

clean_up() {
    trap - EXIT INT TERM HUP
    local _
    if [[ -n $child ]]; then
        kill -TERM -- "-$child" 2>/dev/null || true
        # A server that waits for its clients gets 5 s.
        for _ in $(seq 50); do
            kill -0 -- "-$child" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    [[ -z $FOLDER ]] || rm -rf -- "$FOLDER"
}

# begin COMMAND...: in the background and in a process group of its own, which one signal ends as a whole.
begin() {
    set -m
    "$@" </dev/null &
    child=$!
    set +m
}

# finish: waits for the end of what was begun, which, unlike a command in the foreground, a signal cuts short.
finish() {
    local status=0
    wait "$child" || status=$?
    child=""
    return "$status"
}

# become SERVER...: replaces this shell. The server must not outlive the script should that be killed.
become() {
    ! command -v setpriv >/dev/null || set -- setpriv --pdeathsig=TERM "$@"
    exec "$@"
}

# Several starts at once install one after the other, where there is flock.
install_service() {
    ! command -v flock >/dev/null || flock 9 || true
    ! cmp -s "$HERE/requirements.txt" "$VENV/locked.txt" || ! is_new_enough "$PYTHON" || return 0
    BASE=$(find_python) || exit
    make_environment "$VENV"
    install "$HERE/requirements.txt"
    cp "$HERE/requirements.txt" "$VENV/locked.txt"
} 9<"$HERE"

# Takes the port for a moment: whoever holds it already would be taken for our service later.
find_port() {
    "$PYTHON" - "$1" <<'PYTHON' 2>/dev/null
import socket, sys
with socket.socket() as taken:
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", int(sys.argv[1])))
    print(taken.getsockname()[1])
PYTHON
}

# Any answer will do: most services want to know first who asks.
answers() {
    "$PYTHON" - "$PORT" <<'PYTHON' 2>/dev/null && kill -0 "$child" 2>/dev/null
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=2)
connection.request("GET", "/")
sys.exit(connection.getresponse().status >= 500)
PYTHON
}

reason() {
    grep -E '^[A-Za-z_.]*(Error|Exception)\b|\[ERROR\]' "$FOLDER/service.log" | tail -n 1 | grep . ||
        tail -n 1 "$FOLDER/service.log"
}

# A short sleep as a child: waiting for it, unlike sleeping, is ended by a signal at once.
pause() {
    sleep "$1" &
    wait "$!" || true
}

# require VARIABLE MEANING: credentials are the caller's to choose, and never written down here.
require() {
    [[ -n ${!1:-} ]] || stop "set $1: $2"
    export "${1?}"
}

run_service() {
    local wanted=${1:-0}
    [[ $wanted =~ ^[0-9]+$ ]] || stop "the port must be a number, not $wanted"
    trap clean_up EXIT
    trap 'exit 0' INT TERM HUP
    umask 077
    begin install_service
    finish || exit 1
    PORT=$(find_port "$wanted") || stop "port $wanted cannot be had"
    FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/$SERVICE.XXXXXX")
    cd -- "$FOLDER"
    SECRET_KEY=$("$PYTHON" -c 'import secrets; print(secrets.token_hex(32))')
    export SECRET_KEY PORT FOLDER PATH="$VENV/bin:$PATH" PYTHONPATH="$HERE" PYTHONDONTWRITEBYTECODE=1
    begin prepare_database >service.log 2>&1
    finish || stop "its database could not be made: $(reason)"
    begin serve >>service.log 2>&1
    local given_up=$((SECONDS + 60)) # on a busy machine
    until answers; do
        kill -0 "$child" 2>/dev/null || stop "did not start: $(reason)"
        ((SECONDS < given_up)) || stop "did not answer within 60 s: $(reason)"
        pause 0.1
    done
    printf 'http://127.0.0.1:%s\n' "$PORT"
    while kill -0 "$CALLER" 2>/dev/null; do
        kill -0 "$child" 2>/dev/null || stop "has ended: $(reason)"
        pause 1
    done
}
