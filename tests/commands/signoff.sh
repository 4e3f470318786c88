#!/bin/sh
# cutover signoff and report verify: QA's path, every command block of docs/SIGNOFF.md, and what
# must not go through. usage: signoff.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
ln -s "$program" cutover
umask 022
failed=0

# expect EXIT_CODE TEXT COMMAND...: the command must end so, and its output hold the text.
expect() {
  wanted=$1 text=$2
  shift 2
  code=0
  "$@" > out.txt 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF -- "$text" out.txt; then
    printf 'FAILED: %s\n  wanted exit %s and "%s", got exit %s and:\n' "$*" "$wanted" "$text" "$code"
    sed 's/^/  | /' out.txt | head -30
    failed=1
  else
    printf 'ok: exit %s, "%s"\n' "$code" "$text"
  fi
}

# A report of a real run: the after-checks' form without their figures, and runs to repeat whose
# digests come from the certificate of a campaign.
cat > made.py <<'PY'
import json, subprocess, sys
program, kind, path = sys.argv[1:4]
subprocess.run([program, "chaos", "--seeds", "3", "--no-corpus", "--quiet", "--twice", "1",
                "--certificate", "certificate.json"], check=True, stdout=subprocess.DEVNULL)
histories = json.load(open("certificate.json"))["histories"]
open("any.txt", "w").write("bookstrack_http_requests_total 1\n")
subprocess.run([program, "verify", "--stage", "post", "--metrics", "any.txt", "--out", "form",
                "--quiet"], stdout=subprocess.DEVNULL)
report = json.load(open("form/report.json"))
report["verdict"] = "pass" if kind == "pass" else "fail"
for row in report["criteria"]:
    row.update(verdict="pass", measured="seen")
for row in report["requirements"]:
    row["verdict"] = "pass"
    for evidence in row["evidence"]:
        evidence["verdict"] = "pass"
if kind == "fail":
    report["criteria"][1].update(id="R6.5.p95", verdict="fail", measured=612.0)
report["seeds"] = [{"scenario": "migration", "seed": one["seed"], "digest": one["digest"],
                    "reproduce": "touch never-run; false"} for one in histories]
json.dump(report, open(path, "w"), indent=2)
PY
mkdir report failing
python3 made.py "$program" pass report/report.json
python3 made.py "$program" fail failing/report.json

# Metrics of a system that is well, twice.
python3 - <<'PY'
def metrics(path, n):
    with open(path, "w") as out:
        def put(name, labels, value):
            out.write("bookstrack_%s{%s} %d\n" % (name, labels, value))
        shelf, books = "/v1/library/:userId", "/v1/library/:userId/books"
        for method, route, status in (("GET", "/v1/search/isbn", 200), ("GET", shelf, 200),
                                      ("GET", shelf + "/top-rated", 200), ("POST", books, 201),
                                      ("PATCH", books + "/:isbn", 200),
                                      ("DELETE", books + "/:isbn", 204)):
            labels = 'route="%s",method="%s",status="%d"' % (route, method, status)
            put("http_requests_total", labels, 4000 * n)
        put("lookup_reads_total", 'tier="cache",stale="0",remembered="0"', 3000 * n)
        put("lookup_reads_total", 'tier="d1",stale="0",remembered="0"', 300 * n)
        put("lookup_shadow_reads_total", 'result="same"', 500 * n)
        put("lookup_shadow_reads_total", 'result="different"', 0)
        put("d1_calls_total", 'result="ok",kind=""', 900 * n)
        for name, label in (("http_request", 'route="/v1/search/isbn",'), ("d1_call", ""),
                            ("lookup_read", 'tier="cache",'), ("lookup_read", 'tier="d1",')):
            put(name + "_seconds_bucket", label + 'le="0.05"', 1000 * n)
            put(name + "_seconds_bucket", label + 'le="+Inf"', 1000 * n)
            put(name + "_seconds_count", label.rstrip(","), 1000 * n)
metrics("first.txt", 1)
metrics("second.txt", 2)
PY

# Every command of the document, which ends as it says.
awk '/^```sh/ {inside = 1; next} /^```/ {inside = 0} inside' "$source/docs/SIGNOFF.md" > blocks.txt
[ "$(wc -l < blocks.txt)" -gt 15 ] || { echo "docs/SIGNOFF.md has lost its commands"; exit 1; }
while IFS= read -r line; do
  wanted=$(printf '%s\n' "$line" | sed -n 's/.*# exits \([0-9]*\)$/\1/p')
  code=0
  (eval "$line") > out.txt 2> errors.txt || code=$?
  if [ "$code" != "${wanted:-0}" ]; then
    printf 'FAILED: docs/SIGNOFF.md: %s\n  wanted exit %s, got %s\n' "$line" "${wanted:-0}" "$code"
    sed 's/^/  | /' out.txt errors.txt
    exit 1
  fi
done < blocks.txt
echo "ok: $(wc -l < blocks.txt) commands of docs/SIGNOFF.md end as it says"
[ ! -e never-run ] || { echo "FAILED: a command of the report was run"; failed=1; }

trust="--approvers approvers.toml"
report=report/report.json
# shellcheck disable=SC2086 # $trust is two words
{
  expect 0 "played again, the same digest" "$program" report verify $report $trust
  expect 0 '"verdict": "pass"' "$program" signoff status $report $trust --json
  expect 3 "nobody says whose keys these are" "$program" report verify $report
  expect 3 "nobody says whose keys these are" "$program" signoff status $report

  # One byte of the report; one byte of the sign-off.
  cp -r report changed
  sed -i 's/"seed": 1,/"seed": 2,/' changed/report.json
  cmp -s report/report.json changed/report.json && { echo "FAILED: nothing was changed"; failed=1; }
  expect 1 "every approval is void" "$program" report verify changed/report.json $trust
  expect 1 "every approval is void" "$program" signoff status changed/report.json $trust
  expect 2 "every approval is void" "$program" signoff approve changed/report.json --role qa \
    --person "Q. Example" --key qa.key
  cp -r report altered
  sed -i 's/read in full/read in part/' altered/signoff.json
  expect 1 "the signature does not fit" "$program" report verify altered/report.json $trust
  echo >> altered/signoff.json
  expect 2 "is not as cutover writes it" "$program" report verify altered/report.json $trust

  # Made-up digests are found by playing the runs.
  mkdir forged
  sed 's/"digest": "./"digest": "f0/' $report > forged/report.json
  expect 1 "played again, the digest is" "$program" report verify forged/report.json $trust

  # A pass of a small profile: it is said, and goes through.
  mkdir small standard
  for one in small/dump standard/standard; do
    sed "s/\"profile\": \"\"/\"profile\": \"${one#*/}\"/" $report > "${one%/*}/report.json"
  done
  expect 0 "of the profile 'dump': phases, rollbacks, risks" "$program" signoff approve \
    small/report.json --role qa --person "Q. Example" --key qa.key $trust
  expect 3 "of the profile 'dump': phases, rollbacks, risks" "$program" signoff status \
    small/report.json $trust
  expect 0 "qa: approved by Q. Example" "$program" signoff approve standard/report.json --role qa \
    --person "Q. Example" --key qa.key $trust
  if grep -q "of the profile" out.txt; then
    echo "FAILED: something is said of a report of the profile standard"
    failed=1
  fi

  # The file that a report names: as it was, not there, changed.
  mkdir named
  printf 'key,outcome,reason,detail\n' > named/left-out-keys.csv
  python3 - "$(sha256sum < named/left-out-keys.csv | cut -c1-64)" <<'PY'
import json, sys
report = json.load(open("report/report.json"))
report["files"] = [{"name": "left-out-keys.csv", "rows": 0, "left_out": 0, "sha256": sys.argv[1]}]
json.dump(report, open("named/report.json", "w"), indent=2)
PY
  check="report verify named/report.json $trust --rerun 0"
  expect 3 "left-out-keys.csv is the one that the report names" "$program" $check
  mv named/left-out-keys.csv away.csv
  expect 3 "left-out-keys.csv does not lie beside the report" "$program" $check
  printf 'key\n' > named/left-out-keys.csv
  expect 1 "left-out-keys.csv is not the one that the report names" "$program" $check

  # Who may not sign.
  expect 2 "does not have this key for this person and role" "$program" signoff approve $report \
    --role rollback --person "Q. Example" --key qa.key $trust
  expect 2 "4 different people" "$program" signoff approve $report \
    --role rollback --person "Q. Example" --key qa.key
  expect 2 "--role: must be one of tech_lead, qa" "$program" signoff approve $report --role boss \
    --person B --key qa.key
  chmod 640 qa.key
  expect 2 "chmod 600 qa.key" "$program" signoff approve $report --role qa --person "Q. Example" \
    --key qa.key
  chmod 600 qa.key
  expect 2 "is there already" "$program" signoff key --out qa.key
  expect 2 "nowhere.json: cannot be read" "$program" signoff status $report --signoff nowhere.json
  expect 2 "--at: must be a time in UTC" "$program" signoff status $report --at today
  printf '[[approver]]\nrole = "boss"\n' > wrong.toml
  expect 2 "wrong.toml:2: role: must be one of" "$program" signoff status $report \
    --approvers wrong.toml

  # A report that failed: waivers, and their end.
  failing=failing/report.json
  at="--at 2026-11-27T09:00:00Z"
  qa="--role qa --key qa.key $at"
  expect 2 "R6.5.p95 (fail)" "$program" signoff approve $failing $qa --person "Q. Example"
  expect 2 "needs its --reason and its --until" "$program" signoff approve $failing $qa \
    --person "Q. Example" --waive R6.5.p95
  expect 0 "qa: approved by Q. Example, entry 1" "$program" signoff approve $failing $qa \
    --person "Q. Example" --waive R6.5.p95 --reason "slow machine" --until 2026-12-31
  for one in "tech_lead tech-lead T" "monitoring monitoring M" "rollback rollback R" \
    "incident_response incident I"; do
    set -- $one
    expect 0 "$1: approved" "$program" signoff approve $failing --role "$1" --key "$2.key" \
      --person "$3. Example" $at $trust
  done
  expect 0 "R6.5.p95 (fail): waived until 2026-12-31T23:59:59Z: slow machine" \
    "$program" signoff status $failing $trust $at
  expect 1 "void, the waiver of R6.5.p95 expired" "$program" report verify $failing $trust \
    --at 2027-01-01T00:00:00Z --rerun 0

  # Five who sign at once: each entry is kept.
  mkdir crowd
  cp $report crowd/report.json
  for one in "tech_lead tech-lead T" "qa qa Q" "monitoring monitoring M" "rollback rollback R" \
    "incident_response incident I"; do
    set -- $one
    "$program" signoff approve crowd/report.json --role "$1" --key "$2.key" \
      --person "$3. Example" $trust > /dev/null &
  done
  wait
  expect 0 "the sign-off is complete" "$program" signoff status crowd/report.json $trust

  # A private key is shown nowhere.
  secret=$(sed -n 2p qa.key)
  if grep -rqF "$secret" --include=*.json --include=*.toml --include=*.txt --include=*.md .; then
    echo "FAILED: a private key was written somewhere"
    failed=1
  fi
}

# The signature, checked without cutover.
python3 - <<'PY'
import base64, json
signoff = json.load(open("report/signoff.json"))
one = signoff["approvals"][0]
signature = one.pop("signature")
open("signature", "wb").write(base64.b64decode(signature))
words = {"report": signoff["report"], **one}
text = json.dumps(words, separators=(",", ":"), ensure_ascii=False)
open("signed", "w").write("cutover approval 1\n" + text + "\n")
PY
if command -v openssl > /dev/null; then
  expect 0 "Signature Verified Successfully" openssl pkeyutl -verify -rawin -pubin \
    -inkey qa.key.pub -in signed -sigfile signature
else
  echo "SKIPPED: openssl is missing, no signature was checked by another program"
fi

# The checks after going live.
post="verify --stage post --quiet"
# shellcheck disable=SC2086 # $post is words
{
  expect 0 "11 of 11 thresholds hold" "$program" $post --metrics first.txt
  [ -e report-post/report.md ] || { echo "FAILED: the report is not where it should be"; failed=1; }
  sed 's/\(status="200"} \)8000/\17990/; t; ' second.txt > bad.txt
  sed -n 's/status="200"} 8000/status="500"} 10/p' second.txt | head -1 >> bad.txt
  printf 'bookstrack_lookup_shadow_reads_total{result="different",x="1"} 1\n' >> bad.txt
  expect 1 "fail     Data inconsistencies" "$program" $post --metrics bad.txt \
    --before first.txt
  printf 'bookstrack_http_requests_total{route="/",status="200"} 2\n' > little.txt
  expect 3 "too few to tell" "$program" $post --metrics little.txt
  expect 2 "line 1: is no sample" "$program" $post --metrics "$source/CMakeLists.txt"
  expect 2 "absent.txt: cannot be read" "$program" $post --metrics absent.txt
  expect 2 "could be made" "$program" $post --metrics http://127.0.0.1:9/metrics
  expect 2 "--for: goes with a URL" "$program" $post --metrics first.txt --for 1s
  expect 2 "--dump" "$program" $post --metrics first.txt --dump any.txt
  expect 2 "--metrics" "$program" $post
}
exit $failed
