#!/bin/sh
# Pins every package with its hashes, for each process its own list. No uv.lock is committed: it would name a registry's address.
set -eu
cd "$(dirname "$0")/.."
uv=$(tools/setup.sh uv)
trap 'rm -f uv.lock' EXIT
rm -f uv.lock
"$uv" lock --quiet --upgrade
pin() {
    file=$1; shift
    { echo "# Made by \`make lock\` from pyproject.toml. Do not edit."; "$uv" export --quiet --frozen --no-header --no-emit-project --no-annotate --no-default-groups --format requirements-txt "$@"; } >"$file.new"
    mv "$file.new" "$file"
    echo "$file: $(grep -c '^[a-z0-9]' "$file") packages"
}
pin requirements.txt --all-extras --group build
pin requirements-dev.txt --all-extras --group build --group dev
pin requirements-api.txt --extra api --extra postgres --group build
pin requirements-worker.txt --extra worker --extra postgres --group build
pin tools/uv.txt --only-group setup
