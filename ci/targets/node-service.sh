# Sourced by the start scripts of services that are written for Node: installs one from its lock, without
# running what its packages would run then, and puts its programs first on PATH. What a start script defines,
# and all the rest, stands in service.sh; it may define build_packages, for what has to be compiled here.

HERE=$(cd -- "$(dirname -- "$0")" && pwd -P) # the start script's, whatever stands between

# shellcheck source=ci/targets/service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/service.sh"

# Several starts at once install one after the other, where there is flock.
install_service() {
    local stamp=$HERE/node_modules/.locked.json output
    command -v npm >/dev/null 2>&1 || stop "Node 20 or newer with npm is needed: install it first"
    ! command -v flock >/dev/null || flock 9 || true
    ! cmp -s "$HERE/package-lock.json" "$stamp" || return 0
    printf 'installing %s\n' "$SERVICE" >&2
    output=$(cd -- "$HERE" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1 </dev/null) ||
        stop "could not be installed: $(tail -n 1 <<<"$output")"
    if declare -F build_packages >/dev/null; then
        output=$(build_packages 2>&1 </dev/null) || stop "could not be compiled: $(tail -n 1 <<<"$output")"
    fi
    cp "$HERE/package-lock.json" "$stamp"
} 9<"$HERE"

# The modules of a script in $HERE are found there by themselves.
enter_service() {
    export PATH="$HERE/node_modules/.bin:$PATH" NODE_ENV=production NO_COLOR=1
}

# Takes the port for a moment: whoever holds it already would be taken for our service later.
find_port() {
    node -e 'const s = require("node:net").createServer().listen(process.argv[1], "127.0.0.1", () => {
        console.log(s.address().port); s.close(); })' "$1" 2>/dev/null
}

# Any answer will do: most services want to know first who asks.
answers() {
    node -e 'fetch(process.argv[1]).then((a) => process.exit(a.status < 500 ? 0 : 1), () => process.exit(1))' \
        "http://127.0.0.1:$PORT/"
}

make_secret() {
    node -p 'require("node:crypto").randomBytes(32).toString("hex")'
}
