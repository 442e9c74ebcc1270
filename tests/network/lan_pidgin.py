#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two Pidgins on one LAN, without internet and without a list of nodes: how soon they see each other. Needs root,
iproute2, nftables, Pidgin and Xvfb.

    lan_pidgin.py --ours TOX-PEER --plugin LIBPURPLE-TOX.SO
Exit status 77 where that is not to be had: NOTHING WAS TESTED."""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import SKIPPED, Lab, refused_here, until  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PATIENCE = 120


class Failed(Exception):
    pass


def shell(script, *arguments):
    """Words of tools/scratch.sh, which ./run uses for its throw-away profiles."""
    words = f". {ROOT}/tools/install.sh; . {ROOT}/tools/scratch.sh\n{script}"
    done = subprocess.run(["sh", "-euc", words, "sh", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr)
    return done.stdout.strip()


class Pidgin:
    def __init__(self, directory, number, site):
        self.profile, self.site = os.path.join(directory, f"p{number}"), site
        self.display, self.process = None, None
        site.host.run("ip", "addr", "add", f"192.168.7.{number}/24", "broadcast", "+", "dev", "eth0")

    def make(self, arguments, others_key=""):
        return shell('scratch_contact "$1" "$2" ${3:+"$3"}', self.profile, arguments.ours, others_key)

    def set_up(self, arguments, others_key):
        shell('scratch_files "$1" "$2" "none" "$3"', self.profile,
              os.path.dirname(os.path.dirname(arguments.plugin)), others_key)
        accounts = os.path.join(self.profile, "accounts.xml")
        self.edit(accounts, "<setting name='loopback-only' type='bool'>1</setting>", "")
        logs = "<pref name='log_ims'"
        system = "<pref name='log_system' type='bool' value='1'/>"
        self.edit(os.path.join(self.profile, "prefs.xml"), logs, system + logs)

    @staticmethod
    def edit(path, old, new):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            raise Failed(f"{path} does not hold {old}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def open_display(self):
        read, write = os.pipe()
        self.display = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten",
                                         "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        return ":" + os.read(read, 16).decode().strip()

    def start(self):
        environment = {**os.environ, "DISPLAY": self.open_display(), "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                       "NO_AT_BRIDGE": "1", "LC_ALL": "C.UTF-8"}
        # -f: there is no NetworkManager here to say that there is a network.
        command = self.site.host.command("pidgin", "-c", self.profile, "-m", "-f")
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def log(self):
        text = ""
        for path in glob.glob(os.path.join(self.profile, "logs/tox/*/.system/*.txt")):
            with open(path, encoding="utf-8") as file:
                text += file.read()
        return text

    def sees_other(self):
        return "to Available" in self.log()

    def close(self):
        for process in (self.process, self.display):
            if process:
                process.terminate()
                process.wait()


def run(arguments):
    directory, lab = tempfile.mkdtemp(), Lab("toxpid")
    pair = []
    try:
        pair = [Pidgin(directory, number + 1, lab.site(letter, "none", v4=False)) for number, letter in enumerate("AB")]
        keys = [pidgin.make(arguments) for pidgin in pair]
        for pidgin, key in zip(pair, reversed(keys)):
            pidgin.make(arguments, key)
            pidgin.set_up(arguments, key)
        for pidgin in pair:
            pidgin.start()
        until("both accounts to sign on", lambda: all("+++ you signed on" in pidgin.log() for pidgin in pair), PATIENCE)
        took = until("both to see the other", lambda: all(pidgin.sees_other() for pidgin in pair), PATIENCE)
        print(f"two Pidgins on a LAN: {took:.2f} s after both were signed on")
    except (Failed, TimeoutError):
        for pidgin in pair:
            print(f"--- {pidgin.profile}\n{pidgin.log()}")
        raise
    finally:
        for pidgin in pair:
            pidgin.close()
        lab.close()
        shutil.rmtree(directory)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--plugin", required=True)
    arguments = parser.parse_args()
    if refused_here("pidgin", "Xvfb"):
        return SKIPPED
    try:
        run(arguments)
    except (Failed, TimeoutError) as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
