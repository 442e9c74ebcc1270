#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small SOCKS5 and HTTP CONNECT proxy for tests: prints every target as it was asked for, resolves only the names it
was told.

    proxy.py KIND PORT [--user NAME --password WORD] [--name relay.test=203.0.113.10]"""
import argparse
import base64
import socket
import socketserver
import sys
import threading


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        target = self.http() if self.server.options.kind == "http" else self.socks()
        if not target:
            return
        host, port, yes, no = target
        sys.stdout.write(f"{host} {port}\n")  # in one piece: there are other threads
        sys.stdout.flush()
        try:
            other = socket.create_connection((self.server.names.get(host, host), port), 10)
        except OSError:
            self.request.sendall(no)
            return
        self.request.sendall(yes)
        back = threading.Thread(target=copy, args=(other, self.request), daemon=True)
        back.start()
        copy(self.request, other)
        back.join()
        other.close()

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def socks(self):
        options = self.server.options
        methods = self.take(self.take(2)[1])
        wanted = 2 if options.user else 0
        self.request.sendall(bytes([5, wanted if wanted in methods else 255]))
        if wanted not in methods:
            return None
        if wanted == 2:
            self.take(1)
            user, password = (self.take(self.take(1)[0]).decode() for _ in range(2))
            right = (user, password) == (options.user, options.password)
            self.request.sendall(bytes([1, 0 if right else 1]))
            if not right:
                return None
        kind = self.take(4)[3]
        if kind == 3:
            host = self.take(self.take(1)[0]).decode()
        else:
            family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, self.take(size))
        port = int.from_bytes(self.take(2), "big")
        return host, port, bytes([5, 0, 0, 1]) + bytes(6), bytes([5, 4, 0, 1]) + bytes(6)

    def http(self):
        options = self.server.options
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += self.take(1)
        secret = base64.b64encode(f"{options.user}:{options.password}".encode())
        if options.user and b"Basic " + secret not in request:
            self.request.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
            return None
        host, _, port = request.split()[1].decode().rpartition(":")
        return host.strip("[]"), int(port), b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 502 Bad Gateway\r\n\r\n"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("socks5", "http"))
    parser.add_argument("port", type=int)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--name", action="append", default=[])
    options = parser.parse_args()
    with Server(("", options.port), Handler) as server:
        server.options = options
        server.names = dict(name.split("=") for name in options.name)
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
