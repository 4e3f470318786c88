#!/bin/sh
# report.html in a real browser, without a screen and without a network: no error, no request, and
# small. Skipped, visibly, where no chromium is.
# usage: report_page.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
browser=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$browser" ]; then
  echo "SKIPPED: there is no chromium here, so report.html was not opened"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
  echo "FAILED: $1"
  exit 1
}

# open PAGE: what the browser makes of it, its messages, and every request that it made.
open() {
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$folder/profile" \
    --window-size=1280,800 --virtual-time-budget=3000 --enable-logging=stderr --v=0 \
    --log-net-log="$folder/net.json" --dump-dom "file://$1" \
    > "$folder/dom.html" 2> "$folder/log.txt" || { cat "$folder/log.txt"; exit 1; }
}
complaints() {
  grep -E 'CONSOLE|Uncaught|Content Security Policy' "$folder/log.txt"
}
# requests_of HOST: the browser's own services are not the page's.
requests_of() {
  grep -oE '"url":"(https?|ftp|wss?)://[^"]*' "$folder/net.json" | grep -F "$1"
}

"$program" report render "$source/tests/reports/version_2.json" --out "$folder/report" > /dev/null
page=$folder/report/report.html
size=$(wc -c < "$page")
[ "$size" -le 3000000 ] || fail "the page has $size bytes"
grep -qE '(src|href|action|data)="[^#]|url\(|@import' "$page" && fail "the page points elsewhere"
open "$page"
complaints && fail "the page complains"
grep -oE '"url":"file:[^"]*' "$folder/net.json" | sort -u | grep -vF "$page" &&
  fail "the page read another file"
for text in 'FAIL</span>' 'UNKNOWN</span>' 'id="thresholds"' '<svg' 'The worst run, moment by moment'; do
  grep -qF -- "$text" "$folder/dom.html" || fail "the page does not show: $text"
done
grep -q '<b>x</b>' "$folder/dom.html" && fail "a key became markup"

# The check itself: a page that asks for something and runs something must be seen to do so.
sed 's#</main>#<img src="http://outside.invalid/x.png" alt=""><script>x()</script></main>#' \
  "$page" > "$folder/bad.html"
open "$folder/bad.html"
complaints > /dev/null || fail "a page that breaks its own policy was not noticed"
sed 's#<meta http-equiv[^>]*>##' "$folder/bad.html" > "$folder/open.html"
open "$folder/open.html"
requests_of outside.invalid > /dev/null || fail "a request was not noticed"
echo "ok: report.html has $size bytes, asks for nothing and has no errors"
