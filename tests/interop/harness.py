# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives peers (tools/tox-peer, toxcore-peer) through their line protocol. Single-threaded: while it waits for one
driver it reads from all, so that none blocks on a full pipe. Knows how to talk to peers, not what to test."""
import os
import re
import select
import socket
import subprocess
import time
import urllib.parse


class Failed(Exception):
    """The one sentence a test ends with when it fails."""


class Refused(Failed):
    def __init__(self, code, line):
        super().__init__(line)
        self.code = code


def quote(value):
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    return urllib.parse.quote_from_bytes(data, safe="/:,._-+@")


def unquote(text):
    return urllib.parse.unquote(text, errors="surrogateescape")


def free_port():
    """A UDP port of the loopback interface nobody has now. A new one for each start: libtoxcore up to 0.2.21 never
    learns a node again that comes back on the same address with a new key."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_tcp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Event(dict):
    def __init__(self, time_us, instance, name, fields):
        super().__init__(fields)
        self.time, self.instance, self.name = time_us, instance, name


class Driver:
    """One program. Its events are kept in order; replies are matched by tag."""
    everyone = []

    def __init__(self, program, within=()):
        """`within`: words in front of the program, such as those that run it in a namespace."""
        self.program = program
        self.process = subprocess.Popen([*within, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.rest, self.events, self.replies, self.tags = b"", [], {}, 0
        self.ended = False
        Driver.everyone.append(self)
        self.wait(lambda e: e.name == "hello", 20, "hello")

    def read(self):
        try:
            data = self.process.stdout.read(1 << 20)
        except BlockingIOError:
            return
        if data == b"":
            self.ended = True
        lines = (self.rest + (data or b"")).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            self.take(line.decode("ascii").split(" "))

    def take(self, words):
        if len(words) < 4:
            return
        fields = {}
        for word in words[4:]:
            key, _, value = word.partition("=")
            fields[key] = unquote(value)
        event = Event(int(words[0]), words[1], words[3], fields)
        if words[2] == "ev":
            self.events.append(event)
        else:
            event["ok"] = words[2] == "ok"
            self.replies[words[3]] = event

    @staticmethod
    def pump(patience):
        live = [d for d in Driver.everyone if not d.ended]
        ready = select.select([d.process.stdout for d in live], [], [], patience)[0]
        for driver in live:
            if driver.process.stdout in ready:
                driver.read()

    def send(self, verb, **fields):
        self.tags += 1
        words = [str(self.tags), verb] + [f"{k}={quote(v)}" for k, v in fields.items()]
        try:
            self.process.stdin.write((" ".join(words) + "\n").encode())
        except BrokenPipeError:
            raise Failed(f"{self.program} has ended") from None
        return str(self.tags)

    def reply(self, tag, patience=20):
        self.until(lambda: tag in self.replies or self.ended, patience, f"the reply to command {tag}")
        if tag not in self.replies:
            raise Failed(f"{self.program} has ended")
        reply = self.replies.pop(tag)
        if not reply["ok"]:
            raise Refused(reply.get("code"), f"{self.program} refused: {dict(reply)}")
        return reply

    def command(self, verb, **fields):
        return self.reply(self.send(verb, **fields))

    @staticmethod
    def until(done, patience, what):
        end = time.monotonic() + patience
        while not done():
            left = end - time.monotonic()
            if left <= 0:
                raise Failed(f"not within {patience} s: {what}")
            Driver.pump(min(left, 1))

    def wait(self, match, patience, what, since=0):
        """The first event from index `since` on that matches."""
        state = {"at": since, "found": None}

        def look():
            while state["at"] < len(self.events) and state["found"] is None:
                event = self.events[state["at"]]
                state["at"] += 1
                state["found"] = event if match(event) else None
            return state["found"] is not None or self.ended
        self.until(look, patience, what)
        if state["found"] is None:
            raise Failed(f"{self.program} ended while waiting for {what}")
        return state["found"]

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.gone()

    def gone(self):
        self.process.wait()
        self.read()
        self.ended = True
        Driver.everyone.remove(self)
        self.process.stdin.close()
        self.process.stdout.close()

    def close(self):
        try:
            self.send("quit")
            self.process.wait(10)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
        self.gone()

    @staticmethod
    def close_all():
        for driver in list(Driver.everyone):
            driver.close()


class Peer:
    """One Tox instance in a driver."""

    def __init__(self, driver, name="0", host="127.0.0.1", **options):
        self.driver, self.name, self.host = driver, name, host
        if options.get("udp", 1):
            options.setdefault("port", free_port())
        self.info = self.command("new", **options)
        self.id, self.pk, self.dht = self.info["id"], self.info["pk"].lower(), self.info["dht"]
        self.port, self.relay_port = int(self.info["udp_port"]), int(self.info.get("tcp_port", 0))

    def __str__(self):
        return f"{self.name} of {self.driver.program}"

    def command(self, verb, **fields):
        return self.driver.command(verb, i=self.name, **fields)

    def bootstrap(self, *nodes):
        for node in nodes:
            self.command("bootstrap", host=node.host, port=node.port, pk=node.dht)

    def use_relays(self, *relays):
        for relay in relays:
            self.command("relay", host=relay.host, port=relay.relay_port, pk=relay.dht)

    def befriend(self, other):
        return int(self.command("addnr", pk=other.pk)["friend"])

    def mark(self):
        return len(self.driver.events)

    def event(self, event_name, patience, since=0, /, **wanted):
        def match(event):
            fits = all(event.get(k) == str(v) for k, v in wanted.items())
            return event.name == event_name and event.instance == self.name and fits
        return self.driver.wait(match, patience, f"{event_name} {wanted} at {self}", since)

    def online(self, patience, friend=0, since=0):
        def match(event):
            mine = event.name == "friend" and event.instance == self.name and event["friend"] == str(friend)
            return mine and event["conn"] != "none"
        return self.driver.wait(match, patience, f"friend {friend} online at {self}", since)

    def offline(self, patience, friend=0, since=0):
        return self.event("friend", patience, since, friend=friend, conn="none")

    def texts(self, since=0):
        events = self.driver.events[since:]
        return [e["text"] for e in events if e.name == "message" and e.instance == self.name]

    def friends(self):
        listed = self.command("friends", list=1).get("list", "")
        return {entry.split(":")[1].lower() for entry in listed.split(",") if entry}


class Node:
    """A tox-node on loopback, an echo contact as well."""

    host = "127.0.0.1"

    def __init__(self, program, *arguments):
        always = ["--loopback", "--print", "--no-ipv6", "--port", str(free_port())]
        self.process = subprocess.Popen([program, *always, *arguments], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        values = dict(re.findall(r"(\w+)=(\S+)", line))
        if "dht" not in values:
            raise Failed(f"{program} printed {line!r} instead of its keys")
        self.dht, self.port, self.id = values["dht"], int(values["port"]), values.get("id")

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
