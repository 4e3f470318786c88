#!/bin/sh
# Does the gate notice a migrator that is a tenth slower, and stay quiet about one that is not?
# usage: gate_check.sh BENCH SLOWER [TIMES]: the programs cutover_bench and cutover_bench_slower.
# Prints a line for each verdict. Minutes under callgrind, so no test runs it by itself.
set -eu
bench=$1 slower=$2 times=${3:-20}
end=0
"$bench" gate --measured "$slower" || end=$?
[ "$end" = 1 ] || { echo "the slower migrator was not reported: exit code $end"; exit 1; }
quiet=0
for _ in $(seq "$times"); do
  if "$bench" gate > /dev/null; then quiet=$((quiet + 1)); fi
done
echo "the slower migrator is reported; the unchanged one is not: $quiet times of $times"
[ "$quiet" = "$times" ]
