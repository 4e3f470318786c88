#!/bin/sh
# The same histories from another compiler, and from code that is not optimised (DESIGN section 2):
# campaigns of several scenarios, event by event for their first seeds and by one digest for all of
# them, and every case of the corpus 20 times on either side. Skipped, visibly, without another
# build of the present source beside this one.
# usage: other_builds.sh PROGRAM SOURCE_DIR [CASES_DIR...]
set -eu
program=$1 source=$2
shift 2
here=$(cd "$(dirname "$program")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset GTEST_SHARD_INDEX GTEST_TOTAL_SHARDS JOB_COMPLETION_INDEX JOB_COMPLETIONS SLURM_ARRAY_TASK_ID
times=20
compared=0
failed=0

# digest_of PROGRAM SCENARIO: of a longer campaign.
digest_of() {
  "$1" chaos --scenario "$2" --seeds 60 --twice 0 --no-corpus --quiet --json \
    --out "$folder/cases" > "$folder/report.json" || true
  sed -n 's/^ *"digest": "\([0-9a-f]*\)".*/\1/p' "$folder/report.json" | head -1
}

# replays PROGRAM CASE: the different digests of so many replays, and whether each gave one.
replays() {
  played=0
  while [ "$played" -lt "$times" ]; do
    "$1" replay "$2" --json || [ $? = 1 ]
    played=$((played + 1))
  done | sed -n 's/^ *"digest": "\([0-9a-f]*\)".*/\1/p' | sort | uniq -c | sed 's/^ *//'
}

compare() {
  other=$1 name=$2
  for scenario in migration two_migrators live deploy; do
    "$other" chaos --scenario "$scenario" --seeds 12 --twice 1 --no-corpus --quiet \
      --out "$folder/cases" --certificate "$folder/$scenario.json" > /dev/null || [ $? = 1 ]
    printf '%s, %s: ' "$name" "$scenario"
    "$program" chaos --check "$folder/$scenario.json" --against "$other" || failed=1
    mine=$(digest_of "$program" "$scenario") theirs=$(digest_of "$other" "$scenario")
    if [ -n "$mine" ] && [ "$mine" = "$theirs" ]; then
      printf '%s, %s: 60 storms have the digest %s on both sides\n' "$name" "$scenario" "$mine"
    else
      printf 'FAILED: %s, %s: the digest of 60 storms is %s here and %s there\n' \
        "$name" "$scenario" "$mine" "$theirs"
      failed=1
    fi
  done
  cases=0
  for file in "$source"/chaos/corpus/*.json $more; do
    mine=$(replays "$program" "$file") theirs=$(replays "$other" "$file")
    cases=$((cases + 1))
    [ "$mine" = "$theirs" ] && [ "${mine%% *}" = "$times" ] && continue
    printf 'FAILED: %s: %s replays here gave\n%s\nand there\n%s\n' "$file" "$times" "$mine" "$theirs"
    failed=1
  done
  printf '%s: %s cases, each replayed %s times on either side\n' "$name" "$cases" "$times"
}

# newer_than PROGRAM: a file of the program's source that was changed since, if there is one.
newer_than() {
  find "$source/core" "$source/adapters" "$source/fakes" "$source/scenarios" "$source/chaos" \
    "$source/reports" "$source/app" "$source/migrations" -path "$source/chaos/defects/races" -prune \
    -o \( -name '*.cpp' -o -name '*.h' -o -name '*.sql' \) ! -name 'probe*.cpp' -newer "$1" -print |
    head -1
}

more=
for cases in "$@"; do
  for file in "$cases"/*.json; do more="$more $file"; done
done
for name in release clang debug; do
  build=$source/build/$name
  [ "$build" = "$here" ] && continue
  if [ ! -x "$build/cutover" ]; then
    echo "no $name build: ./cutover --preset $name build cutover makes one"
  elif [ -n "$(newer_than "$build/cutover")" ]; then
    echo "the $name build is older than $(newer_than "$build/cutover"):" \
      "./cutover --preset $name build cutover renews it"
  else
    compare "$build/cutover" "$name"
    compared=$((compared + 1))
  fi
done
if [ "$compared" = 0 ]; then
  echo "SKIPPED: there is no other build of this source to compare histories with"
  exit 77
fi
exit $failed
