#!/bin/sh
# cutover chaos, explore, replay and shrink: case files by hand, bad input, and shards that add up.
# usage: storms.sh PROGRAM
set -eu
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset GTEST_SHARD_INDEX GTEST_TOTAL_SHARDS JOB_COMPLETION_INDEX JOB_COMPLETIONS SLURM_ARRAY_TASK_ID
failed=0

# expect EXIT_CODE TEXT COMMAND...: the command must end so, and its output hold the text.
expect() {
  wanted=$1 text=$2
  shift 2
  code=0
  "$@" > out.txt 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF -- "$text" out.txt; then
    printf 'FAILED: %s\n  wanted exit %s and "%s", got exit %s and:\n' "$*" "$wanted" "$text" "$code"
    sed 's/^/  | /' out.txt | head -20
    failed=1
  else
    printf 'ok: exit %s, "%s"\n' "$code" "$text"
  fi
}

small="--keys 20 --operations 4 --quiet --json"
# shellcheck disable=SC2086
{
  "$program" chaos --seeds 12 $small > whole.json
  "$program" chaos --seeds 12 $small --shard 0/2 > first.json
  JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS=2 "$program" chaos --seeds 12 $small > second.json
  SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=2 \
    "$program" chaos --seeds 12 $small > again.json
}
"$program" report merge first.json second.json --json > merged.json
python3 - <<'PY' || failed=1
import json
whole, first, second, again, merged = (
    json.load(open(name + ".json")) for name in ("whole", "first", "second", "again", "merged"))
assert whole["runs"] == 12 == first["runs"] + second["runs"], "the shards are the whole"
assert second["digest"] == again["digest"], "one shard, named in two ways"
for document in (whole, merged):
    del document["seconds"], document["runsPerSecond"]
assert whole == merged, "the merged report is the whole's"
print("ok: two shards are the whole, digest", whole["digest"])
PY
expect 2 "shard 1 of 2 is missing" "$program" report merge first.json
expect 2 "first.json: shard: 0 of 2 was played by first.json too" \
  "$program" report merge first.json first.json
expect 2 "whole.json: shards: is not as in first.json" "$program" report merge first.json whole.json
sed 's/"runs": 6/"runs": 60/' first.json > altered.json
expect 2 "altered.json: runs: is 60" "$program" report merge altered.json second.json
expect 2 "absent.json: cannot be read" "$program" report merge absent.json
expect 0 "2 parts, added up" "$program" report merge first.json second.json

# Budgets and the corpus.
expect 2 "--time 'soon': must be a time such as 90s, 5m or 2h" "$program" chaos --time soon
expect 0 "no invariant was violated" \
  "$program" chaos --time 1s --no-corpus --keys 10 --operations 2 --quiet
expect 2 "--scenario" "$program" chaos --seeds 1 --scenario nothing
expect 0 "cases hold" "$program" chaos --seeds 1 --quiet
mkdir corpus
echo '{ "cutoverCase": 1 }' > corpus/broken.json
expect 2 "corpus/broken.json: scenario: is missing" "$program" chaos --seeds 1 --corpus corpus
expect 2 "absent: cannot be read as a folder of cases" "$program" chaos --seeds 1 --corpus absent
expect 0 "of 2000 storms it is a failure" "$program" chaos --seeds 2 --no-corpus --keys 10 --quiet
expect 1 "were never reached" "$program" chaos --seeds 2 --no-corpus --keys 10 --quiet --reach 2

# The certificate: made, checked, and altered at event 70 and all that follow.
"$program" chaos --seeds 2 --keys 10 --no-corpus --quiet --certificate certificate.json > out.txt
expect 0 "1 of 1 seeds gave the same history here" "$program" chaos --check certificate.json
python3 - <<'PY'
import json
certificate = json.load(open("certificate.json"))
marks = certificate["histories"][0]["marks"]
certificate["histories"][0]["marks"] = marks[:69 * 8] + "".join(
    "0" if mark != "0" else "1" for mark in marks[69 * 8:])
json.dump(certificate, open("altered.json", "w"))
PY
expect 1 "the first event that differs is number 70" "$program" chaos --check altered.json
expect 1 "now gives the same history as this program" \
  "$program" chaos --check altered.json --against "$program"
expect 2 "cutoverCertificate: must be 1" "$program" chaos --check whole.json
expect 2 "--against: goes with --check" "$program" chaos --seeds 1 --against "$program"

cat > hand.json <<'JSON'
{ "cutoverCase": 1, "scenario": "migration", "seed": 5, "world": { "keys": 20 },
  "faults": [
    { "role": "migrator", "site": "kv.list", "key": "book:isbn:", "fault": "lost_before" },
    { "role": "migrator", "site": "kv.list", "key": "nothing has this prefix", "fault": "unavailable" } ] }
JSON
expect 0 "every invariant holds" "$program" replay hand.json
expect 0 "did not happen, its call never came: migrator kv.list 'nothing has" "$program" replay hand.json
expect 0 "kv.list" "$program" replay --events hand.json
expect 0 "The migrator's KV listing of 'book:isbn:' (the 1st) failed" "$program" replay hand.json
expect 0 "It tried again" "$program" replay hand.json
expect 0 "Every invariant holds." "$program" replay hand.json \
  --html page.html --trace trace.json --test hand_test.cpp
expect 0 "<canvas" cat page.html
expect 0 '"traceEvents"' python3 -m json.tool trace.json
expect 0 "TEST(SavedCase, MigrationOfSeed5HoldsEveryInvariant)" cat hand_test.cpp
expect 2 "--html nowhere/page.html: cannot be written" "$program" replay hand.json --html nowhere/page.html
expect 2 "there is nothing to shrink" "$program" shrink hand.json
sed 's/lost_before/gremlin/' hand.json > bad.json
expect 2 "bad.json: faults[0].fault: there is no fault 'gremlin'" "$program" replay bad.json
expect 2 "absent.json: cannot be read" "$program" replay absent.json
expect 2 "must be i/n" "$program" chaos --seeds 1 --shard 2/2
expect 2 "JOB_COMPLETIONS" env JOB_COMPLETION_INDEX=1 "$program" chaos --seeds 1
expect 2 "--keys" "$program" explore --keys 0
expect 0 " single faults survived: 5 keys" "$program" explore --keys 5 --singles --quiet
expect 0 " pairs survived: 5 keys" "$program" explore --keys 5 --pairs --one-in 40 --quiet \
  --html heat.html
grep -q '<th>d1.batch killed_after</th>' heat.html || { echo "FAILED: no heat map"; failed=1; }
exit $failed
