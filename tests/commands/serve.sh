#!/bin/sh
# cutover serve, as a person meets it: the plan's curl commands, bad configuration, a graceful stop,
# and a kill -9 in the middle of a migration.
# usage: serve.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
here=$source/tests/commands
folder=$(mktemp -d)
serve=0 fake=0
# Only what this script started, by its id.
finish() {
  [ "$serve" = 0 ] || kill -9 "$serve" 2> /dev/null || true
  [ "$fake" = 0 ] || kill -9 "$fake" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
unset ENABLE_D1_READS ADMIN_TOKEN GOOGLE_BOOKS_API_KEY
failed=0

fail() { printf 'FAILED: %s\n' "$*"; failed=1; }

# check NAME STATUS TEXT CURL_ARGUMENTS...: status and a text of the answer.
check() {
  name=$1 wanted=$2 text=$3
  shift 3
  status=$(curl -sS --max-time 30 -o answer.txt -w '%{http_code}' "$@") || status=none
  if [ "$status" != "$wanted" ] || ! grep -qF -- "$text" answer.txt; then
    fail "$name: wanted $wanted and '$text', got $status and: $(head -c 600 answer.txt)"
  else
    printf 'ok: %s -> %s\n' "$name" "$status"
  fi
}

# field PATH: a value of the last answer; an object's keys with dots between.
field() {
  python3 -c 'import json, sys
value = json.load(open("answer.txt"))
for key in sys.argv[1].split("."): value = value[key]
print(json.dumps(value) if isinstance(value, (dict, list, bool)) else value)' "$1"
}

equal() { [ "$2" = "$3" ] || fail "$1: wanted $3, got $2"; }

# start ARGUMENTS...: starts serve, and waits until it says where.
start() {
  "$program" serve --json --port 0 --log serve.log "$@" > started.json 2> started.err &
  serve=$!
  for _ in $(seq 200); do
    [ -s started.json ] && break
    kill -0 "$serve" 2> /dev/null || { cat started.err; exit 1; }
    sleep 0.05
  done
  url=$(python3 -c 'import json; print(json.load(open("started.json"))["url"])')
}

stop_with() {  # SIGNAL WANTED_EXIT
  kill "-$1" "$serve"
  code=0
  wait "$serve" 2> /dev/null || code=$?
  serve=0
  [ "$code" = "$2" ] || fail "serve ended with $code after SIG$1, wanted $2"
}

refuses() {  # TEXT ARGUMENTS...
  text=$1
  shift
  code=0
  timeout 10 "$program" serve "$@" > out.txt 2>&1 || code=$?
  if [ "$code" != 2 ] || ! grep -qF -- "$text" out.txt; then
    fail "serve $*: wanted exit 2 and '$text', got $code and: $(cat out.txt)"
  else
    printf 'ok: serve %s -> exit 2, "%s"\n' "$*" "$text"
  fi
}

### Bad configuration
refuses "--port: must be a whole number from 0 to 65535" --port 99999
refuses "--kv-cache-seconds: must be a whole number from 0 to 3600" --kv-cache-seconds 3601
refuses "--kv-cache-megabytes: must be a whole number from 1 to 1000000" --kv-cache-megabytes 0
refuses "--provider: must be google, none or a URL" --provider bing
refuses "frobnicate" --frobnicate 1
refuses "nowhere.toml: there is no such configuration file" --config nowhere.toml
printf 'port = 0\n\nprot = 1\n' > bad.toml
refuses "bad.toml:3: prot: there is no such setting" --config bad.toml
printf 'port = "many"\n' > bad.toml
refuses "bad.toml:1: port: must be a whole number" --config bad.toml
printf 'port = 1\nhost = {}\n' > bad.toml
refuses "bad.toml:2: host: must be one text or whole number" --config bad.toml
printf 'port = = 1\n' > bad.toml
refuses "bad.toml:1: not TOML" --config bad.toml
printf 'short\n' > short.token
chmod 600 short.token
refuses "short.token: the first line must be a secret" --data d0 --port 0 --admin-token-file short.token
printf '0123456789abcdef0123456789abcdef\n' > open.token
chmod 644 open.token
refuses "chmod 600" --data d0 --port 0 --admin-token-file open.token
refuses "absent.ndjson" --data d0 --port 0 --import absent.ndjson
refuses "without a path" --data d0 --port 0 --provider http://127.0.0.1:1/path

### The plan's commands
python3 "$here/fake_provider.py" fake.port fake.requests &
fake=$!
for _ in $(seq 100); do [ -s fake.port ] && break; sleep 0.05; done
provider=http://127.0.0.1:$(cat fake.port)
cat > serve.toml <<TOML
data = "data"
import = "$source/samples/google-7k.ndjson.gz"
provider = "$provider"
shadow-percent = 100
kv-cache-seconds = 2
kv-cache-megabytes = 8
log-requests = true
port = 1   # the command line says 0, and counts before this
TOML
start --config serve.toml
refuses "in use" --data data --host 127.0.0.1 --port "${url##*:}"
equal "mode of the admin token" "$(stat -c %a data/admin-token)" 600
equal "mode of the user secret" "$(stat -c %a data/user-secret)" 600
admin="Authorization: Bearer $(cat data/admin-token)"
user="Authorization: Bearer $("$program" token --data data --user testuser)"

check "health" 200 '"status"' "$url/health"
check "search: a KV hit" 200 '"source":"cache"' "$url/v1/search/isbn?isbn=9780439785969"
equal "success" "$(field success)" true
equal "cached" "$(field metadata.cached)" true
equal "the book's ISBN" "$(field data.book.isbn)" 9780439785969
check "search: the same book by hyphens and ISBN-10" 200 '"isbn":"9780439785969"' "$url/v1/search/isbn?isbn=0-439-78596-0"
check "search: only the provider has it" 200 '"source":"provider"' "$url/v1/search/isbn?isbn=9780306406157"
sleep 0.3
check "search: now KV has it" 200 '"source":"cache"' "$url/v1/search/isbn?isbn=9780306406157"
check "search: nobody has it" 404 NOT_FOUND "$url/v1/search/isbn?isbn=9780000000002"
check "search: nobody has it, remembered" 404 NOT_FOUND "$url/v1/search/isbn?isbn=9780000000002"
equal "provider calls for the unknown book" "$(grep -c 9780000000002 fake.requests)" 1
check "search: not an ISBN" 400 '"success":false' "$url/v1/search/isbn?isbn=12345"
check "search: without an ISBN" 400 '"success":false' "$url/v1/search/isbn"
check "search: a broken escape" 400 INVALID_REQUEST "$url/v1/search/isbn?isbn=%zz"
status=$(curl -s -o answer.txt -w '%{http_code}' "$url/v1/search/isbn?isbn=9780000000019")
case $status in 502|503) echo "ok: search: provider in trouble -> $status" ;; *) fail "provider in trouble: $status" ;; esac
check "legacy search" 200 9780439785969 "$url/search?isbn=9780439785969"
check "no such route" 404 '"success":false' "$url/nowhere"
check "no such method" 405 '"success":false' -X BREW "$url/health"

check "migrate: without a token" 401 '"success":false' -X POST "$url/admin/migrate-kv-to-d1"
check "migrate: with a user's token" 403 '"success":false' -X POST -H "$user" "$url/admin/migrate-kv-to-d1"
check "migrate: dry run" 200 '"dryRun":true' -X POST -H "$admin" "$url/admin/migrate-kv-to-d1?dryRun=true"
check "migrate: dryRun=maybe" 400 '"success":false' -X POST -H "$admin" "$url/admin/migrate-kv-to-d1?dryRun=maybe"
check "migrate: nothing to resume" 409 NOTHING_TO_RESUME -X POST -H "$admin" "$url/admin/migrate-kv-to-d1?resume=true"
check "phase: D1 before anything moved there" 409 '"success":false' -X POST -H "$admin" -H 'Content-Type: application/json' -d '{"phase":"d1","reason":"test"}' "$url/admin/phase"
move() { check "phase: $1" 200 "\"phase\":\"$1\"" -X POST -H "$admin" -H 'Content-Type: application/json' -d "{\"phase\":\"$1\",\"reason\":\"test\"$2}" "$url/admin/phase"; }
migrate() {
  check "migrate" 200 '"dryRun":false' -X POST -H "$admin" "$url/admin/migrate-kv-to-d1$1"
  while [ "$(field data.more)" = true ]; do
    check "migrate: resume" 200 '"dryRun":false' -X POST -H "$admin" "$url/admin/migrate-kv-to-d1?resume=true"
  done
}
move dual_write ""
move backfill ""
migrate ""
equal "state of the run" "$(field data.state)" complete
[ "$(field data.totals.listed)" -ge 6810 ] || fail "listed $(field data.totals.listed) keys"
check "migration status" 200 '"state":"complete"' -H "$admin" "$url/admin/migration-status"

check "library: without a token" 401 '"success":false' "$url/v1/library/testuser"
check "library: another's" 403 '"success":false' -H "$user" "$url/v1/library/somebody"
check "library: add" 201 '"success":true' -X POST -H "$user" -H 'Content-Type: application/json' -d '{"isbn":"9780439785969","status":"completed","rating":5}' "$url/v1/library/testuser/books"
check "library: read" 200 9780439785969 -H "$user" "$url/v1/library/testuser?rating=5&status=completed"
check "library: bad filter" 400 '"success":false' -H "$user" "$url/v1/library/testuser?rating=abc"
check "library: top-rated" 200 '"books"' -H "$user" "$url/v1/library/testuser/top-rated?year=2005"

check "flags: unset means off" 200 '"effectivePercent":0' -H "$admin" "$url/admin/flags"
check "flags: bad value" 400 '"success":false' -X PUT -H "$admin" -H 'Content-Type: application/json' -d '{"value":"True"}' "$url/admin/flags"
check "flags: on" 200 '"success":true' -X PUT -H "$admin" -H 'Content-Type: application/json' -d '{"value":"true"}' "$url/admin/flags"
move reconcile ""
migrate ""
move verify ""
check "search: compared with D1 in the shadow" 200 '"source":"cache"' "$url/v1/search/isbn?isbn=9780439785969"
check "compare" 200 '"success":true' -X POST -H "$admin" "$url/admin/compare"
move d1_reads ',"percent":100'
check "invalidate" 200 '"success":true' -X POST -H "$admin" -H 'Content-Type: application/json' -d '{"isbn":"9780439785969"}' "$url/admin/invalidate"
check "search: D1 answers" 200 '"source":"d1"' "$url/v1/search/isbn?isbn=9780439785969"
check "rollback" 200 '"phase":"dual_write"' -X POST -H "$admin" -H 'Content-Type: application/json' -d '{"reason":"test"}' "$url/admin/rollback"
check "flags: off" 200 '"success":true' -X PUT -H "$admin" -H 'Content-Type: application/json' -d '{"value":"false"}' "$url/admin/flags"
check "the book is still there" 200 9780439785969 "$url/v1/search/isbn?isbn=9780439785969"

check "metrics" 200 'bookstrack_lookup_reads_total{' "$url/metrics"
grep -qF 'bookstrack_http_requests_total{method="GET",route="/v1/search/isbn",status="200"}' answer.txt || fail "no count of searches"
grep -qE 'cache_hit_rate [0-9]+\.[0-9]+' answer.txt || fail "no hit rate as the plan's test reads it"
if command -v promtool > /dev/null; then
  promtool check metrics < answer.txt || fail "promtool refuses the metrics"
else
  echo "SKIPPED: promtool is missing, the metrics were not checked"
fi
check "too large a body" 413 PAYLOAD_TOO_LARGE -X POST -H "$user" -H 'Expect:' --data-binary "@$source/samples/google-7k.ndjson.gz" "$url/v1/library/testuser/books"
if grep -qF -e "$(cat data/admin-token)" -e "$(cat data/user-secret)" serve.log started.json started.err; then
  fail "a secret stands in a log"
fi
grep -qF '"event":"http.request"' serve.log || fail "requests are not in the log"
stop_with TERM 0

### kill -9 in the middle of a migration, then resume; compared with a run that nobody disturbed.
"$program" generate --keys 20000 --seed 11 --out dump.ndjson --quiet > out.txt
start --data killed --import dump.ndjson --provider none --lease-seconds 2 --migrate-seconds 60
admin="Authorization: Bearer $(cat killed/admin-token)"
curl -s -o first.txt -X POST -H "$admin" "$url/admin/migrate-kv-to-d1" &
request=$!
listed=0
for _ in $(seq 400); do
  curl -s -o answer.txt -H "$admin" "$url/admin/migration-status"
  listed=$(python3 -c 'import json
run = json.load(open("answer.txt"))["data"]["run"]
print(run["totals"]["listed"] if run else 0)' 2> /dev/null || echo 0)
  [ "$listed" -ge 2000 ] && break
  sleep 0.02
done
stop_with KILL 137
wait "$request" 2> /dev/null || true
[ "$listed" -ge 2000 ] && [ "$listed" -lt 20000 ] || fail "killed after $listed keys, which is not in the middle"
printf 'ok: killed after %s of 20000 keys\n' "$listed"
start --data killed --provider none --lease-seconds 2 --migrate-seconds 60
for _ in $(seq 100); do
  status=$(curl -s -o answer.txt -w '%{http_code}' -X POST -H "$admin" "$url/admin/migrate-kv-to-d1?resume=true")
  case $status in
    409) sleep 0.2 ;;  # the dead migrator's lease
    200) [ "$(field data.more)" = true ] || break ;;
    *) fail "resume: $status $(cat answer.txt)"; break ;;
  esac
done
equal "state after the resume" "$(field data.state)" complete
equal "keys after the resume" "$(field data.totals.listed)" 20000

# A stop by Ctrl-C: idle connections do not delay it.
stop_with INT 0
"$program" migrate --kv killed/kv.sqlite --d1 undisturbed.sqlite --quiet > out.txt || fail "migrate: $(cat out.txt)"
python3 "$here/books_of.py" killed/d1.sqlite > killed.txt
python3 "$here/books_of.py" undisturbed.sqlite > undisturbed.txt
if cmp -s killed.txt undisturbed.txt; then
  printf 'ok: %s rows, equal to an undisturbed run\n' "$(($(wc -l < killed.txt) - 1))"
else
  fail "the databases differ: $(diff killed.txt undisturbed.txt | head -5)"
fi
exit $failed
