#!/bin/sh
# The program's ends: exit codes, and messages that name the file and say what to do.
# usage: program.sh PROGRAM SOURCE_DIR
set -eu
program=$1 source=$2
sample=$source/samples/google-7k.ndjson.gz
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failed=0

# expect EXIT_CODE TEXT COMMAND...: the command must end so, and its output hold the text.
expect() {
  wanted=$1 text=$2
  shift 2
  code=0
  "$program" "$@" > out.txt 2>&1 || code=$?
  if [ "$code" != "$wanted" ] || ! grep -qF -- "$text" out.txt; then
    printf 'FAILED: cutover %s\n  wanted exit %s and "%s", got exit %s and:\n' "$*" "$wanted" "$text" "$code"
    sed 's/^/  | /' out.txt | head -20
    failed=1
  else
    printf 'ok: cutover %s -> exit %s, "%s"\n' "$*" "$code" "$text"
  fi
}

expect 0 "verify" help
expect 0 "Example:" help migrate
expect 2 "no command 'frobnicate'" help frobnicate
expect 2 "see: cutover help" frobnicate
expect 2 "--kv is required" migrate --d1 x.sqlite
expect 2 "nowhere.ndjson" verify --dump nowhere.ndjson --out r
expect 2 "choose dump, quick, standard or full" verify --profile none --out r
expect 2 "missing.csv" verify --dump "$sample" --library missing.csv --out r --quiet
printf '{"key":"other:1","value":"x"}\n' > no-books.ndjson
expect 1 "the source has no key to migrate" verify --dump no-books.ndjson --out r --quiet
unset CLOUDFLARE_ACCOUNT_ID CLOUDFLARE_API_TOKEN CLOUDFLARE_API_BASE_URL || true
expect 2 "give --account, or set CLOUDFLARE_ACCOUNT_ID" backup --kv cloudflare:ns --out b.ndjson
expect 2 "set CLOUDFLARE_API_TOKEN, or name a file" backup --kv cloudflare:ns --out b.ndjson --account a
printf 'a-token-of-nobody-at-all\n' > token
chmod 644 token
expect 2 "chmod 600 token" schema status --d1 cloudflare:db --account a --token-file token
chmod 600 token
expect 2 "in the clear" schema status --d1 cloudflare:db --account a --token-file token \
  --api-base-url http://example.org/client/v4
expect 2 "no connection could be made" schema status --d1 cloudflare:db --account a \
  --token-file token --api-base-url http://127.0.0.1:9/client/v4
expect 2 "cloudflare:a/b: the D1 database id" schema status --d1 cloudflare:a/b --account a \
  --token-file token
expect 2 "there is no such D1 file" validate --kv "$sample" --d1 absent.sqlite
expect 2 "there is no such D1 file" schema status --d1 absent.sqlite
printf 'not a database, but long enough to look like a file of some kind\n' > text.sqlite
expect 2 "text.sqlite" schema apply --d1 text.sqlite
expect 2 "no run of this source to resume" migrate --kv "$sample" --d1 fresh.sqlite --resume
expect 0 "6810  inserted" migrate --kv "$sample" --d1 fresh.sqlite --dry-run --quiet
# A source that cannot be migrated leaves the database as it was.
printf '[]\n' > nothing.json
expect 2 "has no key to migrate" migrate --kv nothing.json --d1 untouched.sqlite
expect 2 "0001_initial_schema.sql is pending" validate --kv "$sample" --d1 untouched.sqlite
expect 3 "go on with --resume" migrate --kv "$sample" --d1 d1.sqlite --limit 3000 --quiet
expect 1 "missing" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 0 "6810  listed" migrate --kv "$sample" --d1 d1.sqlite --resume --quiet
expect 0 "pass     unexplained_differences" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 0 "the schema is what the migration files make" schema check --d1 d1.sqlite

# Damage on purpose: each is found, and named with key and column.
python3 - <<'PY'
import sqlite3
database = sqlite3.connect("d1.sqlite")
isbns = [row[0] for row in database.execute(
    "SELECT isbn FROM Books WHERE description IS NOT NULL ORDER BY isbn LIMIT 3")]
database.execute("DELETE FROM Books WHERE isbn = ?", (isbns[0],))
database.execute("UPDATE Books SET title = 'changed' WHERE isbn = ?", (isbns[1],))
database.execute("UPDATE Books SET description = NULL WHERE isbn = ?", (isbns[2],))
database.execute("INSERT INTO Books (isbn, title, authors, canonical_metadata) "
                 "VALUES ('9790000000001', 'extra', '[]', '{}')")
database.execute("DROP INDEX idx_books_year")
database.commit()
open("isbns.txt", "w").write(" ".join(isbns) + "\n")
PY
read -r deleted changed nulled < isbns.txt
expect 1 "missing   $deleted  book:isbn:$deleted" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 1 "differs   $changed  book:isbn:$changed: title" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 1 "differs   $nulled  book:isbn:$nulled: description" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 1 "extra     9790000000001" validate --kv "$sample" --d1 d1.sqlite --quiet
expect 1 '"columns": [' validate --kv "$sample" --d1 d1.sqlite --json
expect 1 "idx_books_year" schema check --d1 d1.sqlite
# A new run repairs what has a source; the extra row is not the migration's to remove.
expect 0 "1  inserted" migrate --kv "$sample" --d1 d1.sqlite --quiet
expect 1 "extra     9790000000001" validate --kv "$sample" --d1 d1.sqlite --quiet

# Backup, restore, and a backup that was changed afterwards.
expect 0 "6810 entries" backup --kv "$sample" --out b.ndjson.gz --quiet
expect 2 "exists already" backup --kv "$sample" --out b.ndjson.gz --quiet
expect 0 "0 differ" restore --from b.ndjson.gz --kv restored.sqlite --quiet
expect 0 "6810 entries" backup --kv restored.sqlite --out again.ndjson.gz --array --quiet
printf 'x' >> b.ndjson.gz
expect 2 "the manifest says" restore --from b.ndjson.gz --kv restored2.sqlite --quiet

# Damaged input is reported with its line, and ends nothing.
zcat "$sample" | head -50 > damaged.ndjson
printf '{"key":"book:isbn:9780306406157","value":7}\nnot json\n' >> damaged.ndjson
zcat "$sample" | head -1 >> damaged.ndjson
expect 0 "line 51" migrate --kv damaged.ndjson --d1 damaged.sqlite
expect 0 "stands twice" migrate --kv damaged.ndjson --d1 damaged2.sqlite
expect 0 '"verdict": "pass"' verify --profile dump --dump damaged.ndjson --out r --json
# One that was copied in part is refused: nobody can tell what was behind.
head -c 600000 "$sample" > part.ndjson.gz
zcat "$sample" | head -c 90000 > part.ndjson
for part in part.ndjson.gz part.ndjson; do
  expect 2 "the file is cut off. Copy it again." verify --profile dump --dump $part --out none
  expect 2 "the file is cut off. Copy it again." migrate --kv $part --d1 part.sqlite
  expect 2 "the file is cut off. Copy it again." validate --kv $part --d1 d1.sqlite
  expect 2 "the file is cut off. Copy it again." backup --kv $part --out part-backup.ndjson
done
[ ! -e part-backup.ndjson ] || { echo "FAILED: a part was backed up"; failed=1; }
exit $failed
