# Sourced by scripts/run and scripts/test: a virtual environment with the locked dependencies and the verified models.
# Nothing is done twice: the second start takes seconds and needs no network.

say() { printf '%s\n' "$*" >&2; }

need_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            PYTHON=$candidate
            return
        fi
    done
    say "python: Python 3.11 or newer is missing. Install it: apt-get install python3 python3-venv"
    exit 2
}

apt_install() { # what it is for, then packages
    local reason=$1
    shift
    if [ "$(id -u)" != 0 ]; then
        say "packages: $reason needs $*. Install them: sudo apt-get install $*"
        exit 2
    fi
    say "Installing $* ($reason) …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "$@" >&2
}

make_venv() { # lock file
    local lock=$1
    need_python
    if [ ! -x .venv/bin/python ]; then
        "$PYTHON" -c 'import ensurepip' 2>/dev/null || apt_install "the virtual environment" python3-venv
        say "Making the virtual environment .venv …"
        "$PYTHON" -m venv .venv
    fi
    local want
    want=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
    if [ "$(cat ".venv/$(basename "$lock").done" 2>/dev/null)" != "$want" ]; then
        say "Installing the locked dependencies ($lock) …"
        .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r "$lock" >&2
        .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . >&2
        echo "$want" >".venv/$(basename "$lock").done"
    fi
}

fetch_models() { .venv/bin/sottovoce box models fetch >&2; }
