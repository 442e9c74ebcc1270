# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run and ./check: installs what a list of Debian packages stands for. Knows no package that they do not
# name.

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Whether the system already offers what a package is wanted for, wherever it came from.
have_package() {
    case $1 in
    meson | pidgin | finch | xdotool | tmux | valgrind | ccache | evilwm) command -v "$1" >/dev/null ;;
    ninja-build) command -v ninja >/dev/null ;;
    g++) command -v g++ >/dev/null || command -v clang++ >/dev/null ;;
    pkg-config) command -v pkg-config >/dev/null ;;
    gettext) command -v msgfmt >/dev/null ;;
    iproute2) command -v ip >/dev/null ;;
    nftables) command -v nft >/dev/null ;;
    miniupnpd-nftables) command -v miniupnpd >/dev/null || [ -x /usr/sbin/miniupnpd ] ;;
    libnatpmp-dev) [ -e /usr/include/natpmp.h ] || [ -e /usr/local/include/natpmp.h ] ;;
    tinyproxy-bin) command -v tinyproxy >/dev/null ;;
    imagemagick) command -v import >/dev/null ;;
    xvfb) command -v Xvfb >/dev/null ;;
    libsodium-dev) pkg-config --exists libsodium 2>/dev/null ;;
    libglib2.0-dev) pkg-config --exists glib-2.0 gio-2.0 gmodule-2.0 2>/dev/null ;;
    libpurple-dev) pkg-config --exists purple 2>/dev/null ;;
    libgtest-dev) pkg-config --exists gtest 2>/dev/null ;;
    libtoxcore-dev) pkg-config --exists toxcore 2>/dev/null ;;
    libexpected-dev) [ -e /usr/include/tl/expected.hpp ] || [ -e /usr/local/include/tl/expected.hpp ] ;;
    *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] || command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    for package in "$@"; do
        have_package "$package" || printf ' %s' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need_packages NAME...: afterwards they are there, or the script has ended with one line that says what to do. Where
# there is no apt-get it names them and goes on: the build will say what it really lacks.
need_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "This is not Debian or Ubuntu. Please install what these Debian packages hold:$missing. Going on without."
        return 0
    fi
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "these packages are missing:$missing. Install them as root: apt-get install$missing"
    say "Installing missing packages with apt-get:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086 # a list of words
    if { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
    else
        fail "apt-get could not install$missing ($(grep -m1 '^E:' "$log" || tail -n1 "$log")). Whole output: $log"
    fi
}
