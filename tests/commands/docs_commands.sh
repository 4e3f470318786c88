#!/bin/sh
# Runs every ./cutover command in the code blocks of a document, in order, in an empty folder.
# usage: docs_commands.sh PROGRAM SOURCE_DIR DOCUMENT
set -eu
program=$1 source=$2 document=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
ln -s "$source/samples" samples
# The README speaks of a reader's own files; give it some.
cp "$source/samples/google-7k.ndjson.gz" kv-backup.ndjson.gz
printf 'user_id,isbn,status,rating\nreader,9780002005883,completed,5\n' > library.csv
commands=$(awk '/^```/ {inside = !inside; next} inside && /^\.\/cutover/' "$source/$document" |
  sed 's/ *#.*//' | grep -v '^\./cutover test' | grep -v '^\./cutover build' |
  grep -v '^\./cutover serve')  # serve.sh runs the server's
[ -n "$commands" ] || { echo "no command found in $document"; exit 1; }
printf '%s\n' "$commands" | while read -r _ arguments; do
  printf '$ cutover %s\n' "$arguments"
  out=out.txt
  case $arguments in *' > '*) out=${arguments##* > } arguments=${arguments% > *} ;; esac
  # shellcheck disable=SC2086 # the document's own words
  "$program" $arguments --quiet > "$out" 2> errors.txt ||
    { code=$?; cat "$out" errors.txt; echo "exit $code"; exit 1; }
done
