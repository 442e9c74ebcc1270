# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type, paste or inherit where the host of a proxy belongs. A program may be led through a proxy by it, or
refuse it, or reach nobody: never anybody past the proxy."""

ODD_HOSTS = (
    "", " ", "127.0.0.1:9050", "[::1]", "[::1]:9050", "[::1", "::1]", "::1", "localhost:9050", ":9050", "localhost:",
    "http://127.0.0.1", "socks5://127.0.0.1:9050", "socks://localhost", "//127.0.0.1", "direct://", "user@127.0.0.1",
    "user:word@127.0.0.1:9050", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "127.0.0.1\t9050", "127.0.0.1\x01",
    "127.0.0.1/", "127.0.0.1?x", "127.0.0.1#x", "127.0.0.1\\x", "%31%32%37.0.0.1", "%", "127.0.0.1%lo", "fe80::1%lo",
    "fe80::1%nosuch", "fe80::1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "256.0.0.1",
    "0.0.0.0", "::", "255.255.255.255", "224.0.0.1", "::ffff:127.0.0.1", "bücher.example", "例え.jp", "１２７.0.0.1",
    "a proxy", "proxy..example", ".", "-proxy", "*", "none", "direct", "localhost", "proxy.invalid", "a" * 64 + ".test",
    "a" * 300, "a." * 127, "[" * 100, "\u202e127.0.0.1", "127.0.0.1\u200b", "\u00a0127.0.0.1", "\udcff\udcfe",
)

# Of an environment, as HTTP_PROXY.
ODD_VARIABLES = ODD_HOSTS + (
    "http://[::1]:8080", "http://[::1]:8080/", "http://127.0.0.1", "http://127.0.0.1:0", "http://127.0.0.1:99999",
    "http://user:word@127.0.0.1:9/", "http://us%40er:w%2frd@127.0.0.1:9/", "https://127.0.0.1:9", "ftp://x", "http://",
    "http:127.0.0.1:9", "127.0.0.1:9", "socks4://127.0.0.1:9", "HTTP://127.0.0.1:9", "http://127.0.0.1:9050:9050",
)
