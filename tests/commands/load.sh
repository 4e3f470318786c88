#!/bin/sh
# cutover load as a person meets it: a server that holds its thresholds and one that cannot, the
# simulation twice, Ctrl-C, and bad input.
# usage: load.sh PROGRAM SOURCE_DIR
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
unset ENABLE_D1_READS ADMIN_TOKEN GOOGLE_BOOKS_API_KEY CUTOVER_USER_TOKEN
failed=0

# run NAME WANTED_EXIT TEXT ARGUMENTS...: exit code, and a text of what it printed.
run() {
  name=$1 wanted=$2 text=$3
  shift 3
  code=0
  "$program" load "$@" > out.txt 2> err.txt || code=$?
  if [ "$code" != "$wanted" ] || ! cat out.txt err.txt | grep -qF -- "$text"; then
    printf 'FAILED: %s: wanted exit %s and "%s", got %s and:\n' "$name" "$wanted" "$text" "$code"
    head -c 2000 out.txt err.txt
    failed=1
  else
    printf 'ok: %s -> %s\n' "$name" "$code"
  fi
}

# profile FILE THRESHOLD...: two seconds of ten users, with these lines of thresholds.
profile() {
  file=$1
  shift
  {
    printf 'think = "50ms"\n'
    printf 'stages = [{ duration = "0s", target = 10 }, { duration = "2s", target = 10 }]\n'
    printf '[mix]\nsearch_known = 0.9\nsearch_unknown = 0.1\n[thresholds]\n'
    printf '%s\n' "$@"
  } > "$file"
}

"$program" serve --json --port 0 --log serve.log --data data --provider none \
  --import "$source/samples/google-7k.ndjson.gz" > started.json 2> started.err &
serve=$!
for _ in $(seq 400); do
  [ -s started.json ] && break
  kill -0 "$serve" 2> /dev/null || { cat started.err; exit 1; }
  sleep 0.05
done
url=$(python3 -c 'import json; print(json.load(open("started.json"))["url"])')

# Without a provider, a book that the stores do not have is nowhere: a right 404.
profile holds.toml 'http_req_failed = ["rate==0"]' '"http_reqs{tier:kv}" = ["count>50"]' \
  'kv_hits = ["rate>0.99"]'
run 'thresholds that hold' 0 '✓ http_req_failed rate==0' --target "$url" --profile holds.toml
grep -q 'http_req_duration\.*: avg=' out.txt || { echo 'FAILED: no k6 words'; failed=1; }
profile fails.toml 'http_req_duration = ["max<0.01"]'
run 'a threshold that cannot hold' 1 '✗ http_req_duration max<0.01' \
  --target "$url" --profile fails.toml
profile services.toml 'd1_queries = ["count>0"]'
run 'a threshold on what a server does not tell' 3 'nothing was measured' \
  --target "$url" --profile services.toml

run 'JSON is JSON' 0 '"format": "cutover-load"' --target "$url" --profile holds.toml --json
python3 -c 'import json
load = json.load(open("out.txt"))
assert load["verdict"] == "pass", load["verdict"]
assert sum(point["requests"] for point in load["series"]) == load["metrics"]["http_reqs"]
assert sum(count for cell in load["cells"] for _, count in cell["duration"]["histogram"]) \
    == load["metrics"]["http_reqs"]' || { echo 'FAILED: the JSON does not add up'; failed=1; }

# searches: how many the server has answered.
searches() {
  curl -s "$url/metrics" |
    awk '/^bookstrack_http_requests_total.*route="\/v1\/search/ { n += $2 } END { print n + 0 }'
}

# An open loop of a minute, stopped when the server has seen ten of its requests.
printf '%s\n' 'executor = "arrivals"' 'connections = 4' \
  'stages = [{ duration = "0s", target = 20 }, { duration = "1m", target = 20 }]' > long.toml
before=$(searches)
"$program" load --target "$url" --profile long.toml --json > stopped.json 2> stopped.err &
long=$!
until [ "$(searches)" -ge $((before + 10)) ]; do
  kill -0 "$long" || { cat stopped.err; exit 1; }
  sleep 0.05
done
kill -INT "$long"
code=0
wait "$long" || code=$?
python3 -c 'import json
load = json.load(open("stopped.json"))
assert load["interrupted"] and load["verdict"] == "unknown", load["verdict"]
assert 5 <= load["metrics"]["http_reqs"] < 600, load["metrics"]["http_reqs"]' ||
  { echo 'FAILED: an interrupted load keeps what it measured'; failed=1; }
[ "$code" = 3 ] || { echo "FAILED: interrupted: wanted 3, got $code"; failed=1; }

# A library through its own routes.
printf '%s\n' 'think = "50ms"' \
  'stages = [{ duration = "0s", target = 2 }, { duration = "1s", target = 2 }]' '[mix]' \
  'library_read = 1' 'library_write = 1' '[thresholds]' 'http_req_failed = ["rate==0"]' > shelf.toml
run 'a library needs a user' 2 'need --user NAME and its token' \
  --target "$url" --profile shelf.toml
CUTOVER_USER_TOKEN=$("$program" token --data data --user reader)
export CUTOVER_USER_TOKEN
run 'a library of a user' 0 '✓ http_req_failed' --target "$url" --profile shelf.toml --user reader
if grep -qF -- "$CUTOVER_USER_TOKEN" out.txt err.txt; then
  echo 'FAILED: the token is shown'
  failed=1
fi
unset CUTOVER_USER_TOKEN
kill -TERM "$serve"
wait "$serve" 2> /dev/null || true
serve=0

run 'the plan in virtual time' 0 '✓ http_req_duration p(95)<500' --quiet
cp out.txt first.txt
run 'the plan again' 0 'a month of' --quiet
cmp out.txt first.txt || { echo 'FAILED: the same seed gave another summary'; failed=1; }
run 'both side by side' 0 'simulation, phase kv_only' --quiet --compare
run 'both side by side, as JSON' 0 '"format": "cutover-load-comparison"' --quiet --compare --json

run 'nobody answers' 2 'nobody answers there' --target http://127.0.0.1:9
run 'a target that is none' 2 'must be http://HOST[:PORT]' --target 127.0.0.1:80/path
run 'no such profile' 2 '--profile: nowhere.toml' --profile nowhere.toml
printf 'think = "1s"\nthinks = "1s"\n' > wrong.toml
run 'a key that is none' 2 'wrong.toml:2: thinks: there is no such key' --profile wrong.toml
printf '[thresholds]\nhttp_req_duration = ["p(95)"]\n' > wrong.toml
run 'a threshold that is none' 2 'wrong.toml:2: thresholds.http_req_duration' --profile wrong.toml
run 'a phase that is none' 2 "--phase 'all'" --phase all
run 'flags that do not fit' 2 'leave out --target' --target "$url" --compare
run 'flags that do not fit either' 2 'the simulation has its own' --user reader
: > empty.ndjson
run 'a dump without books' 2 'holds no book' --dump empty.ndjson
run 'no such dump' 2 'nowhere.gz' --dump nowhere.gz
exit "$failed"
