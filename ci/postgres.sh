#!/usr/bin/env bash
# Runs a PostgreSQL primary with hot standbys on loopback: ci/postgres.sh [DELAY...]
# One standby for each DELAY (as 300ms or 1s), by which it applies each commit later; one of 200ms when
# none is given, and no standby for `none`. Prints the URL of the primary as the first line and that of each
# standby after it, once all of them take queries, and runs until it is told to stop or the shell that started it is gone; the
# databases go with it. Wants PostgreSQL (Debian: postgresql). As root it runs the servers as somebody else.
set -euo pipefail

CALLER=$PPID
# What must never be lost is in memory: these databases live no longer than this script.
SETTINGS=(
    -c listen_addresses=127.0.0.1 -c max_connections=20 -c shared_buffers=16MB -c jit=off -c autovacuum=off
    -c fsync=off -c full_page_writes=off -c wal_level=replica -c max_wal_senders=8 -c wal_keep_size=256MB
    -c hot_standby=on -c hot_standby_feedback=on -c max_standby_streaming_delay=100ms
)
servers=()
urls=()
folder=""

stop() {
    printf 'postgres: %s\n' "$1" >&2
    exit 1
}

# Nobody waits for the end of a session here: an immediate stop, and nothing to recover.
clean_up() {
    trap - EXIT INT TERM HUP
    local server
    for server in ${servers[@]+"${servers[@]}"}; do
        kill -QUIT "$server" 2>/dev/null || true
    done
    for server in ${servers[@]+"${servers[@]}"}; do
        wait "$server" 2>/dev/null || true
    done
    [[ -z $folder ]] || rm -rf -- "$folder"
}

find_programs() {
    local found
    if [[ ! -x $(command -v initdb) ]]; then
        # Debian keeps them off PATH, each version in a folder of its own.
        found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
        [[ -x $found ]] || stop "PostgreSQL is needed and was not found: install it (Debian: postgresql)"
        PATH=${found%/initdb}:$PATH
    fi
    command -v pg_basebackup >/dev/null || stop "pg_basebackup is missing beside initdb"
}

# The servers refuse to be run by root, and must not outlive us should we be killed.
choose_user() {
    AS=()
    OWNER=$(id -un)
    if command -v setpriv >/dev/null; then
        AS=(setpriv --pdeathsig=QUIT)
    fi
    ((EUID == 0)) || return 0
    [[ ${#AS[@]} -gt 0 ]] || stop "setpriv is missing, and PostgreSQL refuses to be run by root"
    OWNER=postgres
    id -u "$OWNER" >/dev/null 2>&1 || OWNER=nobody
    AS+=(--reuid="$OWNER" --regid="$(id -g "$OWNER")" --clear-groups)
}

# quietly COMMAND...: runs a step as the user of the servers; its words are for when it fails.
quietly() {
    local output
    output=$("${AS[@]}" "$@" 2>&1 </dev/null) || stop "$1 failed: $(tail -n 1 <<<"$output")"
}

pause() {
    sleep "$1" &
    wait "$!" || true
}

# Below the ports that the system hands out by itself, so that no connection takes it meanwhile.
find_port() {
    while true; do
        PORT=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || return 0
    done
}

# start NAME SETTING...: starts the server of a folder on a free port and waits until it takes queries.
start() {
    local name=$1 log=$folder/$1.log attempt
    shift
    for attempt in 1 2 3 4 5; do
        find_port
        "${AS[@]}" postgres -D "$folder/$name" -p "$PORT" -k "$folder" "${SETTINGS[@]}" "$@" >"$log" 2>&1 </dev/null &
        servers+=("$!")
        if wait_for "$!"; then
            urls+=("postgresql+psycopg://users:$PASSWORD@127.0.0.1:$PORT/users")
            return
        fi
        grep -q 'in use' "$log" || break
    done
    stop "the $name did not start (attempt $attempt): $(grep -m 1 -E 'FATAL|ERROR' "$log" || tail -n 1 "$log")"
}

# wait_for SERVER: until it takes queries, a minute at the most.
wait_for() {
    local _
    for _ in $(seq 600); do
        kill -0 "$1" 2>/dev/null || return 1
        ! pg_isready -q -h 127.0.0.1 -p "$PORT" || return 0
        pause 0.1
    done
    return 1
}

if [[ $* == none ]]; then
    set --
elif (($# == 0)); then
    set -- 200ms
fi
for delay in "$@"; do
    [[ $delay =~ ^[0-9]+(ms|s)$ ]] || stop "a delay is a number of ms or s, not $delay"
done
find_programs
choose_user
trap clean_up EXIT
trap 'exit 0' INT TERM HUP
export LC_ALL=C
umask 077
folder=$(mktemp -d "${TMPDIR:-/tmp}/users-postgres.XXXXXX")
((EUID != 0)) || chown "$OWNER" "$folder"
cd -- "$folder"
"${AS[@]}" test -w "$folder" || stop "$OWNER cannot get at $folder: set TMPDIR to a folder that is open to all"
# A socket's path is short by nature.
((${#folder} <= 80)) || stop "TMPDIR is too long a path for a socket"
PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# The owner of the servers gets in through the socket in the folder; the service has a role that owns one
# database and nothing else.
quietly initdb -D "$folder/primary" --no-sync --no-locale --encoding=UTF8 --auth-local=peer --auth-host=scram-sha-256
start primary
quietly psql -q -X -h "$folder" -p "$PORT" -d postgres -v ON_ERROR_STOP=1 \
    -c "CREATE ROLE users LOGIN PASSWORD '$PASSWORD'" -c "CREATE DATABASE users OWNER users"
primary=$PORT
number=0
for delay in "$@"; do
    number=$((number + 1))
    quietly pg_basebackup -h "$folder" -p "$primary" -D "$folder/standby$number" -R -X stream -c fast --no-sync
    start "standby$number" -c recovery_min_apply_delay="$delay"
done
printf '%s\n' "${urls[@]}"

while kill -0 "$CALLER" 2>/dev/null; do
    for server in "${servers[@]}"; do
        kill -0 "$server" 2>/dev/null || stop "a server has ended: $(tail -qn 1 "$folder"/*.log | tr '\n' ' ')"
    done
    pause 0.5
done
