#!/usr/bin/env bash
# Runs the stories against the reference service on a real replicated database:
# ci/stories_on_postgres.sh [pytest arguments]
# Starts a PostgreSQL primary with two hot standbys that lag differently, so that reads alternate, starts
# the service on them, runs the stories and stops everything. BOUND is the promised time [s], 1 unless told
# otherwise; WEATHER is flaky unless told otherwise, and in laggy and stormy weather the standbys take up to
# 0.8 of the promised time; LAGS names other shares of it, as "0.5 0.95"; SEED as everywhere; WORKERS, 4
# unless told otherwise, since three databases share the machine with them.
# The summary goes to reports/postgres. Ends with pytest's exit code, 4 when there is no such database here.
set -euo pipefail

# shellcheck source=ci/environment.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
cd -- "$PROJECT"
enter_environment check

BOUND=${BOUND:-1}
WEATHER=${WEATHER:-flaky}
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
folder=$(mktemp -d "${TMPDIR:-/tmp}/users-stories.XXXXXX") || stop "nothing can be written to ${TMPDIR:-/tmp}."
started=()

clean_up() {
    trap - EXIT INT TERM HUP
    local process
    for process in ${started[@]+"${started[@]}"}; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf -- "$folder"
}

case $WEATHER in
    laggy | stormy) lags=${LAGS:-0.5 0.8} ;;
    *) lags=${LAGS:-0.05 0.4} ;;
esac
delays=()
for lag in $lags; do
    delays+=("$("$PYTHON" -c 'import sys; print(f"{float(sys.argv[1]) * float(sys.argv[2]) * 1000:.0f}ms")' "$lag" "$BOUND")")
done

# What was started last ends first.
note() {
    started=("$1" ${started[@]+"${started[@]}"})
}

# await NAME LINES: waits until it has said that many lines.
await() {
    local name=$1 lines=$2 _
    for _ in $(seq 1200); do
        [[ $(wc -l <"$folder/$name") -lt $lines ]] || return 0
        kill -0 "${started[0]}" 2>/dev/null || break
        sleep 0.1 &
        wait "$!" || true
    done
    stop "the $name did not start: $(tail -n 1 "$folder/$name.err")"
}

trap clean_up EXIT
trap 'exit 130' INT TERM HUP
ci/postgres.sh "${delays[@]}" >"$folder/databases" 2>"$folder/databases.err" </dev/null &
note "$!"
await databases $((1 + ${#delays[@]}))
mapfile -t urls <"$folder/databases"
replicas=()
for url in "${urls[@]:1}"; do
    replicas+=(--replica "$url")
done

for variable in API_TOKEN OTHER_TENANT_TOKEN READ_ONLY_TOKEN THROTTLED_TOKEN; do
    # Nothing but chance: a token that begins like words of the report would be hidden wherever they stand.
    export "$variable=$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')"
done
# Its standard input is ours to hold, so that it ends with us however we do.
: >"$folder/service"
exec {lifeline}> >(exec "$PYTHON" -m support.reference --exit-with-stdin --weather "$WEATHER" --seed "$SEED" \
    --bound "$BOUND" --database "${urls[0]}" "${replicas[@]}" >"$folder/service" 2>"$folder/service.err")
note "$!"
await service 1
BASE_URL=$(<"$folder/service")
export BASE_URL

# addopts name the folders of the usual run, which this one must not touch.
printf 'stories on PostgreSQL: weather %s, bound %s s, seed %s, standbys %s\n' \
    "$WEATHER" "$BOUND" "$SEED" "${delays[*]}"
status=0
"$PYTHON" -m pytest -o addopts="" -p no:cacheprovider -n "${WORKERS:-4}" --target=reference --bound="$BOUND" \
    --seed="$SEED" --reports=reports/postgres "$@" </dev/null {lifeline}>&- &
note "$!"
wait "$!" || status=$?
[[ ! -s $folder/service.err ]] || tail -n 20 "$folder/service.err" >&2
exit "$status"
