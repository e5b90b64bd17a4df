"""The first root of the VM: busybox, the modules that the shared root needs, and a script. Made anew at each boot."""

from __future__ import annotations

import stat
from pathlib import Path

from .kernel import Kernel, tool

_GUEST = Path(__file__).parent / "guest"
_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
_CONSOLE = (5, 1)
_FOLDER, _PROGRAM, _FILE, _LINK = 0o040755, 0o100755, 0o100644, 0o120777

Entry = tuple[str, int, bytes]
"""Name, mode with its type bits, content."""


def initramfs(kernel: Kernel) -> bytes:
    """Make the archive for a kernel."""
    modules = kernel.modules_for(_MODULES)
    return _newc(
        [
            *((name, _FOLDER, b"") for name in ("bin", "dev", "modules", "new", "ro", "rw", "proc", "sys")),
            ("dev/console", stat.S_IFCHR | 0o600, b""),
            ("bin/busybox", _PROGRAM, Path(tool("busybox")).read_bytes()),
            ("bin/sh", _LINK, b"busybox"),
            ("init", _PROGRAM, (_GUEST / "init-first").read_bytes()),
            ("modules/order", _FILE, "\n".join(module.name for module in modules).encode()),
            *((f"modules/{module.name}", _FILE, module.read_bytes()) for module in modules),
        ]
    )


def _newc(entries: list[Entry]) -> bytes:
    """Pack a cpio archive in the format `newc`: the kernel's Documentation/driver-api/early-userspace/buffer-format."""
    packed = bytearray()
    for inode, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        called = name.encode() + b"\0"
        device = _CONSOLE if stat.S_ISCHR(mode) else (0, 0)
        header = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(called), 0)
        packed += b"070701" + b"".join(b"%08X" % number for number in header) + called
        packed += bytes(-len(packed) % 4) + data
        packed += bytes(-len(packed) % 4)
    return bytes(packed)
