#!/bin/sh
# The real wrangler on cutover simulate: the commands of docs/WRANGLER.md, and what they did.
# usage: wrangler.sh PROGRAM SOURCE_DIR
# Without a wrangler (tests/commands/wrangler/find) the test is skipped (77).
set -eu
program=$1 source=$2
wrangler=$("$source/tests/commands/wrangler/find" "$source") || exit 77
folder=$(mktemp -d)
server=0
# Only what this script started, by its id.
finish() {
  [ "$server" = 0 ] || kill -9 "$server" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
export CUTOVER_SIMULATE_TOKEN=a-token-of-your-own CLOUDFLARE_API_TOKEN=a-token-of-your-own
export WRANGLER_SEND_METRICS=false CI=1 NO_COLOR=1 HOME="$folder"
failed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }

"$program" simulate --port 0 --follow-real-time > started.txt &
server=$!
for _ in $(seq 200); do
  [ -s started.txt ] && break
  sleep 0.05
done
url=$(sed -n 's/^listening on //p' started.txt)
export CLOUDFLARE_API_BASE_URL="$url/client/v4"

# sees EXIT TEXT ARGUMENTS...: one command, its exit code, and a text in what it says.
sees() {
  wanted=$1 text=$2
  shift 2
  code=0
  "$wrangler" "$@" > said.txt 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF -- "$text" said.txt; then
    fail "wrangler $*: exit $code, wanted $wanted and '$text': $(tail -c 1500 said.txt)"
  else
    printf 'ok: wrangler %s\n' "$*"
  fi
}
id_in_words() { grep -oE "$1" said.txt | head -1 | grep -oE '[0-9a-f-]{32,36}'; }

cat > wrangler.toml <<'END'
name = "bookstrack"
account_id = "00000000000000000000000000000001"
compatibility_date = "2025-11-01"
END
sees 0 'Simulated account' whoami
sees 0 'Success' kv namespace create BOOK_CACHE
namespace=$(id_in_words 'id = "[0-9a-f]{32}"')
sees 0 'Successfully created' d1 create bookstrack-db
database=$(id_in_words 'database_id = "[0-9a-f-]{36}"')
cat >> wrangler.toml <<END
[[kv_namespaces]]
binding = "BOOK_CACHE"
id = "$namespace"
[[d1_databases]]
binding = "DB"
database_name = "bookstrack-db"
database_id = "$database"
migrations_dir = "migrations"
END
cp -r "$source/migrations" migrations

sees 0 'bookstrack-db' d1 list
sees 0 '0001_initial_schema.sql' d1 migrations list bookstrack-db --remote
sees 0 '0013_keep_author_counts.sql' d1 migrations apply bookstrack-db --remote
sees 0 'No migrations to apply!' d1 migrations apply bookstrack-db --remote
sees 0 '"Books"' d1 execute bookstrack-db --remote --command \
  "SELECT name FROM sqlite_master WHERE type='table'"
sees 1 'near "SELEC": syntax error at offset 0: SQLITE_ERROR [code: 7500]' \
  d1 execute bookstrack-db --remote --command "SELEC 1"
sees 0 "$database" d1 info bookstrack-db

insert="INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES"
printf '%s\n' '-- one; book' "$insert ('9780439785969', 'A; Title', '[]', '{}');" > good.sql
printf '%s\n' "$insert ('1', 'gone', '[]', '{}');" "$insert ('2', NULL, '[]', '{}');" > bad.sql
count="SELECT 'count ' || COUNT(*) AS n FROM Books"
sees 0 'current bookmark' d1 time-travel info bookstrack-db
bookmark=$(grep -oE "[0-9a-f]{8}-[0-9a-f]{16}" said.txt | head -1)
sees 0 'finalBookmark' d1 execute bookstrack-db --remote --file good.sql --yes
sees 1 'NOT NULL constraint failed: Books.title' \
  d1 execute bookstrack-db --remote --file bad.sql --yes
sees 0 '"count 1"' d1 execute bookstrack-db --remote --json --command "$count"
sees 0 'successfully' d1 export bookstrack-db --remote --output out.sql
grep -qF "'A; Title'" out.sql || fail "the export lacks the book: $(tail -c 500 out.sql)"
sees 0 'successfully' d1 export bookstrack-db --remote --output schema.sql --no-data
! grep -q '^INSERT' schema.sql || fail "a schema without data holds data"
sees 0 'restored back to bookmark' \
  d1 time-travel restore bookstrack-db "--bookmark=$bookmark"
sees 0 '"count 0"' d1 execute bookstrack-db --remote --json --command "$count"
sees 0 'corresponds with bookmark' \
  d1 time-travel info bookstrack-db --timestamp "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)"

kv="--binding BOOK_CACHE --remote"
# shellcheck disable=SC2086 # two words
{
  sees 0 'Writing the value' kv key put $kv "book:isbn:1" "a value" --ttl 3600 --metadata '{"a":1}'
  sees 0 'a value' kv key get $kv "book:isbn:1"
  sees 0 '"expiration"' kv key list $kv
  sees 0 'Deleting the key' kv key delete $kv "book:isbn:1"
  sees 1 '404: Not Found' kv key get $kv "book:isbn:1"
  printf '\0\377x' > bytes
  sees 0 'Writing the contents' kv key put $kv bytes --path bytes
  "$wrangler" kv key get $kv bytes > back 2> /dev/null || true
  cmp -s bytes back || fail "bytes came back damaged"
  echo '[{"key":"a","value":"1"},{"key":"b","value":"Mg==","base64":true,"metadata":{"m":1}}]' \
    > put.json
  echo '["a","b","none"]' > keys.json
  sees 0 'Success!' kv bulk put put.json $kv
  sees 0 '"b": "2"' kv bulk get keys.json $kv
  sees 0 'Success!' kv bulk delete keys.json $kv --force
  sees 0 '"bytes"' kv key list $kv
}
sees 0 'Success' kv namespace create OTHER
other=$(id_in_words 'id = "[0-9a-f]{32}"')
sees 0 'OTHER' kv namespace list
sees 0 'renamed' kv namespace rename OTHER --new-name RENAMED
sees 0 'Deleted KV namespace' kv namespace delete --namespace-id "$other" --skip-confirmation
sees 0 'successfully' d1 delete bookstrack-db --skip-confirmation

kill "$server"
code=0
wait "$server" || code=$?
server=0
[ "$code" = 0 ] || fail "the server ended with exit code $code"
[ "$failed" = 0 ] && echo "all well"
exit "$failed"
