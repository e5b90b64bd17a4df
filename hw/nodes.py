"""What is plugged in, node by node, with what was pulled only a moment ago: no I/O, the time is given.

A node may go and come back within half a second: the kernel resets a device, a driver hands it to another. Until that
time is over nobody is told of a loss, so that an officer is not rung up for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hw.recognition import Recognised

SETTLE_S = 0.5
"""For so long a node that went may come back unnoticed; a real loss is to be announced within a second."""

BARE_S = 2.0
"""For so long after plugging the kernel and udev may still be making the node that a driver opens."""


@dataclass(frozen=True)
class Node:
    """One recognised node, remembered from the moment it was added: when it goes, sysfs cannot be asked any more.

    `usb` is the sysfs path of the USB device it belongs to, `ids` that device's vendor:product. A `bare` node is the
    USB device itself, known by its ids or its interfaces, while the driver opens another of its nodes; `since` is the
    monotonic time at which udev first saw it.
    """

    device: Recognised
    usb: str
    address: str
    serial: str
    path: str
    ids: str = ""
    bare: bool = False
    since: float = 0.0

    @property
    def key(self) -> str:
        """The serial number where there is one, else the port."""
        return self.serial or self.path

    @property
    def place(self) -> tuple[str, Recognised]:
        """Where it is plugged in and as what: the same before and after it flaps, whatever its node is called."""
        return self.usb, self.device


class Nodes:
    """The nodes by their sysfs path."""

    def __init__(self) -> None:
        self._here: dict[str, Node] = {}
        self._gone: dict[str, tuple[Node, float]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._here

    def put(self, path: str, node: Node) -> None:
        """Take a node up, or what is newly known of it."""
        self._here[path] = node
        self._gone.pop(path, None)

    def drop(self, path: str, at: float) -> bool:
        """Take a node out; False where it is none of ours."""
        node = self._here.pop(path, None)
        if node is not None:
            self._gone[path] = node, at
        return node is not None

    def replace(self, nodes: Mapping[str, Node], at: float) -> None:
        """Take over a whole list; what is not in it went now."""
        for path in self._here.keys() - nodes.keys():
            self.drop(path, at)
        for path, node in nodes.items():
            self.put(path, node)

    def standing(self, at: float) -> tuple[tuple[Node, bool], ...]:
        """Return what counts as plugged in, each place once, and whether it went a moment ago and may come back.

        Of a device with several nodes the one with the lowest number counts. A bare device counts once its own node
        has not come for too long. What went longer ago is forgotten.
        """
        self._gone = {path: gone for path, gone in self._gone.items() if at - gone[1] < SETTLE_S}
        ordered = sorted(self._here.values(), key=lambda node: (len(node.address), node.address))
        present = {node.place: node for node in reversed(ordered) if not node.bare}
        owners = {node.usb: node.serial for node in ordered}
        flapping = {
            node.place: node
            for node, _when in self._gone.values()
            if not node.bare and node.place not in present and owners.get(node.usb, node.serial) == node.serial
        }
        homes = {node.usb for node in (*present.values(), *flapping.values())}
        bare = [node for node in ordered if node.bare and node.usb not in homes and at - node.since >= BARE_S]
        return (
            *((node, False) for node in present.values()),
            *((node, True) for node in flapping.values()),
            *((node, False) for node in bare),
        )
