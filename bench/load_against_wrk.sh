#!/bin/sh
# Is the load generator itself slow? `cutover load` and wrk, the same closed loop in turn against an
# empty handler: medians over the rounds of requests a second and of latencies, and their ratios.
# usage: load_against_wrk.sh CUTOVER CUTOVER_BENCH_HTTP [ROUNDS] [SECONDS] [CONNECTIONS]
set -eu
program=$(realpath "$1") empty=$(realpath "$2") rounds=${3:-3} seconds=${4:-5} connections=${5:-8}
folder=$(mktemp -d)
bare=0
finish() {
  [ "$bare" = 0 ] || kill "$bare" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
printf '%s' '{"success":true,"data":{"book":{"title":"x"}},"metadata":{"source":"cache"}}' > body.json
cat > loop.toml <<TOML
executor = "virtual_users"
think = "0s"
stages = [{ duration = "0s", target = $connections }, { duration = "${seconds}s", target = $connections }]
[thresholds]
http_req_failed = ["rate==0"]
TOML
mkfifo hold
"$empty" body.json 64 < hold > port.txt &
bare=$!
exec 3> hold
for _ in $(seq 200); do [ -s port.txt ] && break; sleep 0.05; done
url="http://127.0.0.1:$(cat port.txt)"
for round in $(seq "$rounds"); do
  "$program" load --target "$url" --profile loop.toml --json > "load$round.json"
  wrk -t 2 -c "$connections" -d "${seconds}s" --latency "$url/v1/search/isbn?isbn=9780439785969" \
    > "wrk$round.txt"
done
python3 - "$rounds" <<'PY'
import json, re, statistics, sys

def ms(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

rows = {"requests/s": ([], []), "P50 ms": ([], []), "P90 ms": ([], []), "P99 ms": ([], [])}
for number in range(1, int(sys.argv[1]) + 1):
    load = json.load(open(f"load{number}.json"))
    duration = load["metrics"]["http_req_duration"]
    wrk = open(f"wrk{number}.txt").read()
    rows["requests/s"][0].append(load["metrics"]["http_reqs"] / load["seconds"])
    rows["requests/s"][1].append(float(re.search(r"Requests/sec:\s+([\d.]+)", wrk).group(1)))
    for name, key, percent in (("P50 ms", "med", "50%"), ("P90 ms", "p(90)", "90%"),
                               ("P99 ms", "p(99)", "99%")):
        rows[name][0].append(duration[key])
        rows[name][1].append(ms(re.search(rf"{percent}\s+(\S+)", wrk).group(1)))
print(f"{'median of the rounds':22} {'cutover load':>12} {'wrk':>12} {'ratio':>8}")
for name, (ours, theirs) in rows.items():
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"{name:22} {a:12.3f} {b:12.3f} {a / b:8.2f}")
PY
