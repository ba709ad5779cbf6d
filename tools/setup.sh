#!/bin/sh
# Sets up what running needs (`tools/setup.sh`) or what testing needs (`tools/setup.sh test`). Runs again in no time if nothing changed.
# `tools/setup.sh uv` prints where the pinned uv is. Works as root and as an ordinary user; offline once the packages are cached.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
kind=${1:-run}
cache="${XDG_CACHE_HOME:-${HOME:-$here/var}/.cache}/stop-search"
uv_version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' tools/uv.txt)
stamp=.venv/stop-search-set-up

say() { printf '%s\n' "$*" >&2; }
stop() { say "setup: $*"; exit 1; }
as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# install WHAT-FOR PACKAGE…: with apt-get if we are root, else returns 1
install() {
    for_what=$1; shift
    as_root || return 1
    say "setup: installing $* ($for_what)"
    { DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" ||
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }; } >"$log" 2>&1 ||
        { tail -5 "$log" >&2; return 1; }
}

find_python() {
    for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return 0; fi
    done
    found=$(python3 --version 2>/dev/null || echo "no Python")
    stop "Python 3.11 or newer is needed, and here is $found. On Debian or Ubuntu: sudo apt-get install python3 python3-venv. If it stands elsewhere: PYTHON=/path/to/python3 make demo"
}

# what the set-up depends on: a change in any of these sets up anew
fingerprint() { { echo "$here"; "$python" --version; cat pyproject.toml requirements.txt requirements-dev.txt tools/uv.txt tools/setup.sh; } 2>&1 | cksum; }

find_uv() {
    for uv in "$cache/uv-$uv_version" "$(command -v uv || true)"; do
        case $("$uv" --version 2>/dev/null || true) in "uv $uv_version"*) return 0 ;; esac
    done
    uv=
}

fetch_uv() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt >"$log" 2>&1 || return 1
    mkdir -p "$cache" && cp .venv/bin/uv "$cache/uv-$uv_version.$$" && mv "$cache/uv-$uv_version.$$" "$cache/uv-$uv_version" || return 1
    find_uv; [ -n "$uv" ]
}

make_venv() {
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.prefix != sys.argv[1])' "$here/.venv" 2>/dev/null; then
        if [ -n "$uv" ] || .venv/bin/python -m pip --version >/dev/null 2>&1; then return 0; fi
    fi
    rm -rf .venv
    if [ -n "$uv" ]; then "$python" -m venv --without-pip .venv; return; fi
    "$python" -c 'import ensurepip' 2>/dev/null || install "makes virtual environments" python3-venv ||
        stop "this Python cannot make virtual environments. Type: sudo apt-get install python3-venv — then the same command again."
    "$python" -m venv .venv
}

with_uv() { VIRTUAL_ENV="$here/.venv" UV_LINK_MODE=${UV_LINK_MODE:-hardlink} UV_PYTHON_DOWNLOADS=never "$uv" pip "$@" --quiet --no-config; }

install_packages() {
    if [ -n "$uv" ] && { with_uv sync --offline --require-hashes "$1" 2>"$log" || with_uv sync --require-hashes "$1" 2>"$log"; }; then
        with_uv install --offline --no-deps --no-build-isolation --editable . 2>"$log" && return 0
    fi
    say "setup: uv could not do it ($(tail -1 "$log" 2>/dev/null)); trying pip"
    .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv || stop "no pip either: see $log"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$1" 2>"$log" &&
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>"$log" ||
        { tail -5 "$log" >&2; stop "the packages could not be installed. Is this machine online, or are they cached? The whole log: $log"; }
}

# The packages that every process, and every sandboxed child (which may write nothing), imports at its start: compiled once, here.
compile_what_starts() {
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    for name in sqlalchemy alembic mako redis rq click typer rich pygments pydantic pydantic_core pydantic_settings fastapi starlette uvicorn \
        anyio jinja2 numpy av cv2 ffmpeg jsonschema referencing yaml qrcode psycopg httpx2 bs4; do
        [ ! -d "$packages/$name" ] || echo "$packages/$name"
    done | tr '\n' '\0' | xargs -0 .venv/bin/python -m compileall -q -j 0 stop_search receipts services || true
}

# what the tests look for on the machine; without it they skip and say why
install_for_tests() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
        install "the browser of the tests" chromium fonts-dejavu-core ||
        say "setup: no Chromium: browser tests will be skipped. To run them: sudo apt-get install chromium"
    command -v bwrap >/dev/null 2>&1 || install "confines media programs" bubblewrap ||
        say "setup: no bubblewrap: Landlock confines the media programs instead. To use it: sudo apt-get install bubblewrap"
}

find_python
find_uv
mkdir -p var
log=var/setup.log
if [ "$kind" = uv ]; then
    [ -n "$uv" ] || { make_venv && fetch_uv; } || stop "the pinned uv could not be had: see $here/$log"
    echo "$uv"; exit 0
fi
done_before=$(cat "$stamp" 2>/dev/null || true)
case $done_before in "test $(fingerprint)") [ -x .venv/bin/stop-search ] && exit 0 ;; esac
if [ "$kind" = run ] && [ "$done_before" = "run $(fingerprint)" ] && [ -x .venv/bin/stop-search ]; then exit 0; fi

[ "$kind" = test ] && install_for_tests
case $done_before in test*) kind=test ;; esac
wanted=requirements.txt; [ "$kind" = test ] && wanted=requirements-dev.txt
say "setup: installing $(grep -c '^[a-z0-9]' "$wanted") packages into .venv (once)"
make_venv
[ -n "$uv" ] || fetch_uv || uv=
install_packages "$wanted"
compile_what_starts
echo "$kind $(fingerprint)" >"$stamp"
say "setup: ready"
