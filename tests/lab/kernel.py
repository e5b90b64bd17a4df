"""The VM's kernel: Debian's stock one, downloaded and unpacked into a cache without being installed."""

from __future__ import annotations

import fcntl
import lzma
import os
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_SETUP_SECTS, _PAYLOAD_OFFSET, _PAYLOAD_LENGTH = 0x1F1, 0x248, 0x24C
"""Offsets in a bzImage: Linux x86 boot protocol, `setup_sects`, `payload_offset` and `payload_length`."""


def tool(name: str) -> str:
    """Return a system program's path, also where an ordinary user's PATH lacks it."""
    path = shutil.which(name, path=_SYSTEM_PATH)
    if path is None:
        raise FileNotFoundError(name)
    return path


def cache_folder() -> Path:
    """Where what is downloaded is kept: outside the tree, so that a clean checkout finds it again."""
    if own := os.environ.get("REKAM17_LAB_CACHE"):
        return Path(own).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rekam17-lab"


@dataclass(frozen=True)
class Kernel:
    """An unpacked kernel package: what QEMU boots, and the modules the VM loads."""

    folder: Path

    @property
    def image(self) -> Path:
        """The uncompressed kernel: unpacking it under emulation would cost five seconds a boot."""
        return self.folder / "vmlinux"

    @property
    def release(self) -> str:
        """The release as `uname -r` gives it."""
        return next((self.folder / "lib/modules").iterdir()).name

    @property
    def present(self) -> bool:
        """Whether setup was carried through."""
        return self.image.exists()

    def modules_for(self, names: tuple[str, ...]) -> list[Path]:
        """List the files of these modules and of what they need, in the order of loading."""
        files: list[Path] = []
        for name in names:
            said = subprocess.run(
                [tool("modprobe"), "-d", self.folder, "-S", self.release, "--show-depends", name],
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            for line in said.splitlines():
                verb, _, file = line.partition(" ")
                if verb == "insmod" and (path := Path(file.split()[0])) not in files:
                    files.append(path)
        return files


def kernel() -> Kernel:
    """Return the cached kernel, which may not be there yet."""
    return Kernel(cache_folder() / "kernel")


def setup() -> Kernel:
    """Download and unpack the kernel unless it is there; needs apt's lists. Raises CalledProcessError."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with held("setup"), tempfile.TemporaryDirectory(dir=cache) as draft:
        there = kernel()
        if there.present:
            return there
        made = Kernel(Path(draft) / "kernel")
        said = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], check=True, capture_output=True, text=True)
        package = re.search(r"Depends: (linux-image-\S+)", said.stdout)
        if package is None:
            raise FileNotFoundError("linux-image-amd64")
        subprocess.run(
            ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package[1]], check=True, cwd=draft
        )
        (archive,) = Path(draft).glob("linux-image-*.deb")
        subprocess.run(["dpkg", "-x", archive, made.folder], check=True)
        subprocess.run([tool("depmod"), "-b", made.folder, made.release], check=True)
        image = (made.folder / "boot" / f"vmlinuz-{made.release}").read_bytes()
        made.image.write_bytes(_unpacked(image))
        shutil.rmtree(there.folder, ignore_errors=True)
        made.folder.rename(there.folder)
    return there


@contextmanager
def held(name: str) -> Iterator[None]:
    """Hold one of the cache's locks, waiting for it: two VMs at once would starve each other."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unpacked(image: bytes) -> bytes:
    """Take the xz payload out of a bzImage; its last four bytes are the unpacked size, not xz."""
    begin = ((image[_SETUP_SECTS] or 4) + 1) * 512 + struct.unpack_from("<I", image, _PAYLOAD_OFFSET)[0]
    (length,) = struct.unpack_from("<I", image, _PAYLOAD_LENGTH)
    return lzma.LZMADecompressor().decompress(image[begin : begin + length - 4])
