#!/bin/sh
# Where a migration's time goes, as a picture: each box is a function, as wide as its share of the
# samples, standing on the one that called it.
# usage: flame_graph.sh BENCH OUT.svg: the program cutover_bench, which migrates its sample. Needs
# Linux's perf (apt-get install linux-perf) and the right to use it.
set -eu
bench=$1 out=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v perf > /dev/null || { echo "flame_graph.sh: perf is not installed: apt-get install linux-perf" >&2; exit 2; }
samples=$(mktemp)
trap 'rm -f "$samples"' EXIT
perf record -q -o "$samples" --call-graph dwarf,16384 -F 4999 "$bench" work 1000000 > /dev/null
perf script -i "$samples" -F comm,ip,sym,dso 2> /dev/null | python3 "$here/flame_graph.py" > "$out"
