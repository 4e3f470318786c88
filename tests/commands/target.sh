#!/bin/sh
# verify --target, as a person meets it: on our own server with a migrated database, on the same
# with one damaged row, and on what is no target. Then the commands of docs/TARGET.md.
# usage: target.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
folder=$(mktemp -d)
serve=0
# Only what this script started, by its id.
finish() {
  [ "$serve" = 0 ] || kill -9 "$serve" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
unset ENABLE_D1_READS ADMIN_TOKEN GOOGLE_BOOKS_API_KEY
failed=0

# expect EXIT_CODE TEXT COMMAND...: the command must end so, and its output hold the text.
expect() {
  wanted=$1 text=$2
  shift 2
  code=0
  timeout 120 "$program" "$@" > out.txt 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF -- "$text" out.txt; then
    printf 'FAILED: cutover %s\n  wanted exit %s and "%s", got exit %s and:\n' "$*" "$wanted" "$text" "$code"
    sed 's/^/  | /' out.txt | head -80
    failed=1
  else
    printf 'ok: cutover %s -> exit %s, "%s"\n' "$*" "$code" "$text"
  fi
}

# start DATA: the server, with a fresh KV and the migrated database; D1 answers what KV lacks.
start() {
  "$program" serve --json --port 0 --log serve.log --data "$1" --d1 d1.sqlite --provider none \
    --admin-token-file admin-token --user-secret-file user-secret > started.json 2> started.err &
  serve=$!
  for _ in $(seq 200); do
    [ -s started.json ] && break
    kill -0 "$serve" 2> /dev/null || { cat started.err; exit 1; }
    sleep 0.05
  done
  url=$(python3 -c 'import json; print(json.load(open("started.json"))["url"])')
  # The first start; later ones find the phase in the database, and may not move to it again.
  curl -sS -o phase.txt -X POST -H "Authorization: Bearer $(cat admin-token)" \
    -H 'Content-Type: application/json' -d '{"phase":"dual_write","reason":"rehearsal"}' \
    "$url/admin/phase"
}

stop() {
  kill -TERM "$serve"
  wait "$serve" 2> /dev/null || true
  serve=0
}

zcat "$source/samples/google-7k.ndjson.gz" | head -60 > dump.ndjson
"$program" schema apply --d1 d1.sqlite > out.txt
"$program" migrate --kv dump.ndjson --d1 d1.sqlite --quiet > out.txt
# Secrets for rehearsals, as serve would make them.
printf 'an-admin-token-for-rehearsals\n' > admin-token
printf 'a-user-secret-for-rehearsals-of-some-length\n' > user-secret
chmod 600 admin-token user-secret

### What is right
start first
"$program" token --user-secret-file user-secret --user reader > user-token
chmod 600 user-token
mkdir r
echo "of an earlier report" > r/left-out-keys.csv
expect 3 "to tell at 95 %, 2995 are needed" verify --target "$url" --dump dump.ndjson --out r
if [ -e r/left-out-keys.csv ]; then
  echo "FAILED: an earlier report's list of keys stayed beside the new report"
  failed=1
fi
mkdir -p r2/left-out-keys.csv/folder
expect 2 "choose another folder with --out" verify --target "$url" --dump dump.ndjson --out r2
expect 3 "there is no --dump that says which books" verify --target "$url" --out r
stop
start second
expect 0 "verdict: pass" verify --target "$url" --dump dump.ndjson --requests 3500 --out r \
  --admin-token-file admin-token
for text in "D1 is in use" "60 of the 60 books in the dump were looked up"; do
  grep -qF -- "$text" r/report.md || { echo "FAILED: the report does not say: $text"; failed=1; }
done
# Writes, on the user's shelf alone.
expect 3 "it was taken away again" verify --target "$url" --dump dump.ndjson --out r \
  --user reader --user-token-file user-token --allow-writes
if grep -qF -e "$(cat admin-token)" -e "$(cat user-token)" out.txt r/report.md r/report.json; then
  echo "FAILED: a token stands in the output"
  failed=1
fi
stop

### The document's commands, with this server for staging
start documented
gzip -c dump.ndjson > kv-backup.ndjson.gz
awk '/^```/ {inside = !inside; next} inside && /^\.\/cutover/' "$source/docs/TARGET.md" > commands.txt
[ -s commands.txt ] || { echo "FAILED: no command found in docs/TARGET.md"; failed=1; }
while read -r _ arguments; do
  code=0
  # shellcheck disable=SC2046,SC2086 # the document's own words
  "$program" $(printf '%s' "$arguments" | sed "s|https://staging.example.net|$url|") --quiet \
    > out.txt 2>&1 < /dev/null || code=$?
  case $code in
    0 | 3) printf 'ok: cutover %s -> exit %s\n' "$arguments" "$code" ;;
    *) printf 'FAILED: cutover %s -> exit %s: %s\n' "$arguments" "$code" "$(cat out.txt)"; failed=1 ;;
  esac
done < commands.txt
stop

### One damaged row, and one that is gone
damaged=$(python3 - <<'PY'
import sqlite3
database = sqlite3.connect("d1.sqlite")
isbns = [row[0] for row in database.execute("SELECT isbn FROM Books ORDER BY isbn LIMIT 2")]
database.execute("UPDATE Books SET title = 'changed' WHERE isbn = ?", (isbns[0],))
database.execute("DELETE FROM UserLibrary")
database.execute("DELETE FROM Books WHERE isbn = ?", (isbns[1],))
database.commit()
print(*isbns)
PY
)
start third
expect 1 "${damaged% *}: title: expected" verify --target "$url" --dump dump.ndjson --sample all --out r
grep -qF -- "${damaged#* }: 404" out.txt || { echo "FAILED: the missing book is not named"; failed=1; }
stop

### What is no target
expect 2 "does not answer" verify --target http://127.0.0.1:1 --out r
expect 2 "the URL is empty" verify --target "" --out r
expect 2 "--target: must be http" verify --target example.net --out r
expect 2 "--target" verify --target http://127.0.0.1:1 --worker somewhere --out r
expect 2 "--sample" verify --sample 10 --out r
expect 2 "--sample: must be all" verify --target http://127.0.0.1:1 --sample many --out r
expect 2 "nowhere.ndjson" verify --target http://127.0.0.1:1 --dump nowhere.ndjson --out r
expect 2 "--user-token-file" verify --target http://127.0.0.1:1 --user-token-file user-token --out r
expect 2 "must be https:// when a token is sent" verify --target http://example.net --out r \
  --admin-token-file admin-token
chmod 644 user-token
expect 2 "chmod 600" verify --target http://127.0.0.1:1 --user reader --user-token-file user-token --out r
exit $failed
