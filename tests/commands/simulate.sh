#!/bin/sh
# cutover simulate, as a person meets it: the curl commands of docs/SIMULATE.md, a state that
# survives, a clean stop, and bad arguments.
# usage: simulate.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
folder=$(mktemp -d)
server=0
# Only what this script started, by its id.
finish() {
  [ "$server" = 0 ] || kill -9 "$server" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
cp "$source/samples/google-7k.ndjson.gz" kv-backup.ndjson.gz
CUTOVER_SIMULATE_TOKEN=a-token-of-your-own
export CUTOVER_SIMULATE_TOKEN
failed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }

# start ARGUMENTS...: starts the server, and waits until it says where.
start() {
  rm -f started.txt
  "$program" simulate --port 0 "$@" > started.txt 2> started.err &
  server=$!
  for _ in $(seq 200); do
    [ -s started.txt ] && break
    kill -0 "$server" 2> /dev/null || { cat started.err; exit 1; }
    sleep 0.05
  done
  url=$(sed -n 's/^listening on //p' started.txt)
  case $url in http://127.0.0.1:[1-9]*) ;; *) fail "no address in: $(cat started.txt)" ;; esac
}

stop_with() {  # SIGNAL
  kill "-$1" "$server"
  code=0
  wait "$server" 2> /dev/null || code=$?
  server=0
  [ "$code" = 0 ] || fail "SIG$1 ended it with exit code $code: $(cat started.err)"
}

# What there is, and the date; not how long this process has run, and its history.
state() {
  curl -sS -H "Authorization: Bearer $CUTOVER_SIMULATE_TOKEN" "$url/_cutover/state" |
    sed 's/"history".*//; s/"elapsed_micros":[0-9]*//'
}

# The document's own lines, on the port that was free.
start --state simulated
awk '/^```/ {inside = !inside; next} inside' "$source/docs/SIMULATE.md" |
  grep -E '^(curl|AUTH=|HERE=|API=|KV=|D1=)' | sed "s|http://127.0.0.1:8788|$url|" > lines.txt
[ "$(grep -c '^curl' lines.txt)" -gt 10 ] || fail "too few commands in docs/SIMULATE.md"
{
  printf 'curl() { command curl -sS --fail-with-body --max-time 30 "$@" || exit 1; echo; }\n'
  while IFS= read -r line; do
    printf 'echo %s\n%s\n' "'\$ $(printf %s "$line" | sed "s/'/'\\\\''/g")'" "$line"
  done < lines.txt
} > run.sh
sh -eu run.sh > answers.txt 2>&1 || fail "a command of docs/SIMULATE.md: $(tail -c 1000 answers.txt)"
grep -q '"loaded":6810' answers.txt || fail "the dump was not loaded: $(head -c 2000 answers.txt)"
grep -q '"results":\[{"a":2}\]' answers.txt || fail "the query's rows are missing"

# A stop keeps everything; so does a kill once it was saved.
before=$(state)
stop_with TERM
start --state simulated
[ "$(state)" = "$before" ] || fail "the state changed over a restart"
curl -sS -o /dev/null -X POST -H "Authorization: Bearer $CUTOVER_SIMULATE_TOKEN" \
  "$url/_cutover/time" -d '{"advance_seconds": 5}'
saved=$(state)
for _ in $(seq 200); do
  [ simulated/simulate.sqlite -nt started.txt ] && break
  sleep 0.05
done
kill -9 "$server"
wait "$server" 2> /dev/null || true
start --state simulated
[ "$(state)" = "$saved" ] || fail "what was saved did not survive a kill"
stop_with INT

# refused TEXT ARGUMENTS...: exit code 2, and the message says this.
refused() {
  text=$1
  shift
  code=0
  "$program" simulate "$@" > out.txt 2>&1 || code=$?
  [ "$code" = 2 ] || fail "simulate $*: exit code $code"
  grep -qF -- "$text" out.txt || fail "simulate $*: wanted '$text', got: $(cat out.txt)"
}
refused 'was made with seed 1' --port 0 --state simulated --seed 2
refused 'port' --port 65536
refused 'nothing.txt: cannot be read' --token-file nothing.txt
printf 'short\n' > short.txt
chmod 600 short.txt
refused '16 to 4096' --token-file short.txt
printf 'a text that is no state at all, but long enough for a header\n' > simulated/simulate.sqlite
refused 'this is no state of cutover simulate' --port 0 --state simulated
refused 'cannot be made' --port 0 --state short.txt/below
CUTOVER_SIMULATE_TOKEN=short refused 'must have 16 to 4096 bytes' --port 0
unset CUTOVER_SIMULATE_TOKEN
refused 'a token is needed' --port 0

[ "$failed" = 0 ] && echo "all well"
exit "$failed"
