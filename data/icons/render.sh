#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Renders the PNG icons from tox.svg (needs rsvg-convert, Debian: librsvg2-bin). Run by hand after a change; the results
# are kept in the tree, so that a build needs no renderer.
set -e
cd "$(dirname "$0")"
for size in 16 22 48; do
    rsvg-convert --width "${size}" --height "${size}" --output "tox-${size}.png" tox.svg
done
