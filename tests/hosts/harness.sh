# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests beside it: a desktop or a terminal of our own, ./run in it, waiting, and an orderly end. Only
# processes started here are ended, by their number.

# Only a failure limit: no step waits this long when things work, however slow the machine.
patience=180

work=$(mktemp -d)
profile=$work/profile
started='' # numbers of our processes, the last one first

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    show_evidence >&2
    exit 1
}

show_evidence() {
    for log in "$work"/*.log "$profile"/*.log; do
        [ ! -s "$log" ] || { echo "--- $log" && tail -n 40 "$log"; }
    done
}

end_all() {
    for pid in $started; do
        kill "$pid" 2>/dev/null || continue
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 1' INT HUP TERM

need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "${0##*/}: skipped, $program is not installed"
            exit 77 # meson's word for skipped
        }
    done
}

# A plugin built with AddressSanitizer needs its runtime in the program that loads it, and first there. Pidgin and Finch
# leave much behind when they end, so leaks are looked for in tests/purple instead.
prepare_host() { # PROGRAM
    [ -n "${HOST_PRELOAD:-}" ] || return 0
    mkdir -p "$work/bin"
    printf '#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=%s exec %s "$@"\n' "$HOST_PRELOAD" "$(command -v "$1")" \
        >"$work/bin/$1"
    chmod +x "$work/bin/$1"
    PATH=$work/bin:$PATH
    # Debian 12's Finch waits for ever for a lock of libintl's then, before it looks at any plugin.
    timeout 20 "$1" --version >/dev/null 2>&1 && return
    echo "${0##*/}: skipped, $1 itself does not start with the sanitizer's runtime; without sanitizers this test runs"
    exit 77
}

# Whether ./run has ended by itself, so that waiting is in vain. A test that starts it says how to know.
gone() { false; }

# until_true WHAT COMMAND...: fails with WHAT if the command does not succeed in time.
until_true() {
    what=$1
    shift
    left=$((patience * 10))
    until "$@" >/dev/null 2>&1; do
        ! gone || fail "the program ended while we waited for $what"
        [ $((left -= 1)) -gt 0 ] || fail "waited in vain for $what"
        sleep 0.1
    done
}

# ---- what the host wrote down

log_has() { cat "$profile"/logs/tox/*/*/*.txt 2>/dev/null | grep -q -- "$1"; }

# ---- a desktop

start_desktop() {
    Xvfb -displayfd 5 -screen 0 1000x640x24 -nolisten tcp 5>"$work/display" >"$work/xvfb.log" 2>&1 &
    started="$! $started"
    until_true "Xvfb" test -s "$work/display"
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
    # No session bus, no accessibility bus: neither is there, and looking for them takes seconds.
    export DBUS_SESSION_BUS_ADDRESS=disabled: NO_AT_BRIDGE=1 GTK_MODULES='' LC_ALL=C.UTF-8 G_DEBUG=fatal-criticals
}

window() { xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -n 1 | grep .; }

focus() {
    until_true "the window $1" window "$1"
    # There is no window manager; the focus is ours to give.
    xdotool windowraise "$(window "$1")" windowfocus --sync "$(window "$1")"
}

press() { xdotool key --clearmodifiers --delay 60 "$@"; }

start_pidgin() { # BUILD
    prepare_host pidgin
    start_desktop
    RUN_BUILD=$1 ./run --profile "$profile" >"$work/run.log" 2>&1 &
    run_pid=$!
    gone() { ! kill -0 "$run_pid" 2>/dev/null; }
    started="$run_pid $started"
    focus "Buddy List"
}

# The echo contact is the last row; rows appear while the account signs on, so a key press may come too early. The click
# goes below the rows: it only gives the list the keyboard.
echo_opens() {
    xdotool windowfocus --sync "$list" mousemove --window "$list" 150 300 click 1 key --delay 60 End Return
    sleep 0.3
    window "^Echo$"
}

open_echo() {
    list=$(window "Buddy List")
    until_true "a conversation with Echo" echo_opens
    focus "^Echo$"
}

say_to_echo() {
    focus "^Echo$"
    xdotool type --delay 20 -- "$1"
    press Return
}

quit_pidgin() {
    focus "Buddy List"
    press ctrl+q
    wait "$run_pid" || fail "./run ended with an error"
}
