#!/bin/sh
# cutover report render, compare, annotations, postmortem and pdf: files, exit codes, bad input, and
# the step of the release gate that shows the reports.
# usage: report.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() {
  echo "FAILED: $1"
  exit 1
}
# ends CODE TEXT COMMAND...: the exit code, and a text on stdout or stderr.
ends() {
  wanted=$1 text=$2
  shift 2
  code=0
  "$program" "$@" > out.txt 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] || { cat out.txt; fail "$*: exit $code, not $wanted"; }
  grep -qF -- "$text" out.txt || { cat out.txt; fail "$*: does not say: $text"; }
}
good=$source/tests/reports/version_1.json
bad=$source/tests/reports/version_2.json

ends 0 report/report.html report render "$bad" --out report
ls report > files.txt
printf '%s\n' junit.xml report.html report.json report.md report.sarif summary.md |
  diff - files.txt || fail "not these files"
cmp "$bad" report/report.json || fail "report.json is not byte for byte the same"
ends 0 again/report.json report render report/report.json --out again
diff -r report again || fail "the same report gave other files"
if command -v xmllint > /dev/null; then
  xmllint --noout --nonet --schema "$source/tests/reports/junit.xsd" report/junit.xml ||
    fail "junit.xml is not valid"
  sed 's/<testcase/<testcas/' report/junit.xml > broken.xml
  xmllint --noout --nonet --schema "$source/tests/reports/junit.xsd" broken.xml 2> /dev/null &&
    fail "a broken junit.xml is valid"
else
  echo "without xmllint junit.xml is not held against its schema"
fi

ends 0 old/report.json report render "$good" --out old
grep -q '"schema_version": 2' old/report.json || fail "version 1 was not written as version 2"
sed 's/"started": "20[0-9][0-9]/"started": "2019/' old/report.json > earlier.json
mkdir -p runs/first && cp earlier.json runs/first/report.json && cp old/report.json runs/own.json
ends 0 with/report.html report render old/report.json --out with --history runs
[ "$(grep -c '"started": "2019' with/report.json)" -eq 1 ] || fail "the earlier run is not there"
# `verify` shows the same earlier runs from the start. One book is too few for a verdict: exit 3.
printf '{"key":"book:isbn:9780306406157","value":"{\\"title\\":\\"A\\"}"}\n' > one.ndjson
"$program" verify --dump one.ndjson --profile dump --quiet --out fresh --history runs > out.txt 2>&1 ||
  [ $? -eq 3 ] || { cat out.txt; fail "verify --history"; }
[ "$(grep -c '"started": "2019' fresh/report.json)" -eq 1 ] || fail "verify shows no earlier run"
[ "$(head -1 fresh/left-out-keys.csv)" = key,outcome,reason,detail ] || fail "no list of keys"
grep -qF "$(sha256sum < fresh/left-out-keys.csv | cut -c1-64)" fresh/report.json ||
  fail "report.json does not name the list by its digest"

ends 0 'no verdict got worse' report compare "$good" "$good"
ends 1 'worse   the report: pass -> fail' report compare "$good" "$bad"
ends 1 '"got_worse": true' report compare "$good" "$bad" --json
ends 0 '::error title=criterion api_p95 ' report annotations "$bad"
ends 0 '::notice title=cutover%3A PASS::' report annotations "$good"
ends 0 '**[To fill in]** The cause' report postmortem "$bad"
ends 0 post/mortem.md report postmortem "$bad" --out post/mortem.md
grep -q '^# Post-mortem: FAIL' post/mortem.md || fail "no post-mortem"

# Bad input: one error that names the file, exit 2, and nothing is written.
printf '{"schema_version": 9}' > future.json
printf '[1, 2' > cut.json
for command in 'render FILE --out none' 'compare FILE FILE' 'annotations FILE' 'postmortem FILE'; do
  for file in future.json cut.json nowhere.json .; do
    # shellcheck disable=SC2046 # words
    ends 2 "$file" report $(printf '%s' "$command" | sed "s/FILE/$file/g")
    [ "$(wc -l < out.txt)" -eq 1 ] || fail "$command: more than one line for $file"
  done
done
[ ! -e none ] || fail "files were written for bad input"
cp cut.json runs/broken.json
ends 2 runs/broken.json report render old/report.json --out none --history runs
ends 2 nowhere report render old/report.json --out none --history nowhere
ends 2 nowhere verify --out none --history nowhere
ends 2 --noise report compare "$good" "$good" --noise -1
ends 2 --out report render "$good"
: > file
ends 2 file/below report render "$good" --out file/below
ends 2 'is no report.html' report pdf report/report.md
ends 2 '--with' report pdf report/report.html --with lp
mkdir none-here
code=0
PATH=$folder/none-here "$program" report pdf report/report.html > out.txt 2>&1 || code=$?
if [ "$code" -ne 2 ] || ! grep -q 'apt-get install weasyprint' out.txt; then
  cat out.txt
  fail "without a printer: exit $code"
fi
for printer in weasyprint chromium; do
  if command -v "$printer" > /dev/null; then
    ends 0 "$printer.pdf" report pdf report/report.html --out "$printer.pdf" --with "$printer"
    [ "$(head -c 5 "$printer.pdf")" = %PDF- ] || fail "$printer made no PDF"
  else
    echo "without $printer its PDF is not made"
  fi
done
find . -name '*.tmp*' -o -name '*.profile' -o -name '*.unfinished' | grep . &&
  fail "something temporary is left"

# The gate's step that shows the reports, as GitHub runs it.
printf '#!/bin/sh\nexec "%s" "$@"\n' "$program" > cutover && chmod +x cutover
awk '/^        run: \|/ {inside = 1; next} inside && /^          / {print substr($0, 11); next}
     {inside = 0}' "$source/ops/ci/release-gate.yml" > step.sh
[ -s step.sh ] || fail "the gate has no such step"
GITHUB_STEP_SUMMARY=summary.txt sh -e step.sh > annotations.txt
grep -q '^::error ' annotations.txt || fail "the gate prints no annotation"
cmp summary.txt report/summary.md || fail "the gate shows no summary"
echo "ok"
