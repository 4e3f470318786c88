#!/bin/sh
# Runs the operations documents: every sh block of docs/deployment/D1_DEPLOYMENT.md and of
# docs/operations/D1_RUNBOOK.md, in this order and in one shell, against a cutover simulate that
# stands for Cloudflare. A command must end with exit code 0, or with N where `# exits N` stands
# behind it; each line of a text block must be in the output of the sh block before it, with `...`
# for anything. Ends at the first difference.
# usage: runbook.sh PROGRAM SOURCE_DIR
# Blocks with wrangler are left out, visibly, where there is no wrangler (tests/commands/wrangler/find);
# then this script makes the databases and fills in the ids, and all other blocks run.
set -eu
program=$1 source=$2
folder=$(mktemp -d)
server=0
# Only what this script or the documents' commands started, by its id.
finish() {
  [ ! -s "$folder/project/ops/night/serve.pid" ] ||
    kill -9 "$(cat "$folder/project/ops/night/serve.pid")" 2> /dev/null || true
  [ "$server" = 0 ] || kill -9 "$server" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
mkdir "$folder/bin" "$folder/project" "$folder/parts"
ln -s "$program" "$folder/bin/cutover"
if wrangler=$("$source/tests/commands/wrangler/find" "$source"); then
  ln -s "$wrangler" "$folder/bin/wrangler"
else
  wrangler=""
fi
cp -r "$source/ops" "$source/migrations" "$folder/project"
unset ENABLE_D1_READS ADMIN_TOKEN GOOGLE_BOOKS_API_KEY
export PATH="$folder/bin:$PATH" HOME="$folder" CI=1 NO_COLOR=1 WRANGLER_SEND_METRICS=false
export CUTOVER_SIMULATE_TOKEN=a-token-of-your-own CLOUDFLARE_API_TOKEN=a-token-of-your-own
export CLOUDFLARE_ACCOUNT_ID=00000000000000000000000000000001

# Production before the cutover: a namespace with 600 entries, some of them odd. No rate limit:
# the documents' requests together are more than 1,200 in five minutes.
cutover simulate --port 0 --follow-real-time > "$folder/started.txt" 2> "$folder/started.err" &
server=$!
for _ in $(seq 200); do
  [ -s "$folder/started.txt" ] && break
  kill -0 "$server" 2> /dev/null || { cat "$folder/started.err"; exit 1; }
  sleep 0.05
done
url=$(sed -n 's/^listening on //p' "$folder/started.txt")
export CLOUDFLARE_API_BASE_URL="$url/client/v4" PROVIDER="$url"
account=$CLOUDFLARE_API_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID
ask() {
  curl -sS --fail-with-body -H "Authorization: Bearer $CUTOVER_SIMULATE_TOKEN" "$@" \
    || { echo "cannot prepare: $*" >&2; exit 1; }
}
id_of() { grep -oE '"(id|uuid)": ?"[0-9a-f-]+"' | head -1 | grep -oE '[0-9a-f-]{32,36}'; }
namespace() { ask "$account/storage/kv/namespaces" -d "{\"title\": \"$1\"}" | id_of; }
database() { ask "$account/d1/database" -d "{\"name\": \"$1\"}" | id_of; }
ask -X PUT "$url/_cutover/limits" -d '{"requests_max": 0}' > "$folder/answer"
production=$(namespace BOOK_CACHE)
cutover generate --keys 600 --odd 20 --seed 2 --out "$folder/dump.ndjson" --quiet > "$folder/answer"
ask "$url/_cutover/namespaces/$production/load" --data-binary "@$folder/dump.ndjson" > "$folder/answer"
ISBN=$(grep -m1 -o '^{"key":"book:isbn:97[0-9]*","value":"{' "$folder/dump.ndjson" | grep -o '97[0-9]*')
PORT=$(python3 -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])')
export ISBN PORT

# blocks DOCUMENT: writes its blocks as NNN.sh and NNN.text, numbered on from those that are there.
blocks() {
  awk -v parts="$folder/parts" -v number="$(find "$folder/parts" -name '*.sh' | wc -l)" -v document="$1" '
    function part(kind) { return sprintf("%s/%03d.%s", parts, number, kind) }
    /^ *```/ && inside { inside = ""; next }
    /^ *```sh$/ { ++number; inside = part("sh"); indent = index($0, "`") - 1
                  print document ":" NR > part("from"); next }
    /^ *```text$/ && number { inside = part("text"); indent = index($0, "`") - 1; next }
    /^ *```/ { print document ":" NR ": a block must be sh or text"; exit 1 }
    inside { print substr($0, indent + 1) > inside }' "$source/$1"
}
blocks docs/deployment/D1_DEPLOYMENT.md
blocks docs/operations/D1_RUNBOOK.md

skipped=0
uses_wrangler() { grep -qE '(^|[|&;( ])wrangler ' "$1"; }
if [ -z "$wrangler" ]; then
  d1_staging=$(database bookstrack-db-staging) d1_production=$(database bookstrack-db)
  staging=$(namespace BOOK_CACHE_STAGING)
  mkdir "$folder/project/ops/night"
  printf 'D1_STAGING=%s KV_STAGING=%s\nD1_PRODUCTION=%s KV_PRODUCTION=%s\n' \
    "$d1_staging" "$staging" "$d1_production" "$production" > "$folder/project/ops/night/ids"
  for block in "$folder"/parts/*.sh; do
    uses_wrangler "$block" || continue
    printf 'SKIPPED: %s: there is no wrangler\n' "$(cat "${block%.sh}.from")"
    rm -f "$block" "${block%.sh}.text"
    skipped=$((skipped + 1))
  done
fi

# One script of all blocks. Its own names begin with run_, apart from the documents'.
cat > "$folder/run.sh" <<'END'
run_folder=$1 run_url=$2 run_count=0 run_refusals=0
# The simulator's clock is ahead of the real one after many quick calls, and stands until that comes
# by. Who sleeps here is given the time there as well.
sleep() {
  command sleep "$1"
  curl -sS -o "$run_folder/answer" -H "Authorization: Bearer $CUTOVER_SIMULATE_TOKEN" \
    "$run_url/_cutover/time" -d "{\"advance_seconds\": $1}"
}
# run_ended BLOCK COMMAND_FILE WANTED, after the command; its output is in the file `said`.
run_ended() {
  run_code=$?
  cat "$run_folder/said" >> "$run_folder/block_said"
  run_count=$((run_count + 1))
  [ "$3" = 0 ] || run_refusals=$((run_refusals + 1))
  sed 's/^/$ /' "$2"
  printf -- '-> %s\n' "$run_code"
  [ "$run_code" = "$3" ] && return
  cat "$run_folder/said"
  printf 'FAILED: %s: exit code %s, the document says %s\n' "$(cat "$1.from")" "$run_code" "$3"
  exit 1
}
# run_shows BLOCK: each line of its text block, as an expression with `...` for anything.
run_shows() {
  sed 's/\x1b\[[0-9;]*m//g' "$run_folder/block_said" > "$run_folder/plain"
  while IFS= read -r run_line; do
    run_line=$(printf %s "$run_line" | sed 's/[][\\.*^$]/\\&/g; s/\\\.\\\.\\\./.*/g; s/  */ */g')
    grep -q -e "$run_line" "$run_folder/plain" && continue
    cat "$run_folder/plain"
    printf 'FAILED: %s: not in the output: %s\n' "$(cat "$1.from")" "$run_line"
    exit 1
  done < "$1.text"
}
END
document=""
for block in "$folder"/parts/*.sh; do
  base=${block%.sh}
  [ "$document" = "$(sed 's/:.*//' "$base.from")" ] || printf 'cd "$run_folder/project"\n'
  document=$(sed 's/:.*//' "$base.from")
  printf ': > "$run_folder/block_said"\n'
  number=0
  : > "$folder/pending"
  while IFS= read -r line; do
    # A command is as many lines as the shell needs for one.
    printf '%s\n' "$line" >> "$folder/pending"
    case $line in *\\) continue ;; esac
    sh -n "$folder/pending" 2> "$folder/unfinished" || continue
    if grep -qvE '^ *(#.*)?$' "$folder/pending"; then
      number=$((number + 1))
      cp "$folder/pending" "$base-$number.command"
      wanted=$(sed -n 's/.*# exits \([0-9][0-9]*\).*/\1/p' "$folder/pending")
      printf '{\n%s\n} > "$run_folder/said" 2>&1 < /dev/null\nrun_ended "%s" "%s" %s\n' \
        "$(cat "$folder/pending")" "$base" "$base-$number.command" "${wanted:-0}"
    fi
    : > "$folder/pending"
  done < "$block"
  [ ! -s "$folder/pending" ] ||
    { echo "FAILED: $(cat "$base.from"): a command does not end" >&2; exit 1; }
  [ ! -f "$base.text" ] || printf 'run_shows "%s"\n' "$base"
done >> "$folder/run.sh"
cat >> "$folder/run.sh" <<'END'
printf '%s commands, %s of them with another exit code than 0, as documented\n' \
  "$run_count" "$run_refusals"
echo complete
END
sh "$folder/run.sh" "$folder" "$url" | tee "$folder/out.txt"
[ "$(tail -1 "$folder/out.txt")" = complete ] || exit 1

kill "$server"
code=0
wait "$server" || code=$?
server=0
[ "$code" = 0 ] || { echo "FAILED: the simulator ended with exit code $code"; exit 1; }
[ "$skipped" = 0 ] || echo "SKIPPED: $skipped blocks with wrangler, because there is none here"
echo "all well"
