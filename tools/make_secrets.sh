#!/bin/sh
# Writes the secrets that docker-compose.yml names, each random, into secrets/ (which only you can open and git ignores). Never overwrites.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
random() { head -c 36 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }
write() {
    [ -e "secrets/$1" ] && { echo "secrets/$1 is there already: kept" >&2; return; }
    # readable for the container's user, who is not you; the folder itself stays closed to others
    printf '%s' "$2" >"secrets/$1" && chmod 444 "secrets/$1" && echo "secrets/$1 written" >&2
}
write stop_search_secret_key "$(random)"
write postgres_password "$(random)"
write stop_search_database_url "postgresql+psycopg://stop_search:$(cat secrets/postgres_password)@postgres:5432/stop_search"
if [ ! -e secrets/storage.env ]; then
    printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$(random | cut -c1-20)" "$(random)" >secrets/storage.env
    echo "secrets/storage.env written" >&2
fi
echo "Next: STOP_SEARCH_PUBLIC_URL=https://… docker compose --env-file secrets/storage.env up -d" >&2
