"""Runs in the VM: says each event of the kernel the moment it comes, before udev has looked at it.

The stamp is CLOCK_MONOTONIC, as the program's own report has it. Real-time priority, so that the load that is to be
measured does not delay the measuring.
"""

import json
import os
import select
import socket
import sys
import time

_NETLINK_KOBJECT_UEVENT = 15
_KERNEL = 1
"""The multicast group of the kernel's own events; udev's are in group 2."""


def main() -> None:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_KOBJECT_UEVENT) as events:
        events.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        events.bind((0, _KERNEL))
        print(json.dumps({"ready": True}), flush=True)
        while True:
            ready, _, _ = select.select([events, sys.stdin], [], [])
            if sys.stdin in ready:
                return  # nothing is ever said to it: this is the end of the line
            packet = events.recv(1 << 16)
            at = time.monotonic()
            fields = dict(
                word.partition("=")[::2] for word in packet.decode("utf-8", "replace").split("\0") if "=" in word
            )
            print(json.dumps({"at": at, **{name.lower(): value for name, value in fields.items()}}), flush=True)


main()
