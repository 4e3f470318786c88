#!/bin/sh
# What the real wrangler makes of each fault: every row of the table in docs/WRANGLER.md is played on
# cutover simulate. Exit code, words, and whether the command took effect must be as the row says.
# usage: wrangler_faults.sh PROGRAM SOURCE_DIR
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
token=a-token-of-your-own
account=00000000000000000000000000000001
export CUTOVER_SIMULATE_TOKEN="$token" CLOUDFLARE_API_TOKEN="$token" CLOUDFLARE_ACCOUNT_ID="$account"
export WRANGLER_SEND_METRICS=false CI=1 NO_COLOR=1 HOME="$folder"
failed=0
fail() { printf 'FAILED: %s\n' "$*"; failed=1; }

"$program" simulate --port 0 > started.txt &
server=$!
for _ in $(seq 200); do
  [ -s started.txt ] && break
  sleep 0.05
done
url=$(sed -n 's/^listening on //p' started.txt)
api=$url/client/v4/accounts/$account
export CLOUDFLARE_API_BASE_URL="$url/client/v4"
ask() { curl -sS -H "Authorization: Bearer $token" "$@"; }
id_of() { grep -oE '"(id|uuid)": ?"[0-9a-f-]+"' | head -1 | grep -oE '[0-9a-f-]{32,36}'; }
namespace=$(ask "$api/storage/kv/namespaces" -d '{"title": "BOOK_CACHE"}' | id_of)
database=$(ask "$api/d1/database" -d '{"name": "bookstrack-db"}' | id_of)
sql() { ask "$api/d1/database/$1/query" -d "{\"sql\": \"$2\"}"; }
there() { sql "$database" "SELECT 'rows ' || COUNT(*) AS n FROM Probe WHERE a = '$1'" | grep -q "rows [1-9]"; }
sql "$database" "CREATE TABLE Probe (a)" > answer
python3 -c 'import json
print(json.dumps([{"key": "k%04d" % i, "value": "v"} for i in range(1500)]))' > keys.json
ask -X PUT "$api/storage/kv/namespaces/$namespace/bulk" --data-binary @keys.json > answer
ask "$url/_cutover/time" -d '{"advance_seconds": 61}' > answer  # lists lag
cp -r "$source/migrations" .

# config DATABASE_ID: the bindings, on this database.
config() {
  cat > wrangler.toml <<END
name = "bookstrack"
compatibility_date = "2025-11-01"
[[kv_namespaces]]
binding = "BOOK_CACHE"
id = "$namespace"
[[d1_databases]]
binding = "DB"
database_name = "bookstrack-db"
database_id = "$1"
migrations_dir = "migrations"
END
}
config "$database"

# fault NAME SITE KEY: strikes the first such call; the second where only that can be struck.
fault() {
  occurrence=0
  [ "$1" != cursor_refused ] || occurrence=1
  ask -o answer -X PUT "$url/_cutover/faults" -d "{\"faults\": [{\"site\": \"$2\", \"key\": \"$3\",
    \"fault\": \"$1\", \"occurrence\": $occurrence}]}"
  ! grep -q error answer || fail "$1 at $2: $(cat answer)"
}

# play NUMBER FAULT COMMAND EXIT WORDS DONE: one row.
play() {
  name=row-$1 fault=$2 command=$3 wanted=$4 words=$5 took=$6
  effect=no
  site="" key=$name
  case $command in
    "kv key get") site=kv.get key=k0001; set -- kv key get --binding BOOK_CACHE --remote k0001 ;;
    "kv key put") site=kv.put; set -- kv key put --binding BOOK_CACHE --remote "$name" value ;;
    "kv key list") site=kv.list key=k; set -- kv key list --binding BOOK_CACHE --remote --prefix k ;;
    "kv bulk put")
      site=kv.put_bulk
      printf '[{"key": "%s", "value": "1"}]' "$name" > put.json
      set -- kv bulk put put.json --binding BOOK_CACHE --remote ;;
    "kv namespace create") site=kv.namespace_create; set -- kv namespace create "$name" ;;
    "d1 create") site=d1.database_create; set -- d1 create "$name" ;;
    "d1 execute --command")
      site=d1.query key="INSERT Probe"
      set -- d1 execute DB --remote --command "INSERT INTO Probe VALUES ('$name')" ;;
    "d1 execute --file")
      site=d1.import key=""
      echo "INSERT INTO Probe VALUES ('$name');" > file.sql
      set -- d1 execute DB --remote --file file.sql --yes ;;
    "d1 export") site=d1.export key=""; set -- d1 export DB --remote --output out.sql ;;
    "d1 migrations apply")
      site=d1.batch key="CREATE MigrationOutcomes"
      other=$(ask "$api/d1/database" -d "{\"name\": \"$name\"}" | id_of)
      config "$other"
      set -- d1 migrations apply DB --remote ;;
    "d1 time-travel restore")
      site=d1.restore
      key=$(ask "$api/d1/database/$database/time_travel/bookmark" | grep -oE '[0-9a-f]{8}-[0-9a-f]{16}')
      sql "$database" "INSERT INTO Probe VALUES ('$name')" > answer
      set -- d1 time-travel restore DB "--bookmark=$key" ;;
    *) fail "docs/WRANGLER.md names a command that this script does not know: $command"; return ;;
  esac
  case $fault in
    "rate limit")
      ask -o answer -X PUT "$url/_cutover/limits" -d '{"requests_max": 1}'
      ask -o answer "$api/d1/database" ;;  # the one
    "wrong token") export CLOUDFLARE_API_TOKEN=another-token-than-that ;;
    *) fault "$fault" "$site" "$key" ;;
  esac
  code=0
  "$wrangler" "$@" > said.txt 2>&1 || code=$?
  export CLOUDFLARE_API_TOKEN="$token"
  ask -o answer -X PUT "$url/_cutover/limits" -d '{"requests_max": 0}'
  ask "$url/_cutover/faults" > faults.txt
  ! grep -q '"fault"' faults.txt || fail "$fault never struck: $(cat faults.txt)"
  ask -o answer -X DELETE "$url/_cutover/faults"
  case $command in
    "kv key put" | "kv bulk put")
      [ "$(ask -o answer -w '%{http_code}' "$api/storage/kv/namespaces/$namespace/values/$name")" != 200 ] ||
        effect=yes ;;
    "kv namespace create")
      ! ask "$api/storage/kv/namespaces?per_page=1000" | grep -q "\"$name\"" || effect=yes ;;
    "d1 create") ! ask "$api/d1/database?per_page=1000" | grep -q "\"$name\"" || effect=yes ;;
    "d1 execute"*) ! there "$name" || effect=yes ;;
    "d1 migrations apply")
      ! sql "$other" "SELECT name FROM d1_migrations" | grep -q 0006_ || effect=yes
      # Again: it goes on behind the file that is there.
      config "$other"
      "$wrangler" d1 migrations apply DB --remote > again.txt 2>&1 ||
        fail "$fault: apply again: $(tail -c 500 again.txt)"
      "$program" schema check --d1 "cloudflare:$other" > again.txt 2>&1 || fail "$fault: $(cat again.txt)"
      config "$database" ;;
    "d1 time-travel restore") there "$name" || effect=yes ;;
    *) effect=- ;;
  esac
  if [ "$code" != "$wanted" ] || [ "$effect" != "$took" ] || ! grep -qF -- "$words" said.txt; then
    fail "$fault, $command: exit $code (the table: $wanted), done: $effect (the table: $took)," \
      "wanted '$words' in: $(tail -c 800 said.txt)"
  else
    printf 'ok: %-22s %-24s exit %s, done: %s\n' "$fault" "$command" "$code" "$effect"
  fi
}

# The table's rows, without the ticks.
sed -n '/^## When the service fails/,/^## /p' "$source/docs/WRANGLER.md" |
  sed -n 's/^| \(.*\) |$/\1/p' | grep -v '^-\|^fault' | tr -d '`' > rows.txt
number=0
while IFS= read -r row; do
  number=$((number + 1))
  column() { printf '%s' "$row" | awk -F ' [|] ' -v n="$1" '{print $n}'; }
  play "$number" "$(column 1)" "$(column 2)" "$(column 3)" "$(column 4)" "$(column 5)" < /dev/null
done < rows.txt
[ "$number" -gt 30 ] || fail "only $number rows were found in docs/WRANGLER.md"

kill "$server"
code=0
wait "$server" || code=$?
server=0
[ "$code" = 0 ] || fail "the server ended with exit code $code"
[ "$failed" = 0 ] && printf 'all well: %s rows\n' "$number"
exit "$failed"
