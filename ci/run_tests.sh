#!/usr/bin/env bash
# Runs the stories: ci/run_tests.sh [pytest arguments]
# Makes .venv when no environment is active, runs pytest in parallel (WORKERS, 12 unless told otherwise)
# builds the report from what it left, and the page of promises. Paths in the arguments count from the project's folder.
# Ends with pytest's exit code, always: 0 kept, 1 broken, 4 wrong configuration, 10 inconclusive.
set -euo pipefail

# shellcheck source=ci/environment.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
cd -- "$PROJECT"
# Stories about many clients at once need Locust, those about the OpenAPI document schemathesis; no other run
# installs them. Both are in what the checks need.
lock=run
for argument in "$@"; do
    case $argument in
        --load | --load=*) extra=load ;;
        --openapi | --openapi=*) extra=openapi ;;
        *) continue ;;
    esac
    [[ $lock == run || $lock == "$extra" ]] && lock=$extra || lock=check
done
enter_environment "$lock"

# chooses_workers ARGUMENTS: true when the caller decides about parallelism, or it cannot be had.
chooses_workers() {
    local argument
    for argument in "$@"; do
        case $argument in
            -n* | --numprocesses* | no:xdist | -pno:xdist | --pdb | --trace) return 0 ;;
        esac
    done
    return 1
}

# A container or a CI system ends a run by a signal to this script alone: pass it on, so that the
# suite can delete its users. A person at a terminal interrupts the whole group and keeps a debugger.
run_pytest() {
    if [[ -t 0 ]]; then
        "$PYTHON" -m pytest "$@"
        return
    fi
    local child status
    set -m # or the child would ignore interrupts
    "$PYTHON" -m pytest "$@" <&0 &
    child=$!
    set +m
    trap 'kill -TERM "$child" 2>/dev/null || true' TERM
    trap 'kill -INT "$child" 2>/dev/null || true' INT
    trap 'kill -HUP "$child" 2>/dev/null || true' HUP
    while true; do
        status=0
        wait "$child" || status=$?
        kill -0 "$child" 2>/dev/null || break
    done
    # A signal at the very end interrupts the wait: the shell still knows how the child ended.
    if ((status > 128)); then
        status=0
        wait "$child" || status=$?
    fi
    trap - TERM INT HUP
    return "$status"
}

# A path that stands alone would be taken for the folder of the tests.
arguments=()
is_shard=
while (($#)); do
    [[ $1 != --shard* ]] || is_shard=yes
    case $1 in
        --target | --stories | --shard | --run-id)
            if (($# > 1)); then
                arguments+=("$1=$2")
                shift 2
                continue
            fi
            ;;
    esac
    arguments+=("$1")
    shift
done
set -- ${arguments[@]+"${arguments[@]}"}

workers=()
# shellcheck disable=SC2086 # PYTEST_ADDOPTS is a list of words
chooses_workers "$@" ${PYTEST_ADDOPTS:-} || workers=(-n "${WORKERS:-12}")

started=$(mktemp "${TMPDIR:-/tmp}/users-acceptance.XXXXXX") || stop "nothing can be written to ${TMPDIR:-/tmp}."
trap 'rm -f "$started"' EXIT

status=0
run_pytest ${workers[@]+"${workers[@]}"} "$@" || status=$?

# Where this run left no results, those of an earlier one stand, and their report with them. A part of a run has
# no report of its own: ci.merge puts the parts together.
if [[ -d allure-results && -n $(find allure-results -name '*-result.json' -newer "$started" -print -quit) ]]; then
    # The folder may be mounted from outside: empty it, do not remove it.
    [[ ! -d allure-report ]] || find allure-report -mindepth 1 -delete
    if [[ -z $is_shard ]]; then
        ci/report.sh || true
        "$PYTHON" -m support.report.promises || true
    fi
fi
[[ -z $is_shard ]] ||
    printf 'report: python -m ci.merge FOLDER... --into FOLDER puts the shards together, then ci/report.sh\n'
exit "$status"
