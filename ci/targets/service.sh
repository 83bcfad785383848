# Sourced by python-service.sh and node-service.sh: starts a service on loopback, says where it is, and takes
# everything away again. It decides nothing about the service, nor about the language that it is written in.
#
# The file that sources it defines five functions:
#   install_service    puts the service's packages in place, as its lock has them
#   enter_service      puts the service's programs first on PATH; exports what else it needs
#   find_port WANTED   prints a port of loopback that is free: the wanted one, or any for 0
#   answers            whether something answers at 127.0.0.1:$PORT, without saying 5xx
#   make_secret        prints 64 hexadecimal digits that nobody can guess
# A start script says `source …/python-service.sh` or `source …/node-service.sh`, defines two more and calls
# `run_service PORT`:
#   prepare_database   makes the empty database and its administrator; ends by itself
#   serve              becomes the server on 127.0.0.1:$PORT (`become SERVER…`)
# These two are called in $FOLDER, a temporary folder, with a SECRET_KEY that lives as long as the service.

SERVICE=${HERE##*/}
CALLER=$PPID
STARTS_WITHIN_S=240 # some read a thousand files first, on a busy machine
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
    enter_service
    PORT=$(find_port "$wanted") || stop "port $wanted cannot be had"
    FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/$SERVICE.XXXXXX")
    cd -- "$FOLDER"
    SECRET_KEY=$(make_secret)
    export SECRET_KEY PORT FOLDER
    begin prepare_database >service.log 2>&1
    finish || stop "its database could not be made: $(reason)"
    begin serve >>service.log 2>&1
    local given_up=$((SECONDS + STARTS_WITHIN_S))
    until answers; do
        kill -0 "$child" 2>/dev/null || stop "did not start: $(reason)"
        ((SECONDS < given_up)) || stop "did not answer within $STARTS_WITHIN_S s: $(reason)"
        pause 0.1
    done
    kill -0 "$child" 2>/dev/null || stop "did not start: $(reason)" # and another one answers there
    printf 'http://127.0.0.1:%s\n' "$PORT"
    while kill -0 "$CALLER" 2>/dev/null; do
        kill -0 "$child" 2>/dev/null || stop "has ended: $(reason)"
        pause 1
    done
}
