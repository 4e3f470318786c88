#!/bin/sh
# Shards, played by GNU parallel and by a runner that shards as GoogleTest does, add up to the
# report of one process. usage: shards.sh PROGRAM SOURCE_DIR
set -eu
program=$1 scaling=$2/ops/scaling
if ! command -v parallel > /dev/null; then
  echo "SKIPPED: GNU parallel is not installed (Debian package: parallel)"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset GTEST_SHARD_INDEX GTEST_TOTAL_SHARDS JOB_COMPLETION_INDEX JOB_COMPLETIONS SLURM_ARRAY_TASK_ID
small="--seeds 30 --keys 20 --operations 4 --twice 10"

# shellcheck disable=SC2086
{
  "$program" chaos $small --quiet --json > whole.json
  "$scaling/parallel.sh" "$program" 4 by-parallel $small
  for index in 0 1 2; do
    GTEST_TOTAL_SHARDS=3 GTEST_SHARD_INDEX=$index \
      "$scaling/googletest.sh" "$program" by-googletest $small
  done
}
"$program" report merge by-googletest/part-*.json --json > by-googletest/whole.json
python3 - <<'PY'
import json

def document(path):
    read = json.load(open(path))
    del read["seconds"], read["runsPerSecond"]
    return read

whole = document("whole.json")
assert whole["runs"] == 30 and whole["corpus"]["cases"] > 0, whole
for folder in ("by-parallel", "by-googletest"):
    assert document(folder + "/whole.json") == whole, folder + ": not the report of one process"
    print("ok:", folder, "adds up to the report of one process")
PY
