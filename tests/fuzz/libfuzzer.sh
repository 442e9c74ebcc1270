#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Lets libFuzzer look for inputs that break a promise, one target after another, and prints what it reached. Its corpora
# stay in the build tree, so that a second run goes on where the first ended.
# usage: libfuzzer.sh BUILD SECONDS [TARGET...]
set -eu
[ $# -ge 2 ] || {
    echo "usage: libfuzzer.sh BUILD SECONDS [TARGET...]; BUILD was configured with clang and -Dfuzzers=true" >&2
    exit 2
}
programs=$(cd "$1" && pwd)/tests/fuzz
seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$programs/write-seeds" ] || {
    echo "libfuzzer.sh: there are no fuzzers in $programs; configure with clang and -Dfuzzers=true, and build" >&2
    exit 2
}

dictionary_of() {
    case $1 in
    save | sections) echo save ;;
    journal | queue | requests | nodes) echo stored ;;
    node-list | typed-nodes | settings | node-options | peer-command) echo nodes ;;
    tox-id | typed-contact | shown-text | typed-html) echo text ;;
    *) echo wire ;;
    esac
}

# The last figure of that name in libFuzzer's output.
figure() { sed -n "s/.*$1[: ]*\([0-9][0-9]*\).*/\1/p" "$log" | tail -n 1; }

"$programs/write-seeds" "$programs/seeds"
[ $# -gt 0 ] || for target in "$programs"/libfuzzer-*; do
    [ ! -x "$target" ] || [ -d "$target" ] || set -- "$@" "${target##*/libfuzzer-}"
done
status=0
printf '%-14s %8s %12s %9s %7s %7s  %s\n' target seconds runs 'runs/s' edges inputs found
for target in "$@"; do
    corpus=$programs/corpus/$target found=$programs/found/$target log=$programs/$target.log
    mkdir -p "$corpus" "$found"
    result=nothing
    # 8 KiB hold any packet and a script of many steps; an input that takes ten seconds is a finding too.
    "$programs/libfuzzer-$target" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
        -dict="$here/dictionaries/$(dictionary_of "$target").dict" -artifact_prefix="$found/" -print_final_stats=1 \
        "$corpus" "$programs/seeds/$target" >"$log" 2>&1 || result="see $log and $found" status=1
    printf '%-14s %8s %12s %9s %7s %7s  %s\n' "$target" "$seconds" "$(figure number_of_executed_units)" \
        "$(figure average_exec_per_sec)" "$(figure cov)" "$(find "$corpus" -type f | wc -l)" "$result"
done
exit $status
