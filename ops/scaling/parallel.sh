#!/bin/sh
# One campaign on the cores or hosts that GNU parallel has: as many shards as asked for, added up.
# usage: parallel.sh PROGRAM SHARDS FOLDER [OPTIONS OF cutover chaos ...]
# The whole campaign's report is FOLDER/whole.json; the exit code is the whole campaign's.
set -eu
program=$1 shards=$2 folder=$3
shift 3
mkdir -p "$folder"
# A shard that found a failure ends with 1 and has still written its part: merging judges them all.
seq 0 $((shards - 1)) | parallel --will-cite --jobs "${PARALLEL_JOBS:-100%}" \
  "$program" chaos --quiet --json --threads 1 --shard "{}/$shards" --out "$folder/cases" "$@" \
  '>' "$folder/part-{}.json" || true
exec "$program" report merge "$folder"/part-*.json --json --out "$folder/cases" \
  > "$folder/whole.json"
