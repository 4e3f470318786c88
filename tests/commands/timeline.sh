#!/bin/sh
# The timeline of a case in a real browser, without a screen: it draws itself, its script has no
# errors, and it asks no network for anything. Skipped, visibly, where no chromium is.
# usage: timeline.sh PROGRAM
set -eu
program=$1
browser=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$browser" ]; then
  echo "SKIPPED: there is no chromium here, so the timeline was not opened"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/case.json" <<'JSON'
{ "cutoverCase": 1, "scenario": "migration", "seed": 5, "world": { "keys": 20 },
  "faults": [
    { "role": "migrator", "site": "d1.batch", "key": "UPDATE MigrationLease", "occurrence": 1,
      "fault": "lost_after" } ] }
JSON
"$program" replay "$folder/case.json" --html "$folder/page.html" > /dev/null
if grep -q 'https\?://' "$folder/page.html"; then
  echo "FAILED: the page names an address of a network"
  exit 1
fi
"$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
  --disable-background-networking --disable-component-update --disable-sync \
  --user-data-dir="$folder/profile" --window-size=1280,900 --virtual-time-budget=4000 \
  --enable-logging=stderr --v=0 --dump-dom "file://$folder/page.html" \
  > "$folder/dom.html" 2> "$folder/log.txt" || { cat "$folder/log.txt"; exit 1; }
if grep -E 'CONSOLE|Uncaught' "$folder/log.txt"; then
  echo "FAILED: the page's script complains"
  exit 1
fi
for text in 'Every invariant holds' 'id="story"' 'lost_after' 'its caller learned'; do
  grep -qF -- "$text" "$folder/dom.html" || { echo "FAILED: the page does not show: $text"; exit 1; }
done
echo "ok: the timeline draws itself, without errors"
