#!/bin/sh
# A KV hit through the whole of `cutover serve` against an empty handler of the same server that
# answers the same bytes: requests a second of both, in turn. `cutover bench --only http` runs it.
# usage: http_ratio.sh CUTOVER CUTOVER_BENCH_HTTP SOURCE_DIR [ROUNDS] [SECONDS]
set -eu
program=$1 empty=$2 source=$3 rounds=${4:-5} seconds=${5:-3}
isbn=9780439785969
connections=8
folder=$(mktemp -d)
serve=0 bare=0
finish() {
  [ "$serve" = 0 ] || kill "$serve" 2> /dev/null || true
  [ "$bare" = 0 ] || kill "$bare" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
"$program" serve --json --port 0 --data data --provider none --log serve.log \
  --import "$source/samples/google-7k.ndjson.gz" > started.json &
serve=$!
for _ in $(seq 200); do [ -s started.json ] && break; sleep 0.05; done
url=$(python3 -c 'import json; print(json.load(open("started.json"))["url"])')
full="$url/v1/search/isbn?isbn=$isbn"
curl -sSf -o body.json "$full"
grep -q '"source":"cache"' body.json || { echo "not a KV hit: $(cat body.json)"; exit 1; }
mkfifo hold
"$empty" body.json 64 < hold > port.txt &
bare=$!
exec 3> hold
for _ in $(seq 200); do [ -s port.txt ] && break; sleep 0.05; done
nothing="http://127.0.0.1:$(cat port.txt)/"

measure() { wrk -t 2 -c "$connections" -d "${seconds}s" "$1" | awk '/^Requests\/sec/ {print $2}'; }
measure "$full" > warm.txt
: > full.txt
: > empty.txt
for _ in $(seq "$rounds"); do
  measure "$nothing" >> empty.txt
  measure "$full" >> full.txt
done
# One line for each round: requests/s of the empty handler and of the hit.
paste -d ' ' empty.txt full.txt | sed 's/^/pair /'
