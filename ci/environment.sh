# Sourced by the other scripts: finds Python and makes an environment that holds the locked packages.
# It decides nothing about tests. An environment that the caller has activated is used as it is, and
# is only added to when something that the project asks for is missing from it. BASE_PYTHON names
# another interpreter to make .venv from. What it cannot do is a matter of set-up: one line, exit 4.

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
PYTHON=""

stop() {
    printf '%s\n' "$1" >&2
    exit 4
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# 3.11 first: the locks are resolved from it and every figure was measured with it.
find_python() {
    local candidate
    for candidate in ${BASE_PYTHON:+"$BASE_PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is needed and none was found: install it (Debian: apt-get install python3 python3-venv)."
}

# conda's base is active in every shell of many people and not meant for a project's packages.
active_environment() {
    if [[ -n ${VIRTUAL_ENV:-} ]]; then
        printf '%s\n' "$VIRTUAL_ENV"
    elif [[ -n ${CONDA_PREFIX:-} && ${CONDA_DEFAULT_ENV:-} != base ]]; then
        printf '%s\n' "$CONDA_PREFIX"
    fi
}

# install LOCK: puts the packages of that file into the environment of $PYTHON; says only what went wrong.
install() {
    local lock=$1 name=${1#"$PROJECT"/} installer output
    if "$PYTHON" -m pip --version >/dev/null 2>&1; then
        installer=("$PYTHON" -m pip install --quiet --disable-pip-version-check --no-input)
    elif "$BASE" -m pip --version >/dev/null 2>&1; then
        installer=("$BASE" -m pip --python "$PYTHON" install --quiet --disable-pip-version-check --no-input)
    elif command -v uv >/dev/null 2>&1; then
        installer=(uv pip install --quiet --python "$PYTHON")
    else
        stop "pip is missing from $PYTHON: install it (Debian: apt-get install python3-pip python3-venv)."
    fi
    printf 'installing %s\n' "$name" >&2
    if ! output=$("${installer[@]}" --require-hashes -r "$lock" 2>&1); then
        printf '%s\n' "$output" >&2
        stop "the packages of $name could not be installed; the installer's own words stand above."
    fi
}

# Copies of the locks that .venv satisfies stand in it: the cheapest stamp that cannot be wrong.
is_locked() {
    cmp -s "$PROJECT/ci/locks/$1.txt" "$PROJECT/.venv/locked/$1.txt"
}

# make_environment FOLDER: an empty virtual environment there, whatever stood there before.
make_environment() {
    local venv=$1
    BASE=$(find_python) || exit
    if "$BASE" -m venv --clear "$venv" >/dev/null 2>&1; then
        return
    fi
    # Debian splits ensurepip off; the pip that is there can install into an environment without one.
    if "$BASE" -m pip --version >/dev/null 2>&1 && "$BASE" -m venv --clear --without-pip "$venv" >/dev/null 2>&1; then
        return
    fi
    stop "$BASE could not make a virtual environment in ${venv#"$PROJECT"/}: install python3-venv, or free some disk space."
}

# enter_environment run|load|openapi|check: sets PYTHON to an interpreter that has the packages of that lock.
enter_environment() {
    local lock=$1 active
    active=$(active_environment)
    if [[ -n $active ]]; then
        PYTHON=$active/bin/python
        BASE=$PYTHON
        [[ -x $PYTHON ]] || stop "the active environment $active has no bin/python: deactivate it or make it again."
        is_new_enough "$PYTHON" || stop "the active environment $active has no Python 3.11 or newer."
        "$PYTHON" "$PROJECT/ci/requirements.py" "$PROJECT/pyproject.toml" "$lock" || install "$PROJECT/ci/locks/$lock.txt"
        return
    fi
    PYTHON=$PROJECT/.venv/bin/python
    BASE=$PYTHON
    is_locked "$lock" && is_new_enough "$PYTHON" && return
    is_new_enough "$PYTHON" || make_environment "$PROJECT/.venv"
    rm -rf "$PROJECT/.venv/locked"
    install "$PROJECT/ci/locks/$lock.txt"
    mkdir -p "$PROJECT/.venv/locked"
    # The other locks contain the run lock, so having one of them is having both.
    cp "$PROJECT/ci/locks/run.txt" "$PROJECT/.venv/locked/"
    [[ $lock == run ]] || cp "$PROJECT/ci/locks/$lock.txt" "$PROJECT/.venv/locked/"
}
