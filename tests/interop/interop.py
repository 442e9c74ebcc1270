#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our engine and Debian's libtoxcore must understand each other in everything we do.

    interop.py talk|requests|saves|restarts|nodes|all --ours TOX-PEER --node TOX-NODE --theirs TOXCORE-PEER
Exit status 77 where there is no libtoxcore to test against."""
import argparse
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Driver, Failed, Node, Peer, Refused, free_tcp_port  # noqa: E402

# libtoxcore needs ten seconds where nothing goes wrong; this is a limit for failures, not a measurement.
PATIENCE = 90


class World:
    """Programs of both kinds, and small networks of them."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.nodes = []

    def ours(self, **options):
        return Peer(Driver(self.arguments.ours), "ours", **options)

    def theirs(self, **options):
        return Peer(Driver(self.arguments.theirs), "theirs", **options)

    def node(self, *arguments):
        self.nodes.append(Node(self.arguments.node, *arguments))
        return self.nodes[-1]

    def network(self):
        """Two of their nodes and one of ours that know each other."""
        mixed = [self.theirs(), self.theirs(), self.ours()]
        for peer in mixed[1:]:
            peer.bootstrap(mixed[0])
        return mixed

    def pair(self, nodes, **saves):
        a, b = self.ours(**saves.get("ours", {})), self.theirs(**saves.get("theirs", {}))
        a.befriend(b)
        b.befriend(a)
        for peer in (a, b):
            peer.bootstrap(*nodes)
        a.online(PATIENCE)
        b.online(PATIENCE)
        return a, b

    def close(self):
        Driver.close_all()
        for node in self.nodes:
            node.close()


def expect(condition, text):
    if not condition:
        raise Failed(text)


def same(got, wanted, what):
    expect(got == wanted, f"{what}: {str(got)[:200]!r} instead of {str(wanted)[:200]!r}")


def text_of(length):
    head = f"{length}:"[:length]
    return head + "".join(chr(97 + (length + i) % 26) for i in range(length - len(head)))


def send_all(sender, texts):
    """In order; a full queue is waited for, and so is a receiver whose other side has not come online yet."""
    for text in texts:
        for _ in range(600):
            try:
                sender.command("msg", friend=0, text=text)
                break
            except Refused as refused:
                expect(refused.code in ("send", "limit", "offline"), f"message refused: {refused}")
                Driver.pump(0.05)
        else:
            raise Failed("the queue of messages stays full")


def hears(receiver, texts, since, what):
    def complete():
        return len(receiver.texts(since)) >= len(texts)
    Driver.until(complete, PATIENCE, f"{what}: {len(texts)} messages")
    same(receiver.texts(since), texts, what)


def receipts(sender, count, since):
    Driver.until(lambda: sum(e.name == "receipt" for e in sender.driver.events[since:]) >= count,
                 PATIENCE, f"{count} receipts for {sender.name}")


# ---- scenarios ------------------------------------------------------------------------------------------------------

def talk(world):
    a, b = world.pair(world.network())
    lengths = [text_of(n) for n in range(1, 1373)]
    for sender, receiver in ((a, b), (b, a)):
        since, mark = receiver.mark(), sender.mark()
        send_all(sender, lengths)
        hears(receiver, lengths, since, f"all lengths from {sender.name}")
        receipts(sender, len(lengths), mark)
    odd = ["zwei\nZeilen", "Grüße, 你好, 🦊", " blanks ", "%41", "a" * 1372]
    for sender, receiver in ((a, b), (b, a)):
        since = receiver.mark()
        send_all(sender, odd)
        hears(receiver, odd, since, f"odd texts from {sender.name}")
        sender.command("msg", friend=0, text="waves", type="action")
        same(receiver.event("message", PATIENCE, since, type="action")["text"], "waves", "action")
    since = b.mark()
    a.command("msg", friend=0, text="x" * 5000)
    Driver.until(lambda: sum(map(len, b.texts(since))) >= 5000, PATIENCE, "the parts of a long message")
    same("".join(b.texts(since)), "x" * 5000, "a long message in parts")
    details(a, b)
    details(b, a)
    floods(a, b)


def details(sender, receiver):
    since = receiver.mark()
    name, message = f"Ärger {sender.name}", "n" * 1007
    sender.command("set", name=name)
    sender.command("set", msg=message)
    receiver.event("name", PATIENCE, since, name=name)
    receiver.event("status_msg", PATIENCE, since, msg=message)
    for status in ("busy", "away", "online"):
        since = receiver.mark()
        sender.command("set", status=status)
        receiver.event("status", PATIENCE, since, status=status)
    for on in (1, 0):
        since = receiver.mark()
        sender.command("typing", friend=0, on=on)
        receiver.event("typing", PATIENCE, since, on=on)
    sender.command("set", name="n" * 128)
    receiver.event("name", PATIENCE, since, name="n" * 128)


def floods(a, b):
    """2,000 messages each way at once: complete and in order."""
    count = 2000
    for peer in (a, b):
        peer.command("auto", msg="count")
        peer.command("expect", n=count)
    marks = {peer: peer.mark() for peer in (a, b)}
    for peer in (a, b):
        peer.command("flood", friend=0, n=count, size=200, ms=PATIENCE * 1000)
    for peer in (a, b):
        done = peer.event("expect_done", PATIENCE, marks[peer])
        same(done["bad"], "0", f"messages out of order at {peer.name}")
        sent = peer.event("flood_done", PATIENCE, marks[peer])
        same(sent["acked"], str(count), f"receipts at {peer.name}")


def requests(world):
    nodes = world.network()
    for asking, asked in ((world.ours, world.theirs), (world.theirs, world.ours)):
        a, b = asking(), asked()
        b.command("auto", request="accept")
        for peer in (a, b):
            peer.bootstrap(*nodes)
        longest = "Bitte! " + "x" * (921 - 7)
        a.command("add", id=b.id, msg=longest)
        request = b.event("request", PATIENCE)
        same(request["pk"].lower(), a.pk, "who asks")
        same(request["msg"], longest, f"the text of {a.name}'s request")
        a.online(PATIENCE)
        b.online(PATIENCE)
        for sender, receiver in ((a, b), (b, a)):
            since = receiver.mark()
            send_all(sender, ["after the request"])
            hears(receiver, ["after the request"], since, "after the request")


def saves(world):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "person.tox")
        friend = world.theirs()
        first = world.theirs(save=path)
        first.command("set", name="Grüße", msg="from libtoxcore", status="away")
        first.befriend(friend)
        first.command("kill", save=1)
        first.driver.close()

        ours = world.ours(save=path)
        same(ours.id.lower(), first.id.lower(), "the Tox ID in a save of libtoxcore")
        me = ours.command("self")
        same((me["name"], me.get("msg")), ("Grüße", "from libtoxcore"), "name and status message")
        same(ours.friends(), {friend.pk}, "the friends in a save of libtoxcore")
        other = world.theirs()
        ours.befriend(other)
        ours.command("set", name="ours now")
        ours.command("kill", save=1)
        ours.driver.close()

        back = world.theirs(save=path)
        same(back.id.lower(), first.id.lower(), "the Tox ID in our save")
        same(back.info["name"], "ours now", "the name in our save")
        same(back.friends(), {friend.pk, other.pk}, "the friends in our save")
        back.driver.close()
        numbers_in_saves(world, folder)


def numbers_in_saves(world, folder):
    """Friends keep their numbers through both programs, however their keys are ordered."""
    def one_more(peer):
        key = bytearray(os.urandom(32))
        key[31] &= 0x7F
        return int(peer.command("addnr", pk=key.hex())["friend"])

    path = os.path.join(folder, "numbers.tox")
    peer = world.theirs(save=path)
    same([one_more(peer) for _ in range(20)], list(range(20)), "the numbers of new friends")
    for make in (world.ours, world.theirs, world.ours, world.theirs):
        expected = peer.command("friends", list=1)["list"].lower()
        peer.command("kill", save=1)
        peer.driver.close()
        peer = make(save=path)
        same(peer.command("friends", list=1)["list"].lower(), expected, f"the friends' numbers in {peer}")
        one_more(peer)


def comes_back(world, make, save, nodes, friend):
    """The same person in a new program at a new port."""
    peer = make(save=save)
    same(peer.friends(), {friend.pk}, f"the friends of {peer.name} after a restart")
    peer.bootstrap(*nodes)
    return peer


def restarts(world):
    with tempfile.TemporaryDirectory() as folder:
        save = {name: os.path.join(folder, name + ".tox") for name in ("ours", "theirs")}
        nodes = world.network()
        a, b = world.pair(nodes, ours={"save": save["ours"]}, theirs={"save": save["theirs"]})
        b.command("save")  # libtoxcore writes only when told
        for clean in (True, False):
            since = a.mark()
            end(b, clean)
            a.offline(PATIENCE, since=since)
            queued = [f"while they were away {clean} {i}" for i in range(30)]
            for text in queued:
                a.command("msg", friend=0, text=text, queue=1)
            b = comes_back(world, world.theirs, save["theirs"], nodes, a)
            a.online(PATIENCE, since=since + 1)
            b.online(PATIENCE)
            hears(b, queued, 0, "what we had queued")
            receipts(a, len(queued), since)  # what has none is rightly sent again after the next kill
            b.command("save")
        for clean in (True, False):
            since = b.mark()
            queued = [f"said just before the end {clean} {i}" for i in range(30)]
            for text in queued:
                a.command("msg", friend=0, text=text, queue=1)
            end(a, clean)
            a = comes_back(world, world.ours, save["ours"], nodes, b)
            Driver.until(lambda s=since, q=queued: set(q) <= set(b.texts(s)), PATIENCE, "what we said before the end")
            # What has no receipt yet is said again after a restart, heard or not: repeats may come at any time.
            heard = [text for text in dict.fromkeys(b.texts(since)) if text in queued]
            same(heard, queued, "order of what we said before the end")
            a.online(PATIENCE)
            since = a.mark()
            send_all(b, ["welcome back"])
            hears(a, ["welcome back"], since, "after our restart")


def end(peer, clean):
    if clean:
        peer.command("kill", save=1)
        peer.driver.close()
    else:
        peer.driver.kill()


def nodes(world):
    """Each side with nothing but the other's nodes to find and to route by."""
    our_nodes = [world.node() for _ in range(3)]
    for node in our_nodes[1:]:
        Peer(Driver(world.arguments.theirs), "link").bootstrap(node, our_nodes[0])
    first, second = world.theirs(), world.theirs()
    meet(first, second, our_nodes[:1])
    their_nodes = [world.theirs() for _ in range(3)]
    for node in their_nodes[1:]:
        node.bootstrap(their_nodes[0])
    first, second = world.ours(), world.ours()
    meet(first, second, their_nodes[:1])
    node = world.node("--echo", "Echo", "--add", first.id)
    guest = world.theirs()
    echo = guest.command("add", id=node.id, msg="hello echo")["friend"]
    guest.bootstrap(node, *their_nodes)
    guest.online(PATIENCE, friend=int(echo))
    since = guest.mark()
    send_all(guest, ["is there anybody?"])
    hears(guest, ["is there anybody?"], since, "the echo of tox-node")


def meet(first, second, network):
    first.befriend(second)
    second.befriend(first)
    for peer in (first, second):
        peer.bootstrap(*network)
    first.online(PATIENCE)
    second.online(PATIENCE)
    since = second.mark()
    send_all(first, ["found you"])
    hears(second, ["found you"], since, "after meeting")


def relays(world):
    """Without UDP on either side, or on one, through a relay of either kind."""
    for hosts in (world.theirs, world.ours):
        network = [hosts(tcp=free_tcp_port()) for _ in range(3)]
        for peer in network[1:]:
            peer.bootstrap(network[0])
        for one, other in ((world.ours, world.ours), (world.ours, world.theirs)):
            relayed(one(udp=0), other(udp=0), network)
        relayed(world.ours(udp=0), world.theirs(), network)
        relayed(world.ours(), world.theirs(udp=0), network)


def relayed(first, second, network):
    start = time.monotonic()
    first.befriend(second)
    second.befriend(first)
    for peer in (first, second):
        peer.bootstrap(*network)
        peer.use_relays(*network)
    first.online(PATIENCE)
    second.online(PATIENCE)
    took = time.monotonic() - start
    expect_by_relay(first)
    texts = [f"through the relay {i} " + "x" * (13 * i % 1300) for i in range(100)]
    for speaker, listener in ((first, second), (second, first)):
        since = listener.mark()
        send_all(speaker, texts)
        hears(listener, texts, since, "through a relay")
    print(f"  {first} and {second}: {took:.2f} s", flush=True)
    for peer in (first, second):
        peer.driver.close()


def expect_by_relay(peer):
    listed = peer.command("friends", list=1)["list"]
    expect(listed.endswith(":tcp"), f"{peer} says {listed!r}, which is not by relay")


SCENARIOS = {"talk": talk, "requests": requests, "saves": saves, "restarts": restarts, "nodes": nodes, "relays": relays}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", choices=[*SCENARIOS, "all"])
    parser.add_argument("--ours", required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--theirs", default="")
    arguments = parser.parse_args()
    if not arguments.theirs:
        print("SKIPPED: libtoxcore is not installed (Debian: libtoxcore-dev), NOTHING WAS TESTED against it.")
        return 77
    failed = 0
    for name in SCENARIOS if arguments.scenario == "all" else [arguments.scenario]:
        world, start = World(arguments), time.monotonic()
        try:
            SCENARIOS[name](world)
            print(f"{name}: good, {time.monotonic() - start:.1f} s", flush=True)
        except Failed as failure:
            failed += 1
            print(f"{name}: FAILED: {failure}", flush=True)
        finally:
            world.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
