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
python3 - <<'PY' || failed=1
import json
whole, first, second, again = (json.load(open(name + ".json"))
                               for name in ("whole", "first", "second", "again"))
assert whole["runs"] == 12 == first["runs"] + second["runs"], "the shards are the whole"
assert int(whole["digest"], 16) == int(first["digest"], 16) ^ int(second["digest"], 16), "digests"
assert second["digest"] == again["digest"], "one shard, named in two ways"
assert whole["calls"] == first["calls"] + second["calls"], "calls"
print("ok: two shards are the whole, digest", whole["digest"])
PY

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
expect 0 " survived, in " "$program" explore --keys 5 --pairs --one-in 40 --quiet
exit $failed
