#!/bin/sh
# A campaign under a runner that shards as GoogleTest does: it starts the same command many times
# with GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX set. This script is such a command; without these
# variables it plays the whole.
# usage: googletest.sh PROGRAM FOLDER [OPTIONS OF cutover chaos ...]
set -eu
program=$1 folder=$2
shift 2
mkdir -p "$folder"
exec "$program" chaos --quiet --json --out "$folder/cases" "$@" \
  > "$folder/part-${GTEST_SHARD_INDEX:-0}.json"
