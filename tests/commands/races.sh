#!/bin/sh
# Data races, in the build with ThreadSanitizer (DESIGN section 2). Storms switch tasks without
# synchronisation, so what the core does not order itself is a race, although tasks run one at a
# time. usage:
#   races.sh storms PROGRAM SCENARIO=SEEDS...   campaigns end without a report
#   races.sh planted PROBES PATCHES_DIR         each planted race is reported, by its function's name
set -eu
what=$1 program=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset GTEST_SHARD_INDEX GTEST_TOTAL_SHARDS JOB_COMPLETION_INDEX JOB_COMPLETIONS SLURM_ARRAY_TASK_ID
export TSAN_OPTIONS="halt_on_error=1 exitcode=66"
reported="WARNING: ThreadSanitizer: data race"
failed=0

# wrong TEXT: says so, with what the program printed.
wrong() {
  printf 'FAILED: %s\n' "$1"
  sed 's/^/  | /' "$folder/out.txt" | head -60
  failed=1
}

# The first line of a function that belongs to the project.
where() { grep -m 1 -o '#[0-9]* cutover::[^(]*' "$folder/out.txt" | sed 's/#[0-9]* //'; }

storms() {
  for pair in "$@"; do
    scenario=${pair%=*} seeds=${pair#*=} code=0
    "$program" chaos --scenario "$scenario" --seeds "$seeds" --twice 0 --quiet \
      --out "$folder/cases" > "$folder/out.txt" 2>&1 || code=$?
    if [ "$code" != 0 ] && [ "$code" != 3 ] || grep -q "ThreadSanitizer" "$folder/out.txt"; then
      wrong "$seeds storms of $scenario end with code $code"
    else
      printf 'ok: %s storms of %s without a data race\n' "$seeds" "$scenario"
    fi
  done
}

# probe NAME PATCH: its exit code.
probe() {
  code=0
  "$program/$1" "$2" --runs 12 > "$folder/out.txt" 2>&1 || code=$?
}

planted() {
  count=0
  for patch in "$1"/*.patch; do
    name=$(basename "$patch" .patch)
    function=$(sed -n 's/^caught-by: *//p' "$patch")
    probe "$name" "$patch"
    if [ "$code" != 66 ] || ! grep -q "$reported" "$folder/out.txt"; then
      wrong "$name is not reported as a data race (code $code)"
    elif ! grep -qF "$function(" "$folder/out.txt"; then
      wrong "the report of $name does not name $function"
    else
      printf 'ok: %s is reported, in %s\n' "$name" "$(where)"
    fi
    probe control "$patch"
    if [ "$code" != 0 ] || grep -q "ThreadSanitizer" "$folder/out.txt"; then
      wrong "the core as it is, in the world of $name, ends with code $code"
    fi
    count=$((count + 1))
  done
  [ "$count" -gt 0 ] || { echo "FAILED: there is no planted race in $1"; failed=1; }
  printf 'ok: %s worlds, and no race in the core as it is\n' "$count"
}

"$what" "$@"
exit $failed
