# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run: builds a tree that is configured, and shows how far it is. Needs say() of tools/packages.sh.

# build_tree DIRECTORY LOG: silent where nothing is to be done; otherwise a line that counts. False if it fails: the
# output is in LOG then.
build_tree() {
    ! ninja -C "$1" -n 2>/dev/null | tail -n 1 | grep -q '^ninja: no work to do' || return 0
    say "Building in $1/ (a few minutes the first time) ..."
    # A pipe would swallow how ninja ended.
    { NINJA_STATUS='[%f/%t] ' ninja -C "$1" 2>&1 && echo "build_tree: done" || echo "build_tree: failed"; } |
        show_progress "$2"
}

# Reads ninja's output. On a terminal one line is written over and over; elsewhere one for each tenth.
show_progress() {
    log=$1 tenth=0
    while IFS= read -r line; do
        case $line in
        'build_tree: '*) break ;;
        '['[0-9]*/[0-9]*']'*) show_count "${line%%]*}" ;;
        esac
        printf '%s\n' "$line" >>"$log"
    done
    [ ! -t 1 ] || printf '\r\033[K'
    [ "$line" = "build_tree: done" ]
}

show_count() { # "[12/340"
    count=${1#\[}
    if [ -t 1 ]; then
        printf '\r  %s of %s\033[K' "${count%/*}" "${count#*/}"
    elif [ $((10 * ${count%/*} / ${count#*/})) -gt "$tenth" ]; then
        tenth=$((10 * ${count%/*} / ${count#*/}))
        say "  ${count%/*} of ${count#*/}"
    fi
}
