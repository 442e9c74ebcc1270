# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends of either side by every way, in the middle of a conversation: orderly ones and kill -9. Counted are orderly ends
that the other side did not see at once, texts of ours that were lost, and texts that came twice.

    ends.py --ours TOX-PEER [--theirs TOXCORE-PEER] [--times 200] [--ways udp,relay,proxy] [--seed N]
After an orderly end nothing may come twice; after a kill what had no receipt yet may. libtoxcore keeps no texts, so
only ours are counted. Exit status 1 if anything that must not be was seen."""
import argparse
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from harness import Driver, Failed, Peer, free_tcp_port  # noqa: E402

PATIENCE = 90
AT_ONCE = 2.0  # seconds; without a goodbye it takes 30
TEXTS = 5
WAYS = ("udp", "relay", "proxy")


class Proxy:
    def __init__(self):
        self.port = free_tcp_port()
        words = [sys.executable, os.path.join(HERE, "..", "network", "proxy.py"), "socks5", str(self.port)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)

    def close(self):
        self.process.terminate()
        self.process.wait(10)


class Case:
    """One way, one program on each side: `leaver` ends and comes back, `stayer` stays."""

    def __init__(self, programs, way, folder, dice):
        self.programs, self.way, self.dice = programs, way, dice
        self.proxy = Proxy() if way == "proxy" else None
        self.nodes = [Peer(Driver(programs["node"]), f"node{i}", tcp=free_tcp_port()) for i in range(4)]
        for node in self.nodes[1:]:
            node.bootstrap(self.nodes[0])
        self.path = os.path.join(folder, "leaver.tox")
        self.said, self.heard, self.number = {"leaver": [], "stayer": []}, {"leaver": [], "stayer": []}, 0
        self.taken = {"leaver": 0, "stayer": 0}  # of what a program has heard since its start
        self.late = self.lost = 0
        self.stayer = self.start("stayer")
        self.leaver = self.start("leaver", save=self.path)
        self.stayer.befriend(self.leaver)
        self.leaver.befriend(self.stayer)
        self.meet()

    def start(self, role, **save):
        options = dict(save)
        if self.way != "udp":
            options["udp"] = 0
        if self.proxy:
            options.update(proxy="socks5", proxy_host="127.0.0.1", proxy_port=self.proxy.port)
        peer = Peer(Driver(self.programs[role]), role, **options)
        peer.bootstrap(*self.nodes)
        if self.way != "udp":
            peer.use_relays(*self.nodes)
        return peer

    def meet(self, since=0):
        self.leaver.online(PATIENCE)
        self.stayer.online(PATIENCE, since=since)

    def ours(self, role):
        return self.programs[role] == self.programs["ours"]

    def talk(self):
        for role, peer in (("leaver", self.leaver), ("stayer", self.stayer)):
            for _ in range(TEXTS):
                text = f"{role} {self.number}"
                self.number += 1
                peer.command("msg", friend=0, text=text, **({"queue": 1} if self.ours(role) else {}))
                if self.ours(role):
                    self.said[role].append(text)

    def listen(self):
        """Takes what the two have heard since the last time; true when nothing of ours is missing."""
        for role, peer in (("leaver", self.leaver), ("stayer", self.stayer)):
            texts = peer.texts()
            self.heard[role] += texts[self.taken[role]:]
            self.taken[role] = len(texts)
        missing = (set(self.said["leaver"]) - set(self.heard["stayer"])) | \
                  (set(self.said["stayer"]) - set(self.heard["leaver"]))
        return not missing

    def end(self, orderly):
        mark = self.stayer.mark()
        self.talk()
        Driver.pump(0.3 * self.dice.random())
        if orderly:
            self.leaver.command("kill", save=1)
        else:
            self.leaver.command("save")
            self.leaver.driver.kill()
            self.listen()
        if orderly:
            self.see_offline(mark)
            self.listen()
            self.leaver.driver.close()
        Driver.pump(2 * self.dice.random())
        self.taken["leaver"] = 0
        self.leaver = self.start("leaver", save=self.path)
        self.meet(mark + 1)
        self.settle()

    def see_offline(self, mark):
        try:
            self.stayer.offline(AT_ONCE, since=mark)
        except Failed:
            self.late += 1

    def settle(self):
        try:
            Driver.until(self.listen, PATIENCE, "all texts")
        except Failed:
            self.lost += 1
        Driver.pump(0.5)
        self.listen()

    def count_doubled(self):
        return sum(len(texts) - len(set(texts)) for texts in self.heard.values())

    def run(self, times, orderly):
        before = self.count_doubled()
        for _ in range(times):
            self.end(orderly)
        return self.late, self.lost, self.count_doubled() - before

    def close(self):
        Driver.close_all()
        if self.proxy:
            self.proxy.close()


def cases(arguments):
    sides = [("ours", "ours")]
    if arguments.theirs:
        sides += [("ours", "theirs"), ("theirs", "ours")]
    for way in arguments.ways.split(","):
        for leaver, stayer in sides:
            for orderly in (True, False):
                yield way, leaver, stayer, orderly


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", default="")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    bad = 0
    print(f"seed {arguments.seed}; {arguments.times} times each")
    print("way    leaver  stayer  end      not at once  lost  doubled", flush=True)
    for way, leaver, stayer, orderly in cases(arguments):
        programs = {"ours": arguments.ours, "node": arguments.ours, "leaver": getattr(arguments, leaver),
                    "stayer": getattr(arguments, stayer)}
        with tempfile.TemporaryDirectory() as folder:
            case = None
            try:
                case = Case(programs, way, folder, random.Random(arguments.seed))
                late, lost, doubled = case.run(arguments.times, orderly)
                end = "orderly" if orderly else "kill -9"
                print(f"{way:6} {leaver:7} {stayer:7} {end}  {late:11}  {lost:4}  {doubled:7}", flush=True)
                said_by_ours = late if leaver == "ours" else 0  # libtoxcore says goodbye once, and does not wait for it
                bad += said_by_ours + lost + (doubled if orderly else 0)
            except Failed as failure:
                bad += 1
                print(f"{way} {leaver} {stayer}: FAILED: {failure}", flush=True)
            finally:
                if case:
                    case.close()
                Driver.close_all()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
