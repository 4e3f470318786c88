#!/bin/sh
# Installs the package and builds another project against it.
# usage: install.sh BUILD_DIR SOURCE_DIR
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder/installed" > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
cmake -S "$2/examples/link-fakes" -B "$folder/build" -DCMAKE_PREFIX_PATH="$folder/installed" \
  -DCMAKE_BUILD_TYPE=Debug > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
cmake --build "$folder/build" > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
"$folder/build/link_fakes"
"$folder/installed/bin/cutover" help > /dev/null
