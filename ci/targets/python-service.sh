# Sourced by the start scripts of services that are written in Python: installs one from its lock into an
# environment of its own, whose programs come first on PATH and whose modules can be imported. What a start
# script defines, and all the rest, stands in service.sh.

# shellcheck source=ci/environment.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../environment.sh"

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[1]}")" && pwd -P)
VENV=$HERE/.venv
PYTHON=$VENV/bin/python

# shellcheck source=ci/targets/service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/service.sh"

# Several starts at once install one after the other, where there is flock.
install_service() {
    ! command -v flock >/dev/null || flock 9 || true
    ! cmp -s "$HERE/requirements.txt" "$VENV/locked.txt" || ! is_new_enough "$PYTHON" || return 0
    BASE=$(find_python) || exit
    make_environment "$VENV"
    install "$HERE/requirements.txt"
    cp "$HERE/requirements.txt" "$VENV/locked.txt"
} 9<"$HERE"

enter_service() {
    export PATH="$VENV/bin:$PATH" PYTHONPATH="$HERE" PYTHONDONTWRITEBYTECODE=1
}

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
    "$PYTHON" - "$PORT" <<'PYTHON' 2>/dev/null
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=2)
connection.request("GET", "/")
sys.exit(connection.getresponse().status >= 500)
PYTHON
}

make_secret() {
    "$PYTHON" -c 'import secrets; print(secrets.token_hex(32))'
}
