# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run: puts what was built where a libpurple program of this user finds it. Needs tools/packages.sh.

# put FILE PLACE: beside it, and then in its place in one step. A program that runs with the old file keeps the old one;
# written over, it would die of it.
put() {
    mkdir -p "$(dirname "$2")" && cp "$1" "$2.new" && mv -f "$2.new" "$2"
}

# place_plugin BUILD PLUGINS: the plugin, and its translations where it looks for them first.
place_plugin() {
    put "$1/plugin/libpurple-tox.so" "$2/libpurple-tox.so" || return
    for texts in "$1"/po/*/LC_MESSAGES/purple-tox.mo; do
        [ ! -e "$texts" ] || put "$texts" "$2/purple-tox/${texts#"$1/po/"}" || return
    done
}

# place_icons PIXMAPS: Pidgin looks for the protocol's icon below this directory of the system's and nowhere else. False
# if there is none now.
place_icons() {
    for size in 16 22 48; do
        icon=$1/$size/tox.png
        ! cmp -s "data/icons/tox-$size.png" "$icon" || continue
        if [ -w "$1" ]; then
            put "data/icons/tox-$size.png" "$icon"
        else
            as_root install -D -m 644 "data/icons/tox-$size.png" "$icon"
        fi || return
    done
}

# install_for_user BUILD HOME PIXMAPS
install_for_user() {
    # Keys will be kept in it: as private as libpurple makes it.
    [ -d "$2/.purple" ] || mkdir -m 700 "$2/.purple" || fail "cannot make $2/.purple"
    place_plugin "$1" "$2/.purple/plugins" 2>/dev/null || fail "cannot write to $2/.purple/plugins"
    say "Installed $2/.purple/plugins/libpurple-tox.so. Restart Pidgin, then add an account with protocol Tox."
    place_icons "$3" 2>/dev/null ||
        say "The protocol will have no icon: $3 cannot be written to. Everything else works."
    say "To undo: rm -r $2/.purple/plugins/libpurple-tox.so $2/.purple/plugins/purple-tox" \
        "(profiles with your keys stay in $2/.purple/tox; the icons are $3/*/tox.png)."
}
