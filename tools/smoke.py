#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools as programs: what they answer to right and wrong usage, and that their files outlive them. Loopback only;
# conversations are the business of tests/interop.
"""smoke.py TOX-NODE TOX-PEER"""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

NODE, PEER = sys.argv[1:3]
PATIENCE = 60  # seconds, after which something is taken to hang


def check(condition, what):
    if not condition:
        sys.exit(f"failed: {what}")
    print("ok:", what)


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL)


KEY = "11" * 32

# Whatever is wrong with an option, tox-node says so in one sentence and ends with status 2.
WRONG = [
    ["word"], ["--no-such-option"], ["--port"],
    *(["--port", port] for port in ("0", "65536", "-1", "abc", "", " 33445", "33445 ", "99999999999999999999", "0x50")),
    ["--port", "1", "--port-range", "1-2"],
    *(["--port-range", ports] for ports in ("2-1", "", "-", "1-", "-2", "1-65536", "1-2-3", "a-b", "0-9")),
    *(["--relay", ports] for ports in ("", ",", "443,", ",443", "443,,3389", "443, 3389", "443;3389", "0", "65536",
                                       "443,3389,33445,65536", "x" * 1000, ",".join(map(str, range(1, 40))))),
    *(["--bootstrap", node] for node in ("", "127.0.0.1", "127.0.0.1:33445", "127.0.0.1:33445:00", ":33445:" + KEY,
                                         "127.0.0.1:0:" + KEY, "127.0.0.1:65536:" + KEY, "127.0.0.1:33445:" + "00" * 32,
                                         "127.0.0.1:33445:" + KEY[:-1], "127.0.0.1:33445:" + KEY[:-1] + "g")),
    *(["--echo", "Echo", "--add", who] for who in ("", "x", "00" * 32, KEY + "00000000ffff", KEY + "0")),
    ["--add", KEY], ["--profile", "x"], ["--echo", ""], ["--echo", "x" * 129], ["--motd", "x" * 257],
]


def one_sentence(program, name, wrong, status=2):
    answer = run(program, *wrong)
    said = answer.stderr.splitlines()
    check(answer.returncode == status and not answer.stdout, f"{name} refuses {' '.join(wrong)[:60]!r}")
    sentences = [line for line in said if not line.startswith("Try ")]
    check(len(sentences) == 1 and re.fullmatch(name + r": .*[.]", sentences[0]), f"... in one sentence: {said}")


def usage():
    for program, name in ((NODE, "tox-node"), (PEER, "tox-peer")):
        answer = run(program, "--help")
        check(answer.returncode == 0 and name in answer.stdout, f"{name} --help")
        answer = run(program, "--version")
        check(answer.returncode == 0 and re.fullmatch(name + r" \d+\.\d+\.\d+\n", answer.stdout), f"{name} --version")
    for wrong in (["--no-such-option"], ["word"], [""], ["--help", "word"], ["--version", "--version"]):
        one_sentence(PEER, "tox-peer", wrong)
    for wrong in WRONG:
        one_sentence(NODE, "tox-node", ["--loopback", *wrong])


class Node:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([NODE, "--loopback", "--print", *arguments], stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        self.values = dict(re.findall(r"(\w+)=(\S+)", line))
        check(set(self.values) == {"dht", "port", "id"}, "tox-node prints its keys")

    def stop(self, by):
        self.process.send_signal(by)
        check(self.process.wait(PATIENCE) == 0, f"tox-node stops cleanly at signal {int(by)}")
        self.process.stdout.close()


def node_files(folder):
    keys, profile = os.path.join(folder, "keys"), os.path.join(folder, "profile")
    arguments = ["--keys", keys, "--echo", "Echo", "--profile", profile]
    first = Node(*arguments)
    check(os.stat(keys).st_mode & 0o777 == 0o600 and os.path.getsize(keys) == 64, "the key file is private")
    check(run(NODE, "--loopback", *arguments).returncode == 1, "a profile in use is refused")
    first.stop(signal.SIGTERM)
    second = Node(*arguments)
    check(second.values["dht"] == first.values["dht"], "the DHT key outlives the node")
    check(second.values["id"] == first.values["id"], "the echo contact outlives the node")
    second.stop(signal.SIGINT)
    for damage in (b"", b"x" * 64, b"x" * 65):
        with open(keys, "wb") as file:
            file.write(damage)
        refused = run(NODE, "--loopback", "--keys", keys).returncode == 1
        check(refused, f"a key file of {len(damage)} bad bytes is refused")
        with open(keys, "rb") as file:
            check(file.read() == damage, "... and left as it is")


def node_ports():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = run(NODE, "--loopback", "--port", str(port))
        check(answer.returncode == 1 and str(port) in answer.stderr, "a port in use is refused by its number")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def node_relays():
    for count in (1, 2, 8):
        ports = free_ports(count)
        node = Node("--relay", ",".join(map(str, ports + ports[:1])))  # one of them twice
        for port in ports:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        print(f"ok: tox-node is a relay on {count} ports")
        node.stop(signal.SIGTERM)


def node_paths(folder):
    a_file = os.path.join(folder, "file")
    with open(a_file, "w", encoding="utf-8") as file:
        file.write("x")
    nowhere = os.path.join(folder, "nowhere", "x")
    for wrong in (["--keys", folder], ["--keys", nowhere], ["--keys", os.path.join(a_file, "x")],
                  ["--echo", "Echo", "--profile", a_file], ["--echo", "Echo", "--profile", os.path.join(a_file, "x")]):
        one_sentence(NODE, "tox-node", ["--loopback", *wrong], status=1)


class Peer:
    def __init__(self):
        self.process = subprocess.Popen([PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        check(" - ev hello proto=1 driver=tox-peer lib=purple-tox " in self.line(), "tox-peer says hello first")

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def send(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def ask(self, text):
        """The reply without its time; events before it are passed over."""
        self.send(text)
        while True:
            line = self.line()
            if not line:
                sys.exit(f"failed: no reply to {text[:60]!r}")
            _, rest = line.split(" ", 1)
            if rest.split(" ")[1] != "ev":
                return rest

    def expect(self, text, pattern):
        reply = self.ask(text)
        if not re.fullmatch(pattern, reply):
            sys.exit(f"failed: {text[:60]!r} got {reply!r}, not {pattern!r}")
        print("ok:", text[:60])

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status


def peer_protocol():
    peer = Peer()
    for text, pattern in (
            ("1", r"- err 1 code=syntax detail=.*"), ("2 new hold", r"- err 2 code=syntax .*"),
            ("3 self", r"- err 3 code=noinst detail=0"), ("4 new port=abc", r"- err 4 code=badarg detail=port"),
            ("5 new tcp=65536", r"- err 5 code=badarg detail=tcp"), ("6 new key=00", r"- err 6 code=badarg detail=key"),
            ("7 new save=/nowhere/x.save", r"- err 7 code=new .*"),
            ("8 new i=a hold=1",
             r"a ok 8 us=\d+ id=[0-9a-f]{76} pk=[0-9a-f]{64} dht=[0-9a-f]{64} udp_port=\d+ tcp_port=0 .*"),
            ("9 new i=a", r"- err 9 code=exists .*"), ("10 no_such_verb i=a", r"a err 10 code=unsupported .*"),
            ("11 set i=a name=a%20b%25%c3%a4 nospam=01020304 status=busy", r"a ok 11"),
            ("12 self i=a",
             r"a ok 12 id=[0-9a-f]{64}01020304[0-9a-f]{4} .* name=a%20b%25%c3%a4 .* status=busy .*nospam=01020304"),
            ("13 set i=a name=" + "x" * 129, r"a err 13 code=set .*"),
            ("14 addfake i=a n=3 seed=1", r"a ok 14 n=3 us=\d+"),
            ("15 del i=a friend=1", r"a ok 15"), ("16 del i=a friend=1", r"a err 16 code=nofriend .*"),
            ("17 addfake i=a n=1 seed=2", r"a ok 17 n=1 us=\d+"),
            ("18 friends i=a list=1", r"a ok 18 n=3 online=0 list=0:.*,1:.*,2:.*"),
            ("19 msg i=a friend=1 text=x", r"a err 19 code=offline detail="),
            ("20 msg i=a friend=1 text=x queue=1", r"a ok 20 id=\d+"),
            ("21 msg i=a friend=9 text=x", r"a err 21 code=nofriend .*"),
            ("22 lossy i=a friend=0 data=00", r"a err 22 code=send .*"),
            ("23 friend i=a friend=0",
             r"a ok 23 friend=0 pk=[0-9a-f]{64} conn=none progress=awaiting_dht_key status=online .*"),
            ("24 bootstrap i=a port=1 pk=00", r"a err 24 code=badarg .*"),
            ("25 bootstrap i=a port=9 pk=" + "ab" * 31 + "0b", r"a ok 25"),
            ("26 net i=a ids=1", r"a ok 26 udp_out=0 udp_in=0 .*"),  # held: no traffic before "run"
            ("27 pace ms=event", r"- ok 27"),
            ("28 usage mem=1", r"- ok 28 user_us=\d+ .* polls=\d+ iters=\d+ rss_kb=\d+ .*"),
            ("29 expect i=a n=5", r"a ok 29"),
            ("30 stats i=a", r"a ok 30 msgs=0 .*"),
            ("31 hello", r"- ok 31 proto=1 .*"),
            ("32 x " + "y" * 70000, r"- err 32 code=syntax .*"), ("33 run i=a", r"a ok 33"),
            ("34 net i=a", r"a ok 34 udp_out=[1-9].*"),
            ("35 kill i=a", r"a ok 35"),
            ("36 kill i=a", r"- err 36 code=noinst .*")):
        peer.expect(text, pattern)
    peer.send("# a comment, and a blank line\n")
    peer.expect("37 quit", r"- ok 37")
    check(peer.process.wait(PATIENCE) == 0, "quit ends with status 0")
    peer.end()


def peer_saves(folder):
    path = os.path.join(folder, "alice.tox")
    peer = Peer()
    first = peer.ask(f"1 new save={path} hold=1").split("id=")[1][:76]
    peer.expect("2 set name=Alice", r"0 ok 2")
    peer.expect("3 save", r"0 ok 3 bytes=[1-9]\d* us=\d+")
    peer.expect("4 set name=Bob", r"0 ok 4")
    check(peer.end() == 0, "the end of stdin ends tox-peer")
    peer = Peer()
    check(f" id={first} " in peer.ask(f"1 new save={path} hold=1"), "the identity is in the save")
    check(" name=Alice " in peer.ask("2 self"), "the end of stdin does not save")
    peer.ask("3 set name=Carol")
    peer.expect("4 kill save=1", r"0 ok 4")
    reply = peer.ask(f"5 new save={path} hold=1")
    check(" loaded=1 " in reply and " save_bytes=0 " not in reply, "a save is loaded")
    check(" name=Carol " in peer.ask("6 self"), "kill save=1 saves")
    peer.end()


with tempfile.TemporaryDirectory() as scratch:
    usage()
    node_files(scratch)
    node_paths(scratch)
    node_ports()
    node_relays()
    peer_protocol()
    peer_saves(scratch)
