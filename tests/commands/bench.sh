#!/bin/sh
# cutover bench as a person types it: what it prints, and what it says of wrong usage. No time is
# asserted. usage: bench.sh CUTOVER_BENCH
set -eu
bench=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() {  # expect CODE TEXT COMMAND...: ends with CODE and prints TEXT
  code=$1 text=$2
  shift 2
  end=0
  "$@" > out.txt 2>&1 || end=$?
  if [ "$end" != "$code" ] || ! grep -qF -- "$text" out.txt; then
    echo "not as expected (exit code $end, wanted $code with '$text'): $*"
    cat out.txt
    exit 1
  fi
}

expect 2 "there is no row 'nothing'" "$bench" --only nothing
expect 2 "--rounds" "$bench" --rounds 0
expect 2 "bench --help" "$bench" --no-such-flag
expect 0 "growth: 1,000,000 keys against 100,000" "$bench" --help
expect 0 "isbn_parse_13" "$bench" pieces isbn_parse_13
expect 2 "Failed to match any benchmarks" "$bench" pieces nothing_like_this
expect 2 "records" "$bench" work 0
expect 3 "not measured: ./nothing: No such file" "$bench" --only verify --program ./nothing

# Whatever the machine says of the goals, the figures are there.
"$bench" --only migration --rounds 2 --json > rows.json || [ "$?" != 2 ]
python3 - <<'PY'
import json
rows = json.load(open("rows.json"))["rows"]
assert [row["name"] for row in rows] == ["migration", "migration-outcomes"], rows
for row in rows:
    assert len(row["values"]) == 2 and min(row["values"]) > 0 and row["verdict"], row
    assert row["goal"] == 0.8 and row["bound"] == "atLeast" and row["unit"] == "ratio", row
PY

if command -v valgrind > /dev/null; then
  expect 3 "is no baseline" "$bench" gate --baseline "$folder/none.json"
  expect 0 "written" "$bench" gate --write --baseline "$folder/here.json"
  expect 0 "the migrator: unchanged" "$bench" gate --baseline "$folder/here.json"
else
  expect 3 "valgrind is not installed" "$bench" gate
fi
echo "all well"
