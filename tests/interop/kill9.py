#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills our engine with SIGKILL at random instants while messages flow, again and again. The profile always loads, and
every message the engine accepted arrives, in order; one that comes twice is allowed only across a kill, and not any
more when its receipt is on the disk.

    kill9.py --ours TOX-PEER [--times 1000] [--seed N]"""
import argparse
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Driver, Failed, Peer  # noqa: E402

PATIENCE = 60
AFTER_DELIVERY = 3  # kills of a sender that has nothing to send any more


class Talk:
    """The sender that dies and the receiver that stays, and what was accepted from whom."""

    def __init__(self, program, folder, dice):
        self.program, self.dice = program, dice
        self.path = os.path.join(folder, "victim.tox")
        self.accepted, self.tries, self.total, self.doubled = set(), 0, 0, 0
        self.heard = {}  # number of each message the receiver has, in the order of its first coming
        self.read_to = 0
        # Enough nodes that no onion path has to lead through the one who dies.
        self.nodes = [Peer(Driver(program), f"node{i}") for i in range(5)]
        for node in self.nodes[1:]:
            node.bootstrap(self.nodes[0])
        self.receiver = Peer(Driver(program), "receiver")
        self.receiver.bootstrap(*self.nodes)
        self.victim = None
        self.start()
        self.identity = self.victim.id
        self.victim.befriend(self.receiver)
        self.receiver.befriend(self.victim)

    def start(self):
        self.victim = Peer(Driver(self.program), "victim", save=self.path)
        self.victim.bootstrap(*self.nodes)

    def restart(self):
        self.victim.driver.kill()
        self.start()
        if self.victim.id != self.identity:
            raise Failed("another identity after kill -9")
        if self.victim.friends() != {self.receiver.pk}:
            raise Failed("other friends after kill -9")

    def talk_until_killed(self):
        """Says things for a random time; the last command may be cut off by the kill, and is then in doubt."""
        end = time.monotonic() + self.dice.choice((0.02, 0.2, 1.0)) * self.dice.random()
        driver = self.victim.driver
        while time.monotonic() < end:
            text = f"{self.tries}"
            self.tries += 1
            driver.reply(driver.send("msg", i="victim", friend=0, text=text, queue=1))
            self.accepted.add(text)
            self.total += 1
            Driver.pump(self.dice.choice((0, 0, 0.005)))
        driver.send("msg", i="victim", friend=0, text=f"{self.tries}", queue=1)
        self.tries += 1

    def deliver(self):
        """Says one thing and waits for its receipt."""
        self.tries += 1
        text, since = f"{self.tries}", self.victim.mark()
        message = self.victim.command("msg", friend=0, text=text, queue=1)
        self.accepted.add(text)
        self.total += 1
        self.victim.event("receipt", PATIENCE, since, id=message["id"])
        return text

    def kill_after_delivery(self):
        """What was delivered, and has left the disk, does not come again."""
        self.tries += 10**9  # no other bytes of the queue look like it
        text, queue = self.deliver(), self.path.replace(".tox", ".queue")

        def gone():
            with open(queue, "rb") as file:
                return text.encode() not in file.read()
        Driver.until(gone, PATIENCE, "a delivered text gone from the disk")
        self.listen()  # what came twice before
        doubled = self.doubled
        self.restart()
        self.deliver()
        self.check()
        if self.doubled != doubled:
            raise Failed(f"message {text} was delivered, and came again after a kill")

    def listen(self):
        events = self.receiver.driver.events
        for event in events[self.read_to:]:
            if event.name != "message":
                continue
            self.doubled += event["text"] in self.heard
            self.heard.setdefault(event["text"])
        self.read_to = len(events)
        self.accepted -= self.heard.keys()
        return not self.accepted

    def check(self):
        """All that was accepted arrives; what was in doubt may; nothing comes out of order."""
        Driver.until(self.listen, PATIENCE, f"the rest of {self.total} accepted messages")
        numbers = [int(text) for text in self.heard]
        if numbers != sorted(numbers):
            raise Failed("messages out of order")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        talk = Talk(arguments.ours, folder, random.Random(arguments.seed))
        done = 0
        try:
            for done in range(1, arguments.times + 1):
                talk.talk_until_killed()
                talk.restart()
                if done % 10 == 0:
                    talk.check()
            talk.check()
            for _ in range(AFTER_DELIVERY):
                talk.kill_after_delivery()
            result = "good"
        except Failed as failure:
            result = f"FAILED (--seed {arguments.seed}): {failure}"
        finally:
            Driver.close_all()
    print(f"{done} kills, {talk.total} messages accepted, {talk.doubled} came twice, "
          f"{time.monotonic() - start:.0f} s: {result}")
    return 0 if result == "good" else 1


if __name__ == "__main__":
    sys.exit(main())
