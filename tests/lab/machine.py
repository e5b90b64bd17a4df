"""The VM itself: QEMU without KVM, the host's root read-only under a tmpfs, orders by ssh, its hardware by QMP.

Whatever is installed here is there at the same path: the working tree, its `.venv`, the system's programs. The VM may
write anywhere; nothing of it comes back. Files that change here after the boot may not be seen in it.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from .feed import Feed
from .initramfs import initramfs
from .kernel import Kernel, tool

PROJECT = Path(__file__).parents[2]
_GUEST = Path(__file__).parent / "guest"
_BOOT_SECONDS = 300
_SSHD = """\
HostKey {run}/host
AuthorizedKeysFile {run}/key.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
UseDNS no
MaxSessions 64
SetEnv PATH={path}:/usr/sbin:/sbin
"""


class MachineError(Exception):
    """The VM did not boot, or something in it failed; the message is what it said last."""


class Machine:
    """A running VM."""

    def __init__(self, run: Path, port: int) -> None:
        self._run = run
        self._port = port

    def run(self, *command: str, stdin: str = "", seconds: float = 60) -> str:
        """Run a command as root in the project's folder and return its output. Raises MachineError where it fails."""
        done = subprocess.run(
            self._command(command), input=stdin, capture_output=True, text=True, timeout=seconds, check=False
        )
        if done.returncode:
            raise MachineError(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *command: str) -> Feed:
        """Start a command that speaks JSON lines; whoever starts it closes it."""
        return Feed(self._command(command))

    def start_python(self, script: Path, *arguments: str) -> Feed:
        """Start a Python script with the program's own interpreter and packages."""
        # Named by its path: a version switcher in front of Python is a shell script, which costs seconds here.
        return self.start(sys.executable, "-u", str(script), *arguments)

    def qmp(self, execute: str, **arguments: object) -> Any:
        """Give QEMU one order of its machine protocol. Raises MachineError."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._run / "qmp"))
            with line.makefile("rw") as talk:
                talk.readline()
                for order in ({"execute": "qmp_capabilities"}, {"execute": execute, "arguments": arguments}):
                    talk.write(json.dumps(order) + "\n")
                    talk.flush()
                    while "event" in (answer := json.loads(talk.readline())):
                        pass
                    if "error" in answer:
                        raise MachineError(f"{execute}: {answer['error']['desc']}")
                return answer["return"]

    def serial_socket(self, name: str) -> Path:
        """Make a Unix socket that is a serial line of this name for QEMU's devices."""
        socket_path = self._run / name
        address = {"type": "unix", "data": {"path": str(socket_path)}}
        backend = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        self.qmp("chardev-add", id=name, backend=backend)
        return socket_path

    def console(self) -> str:
        """Return what the VM wrote on its console so far."""
        file = self._run / "console"
        return file.read_text(errors="replace") if file.exists() else ""

    def _command(self, command: tuple[str, ...]) -> list[str]:
        return [*self.ssh(), f"cd {shlex.quote(str(PROJECT))} && exec env PYTHONPATH=. {shlex.join(command)}"]

    def ssh(self, *options: str) -> list[str]:
        """Return the ssh command that reaches the VM, to which the remote command is added."""
        given = {
            "UserKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "no",
            "ConnectTimeout": "30",
            "ControlPath": str(self._run / "ssh"),
        }
        pairs = [word for name, value in given.items() for word in ("-o", f"{name}={value}")]
        key = ["-i", str(self._run / "key"), "-p", str(self._port)]
        return [tool("ssh"), "-q", "-F", "none", *key, *pairs, *options, "root@127.0.0.1"]


@contextmanager
def booted(kernel: Kernel, *extra: str) -> Iterator[Machine]:
    """Boot a VM for as long as the block lasts; `extra` is given to QEMU. Raises MachineError.

    It ends with the block, as if the power had been cut, and with this process, should that be killed.
    """
    with ExitStack() as stack:
        # Short, because sockets are in it; mode 0700, because whoever can reach them is root in the VM.
        run = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rekam17-lab-")))
        for name in ("key", "host"):
            subprocess.run([tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", run / name], check=True)
        (run / "sshd_config").write_text(_SSHD.format(run=run, path=os.environ["PATH"]))
        (run / "initramfs").write_bytes(initramfs(kernel))
        port = _free_port()
        output = stack.enter_context((run / "qemu").open("w"))
        qemu = subprocess.Popen(
            [tool("setpriv"), "--pdeathsig", "KILL", *_qemu(kernel, run, port), *extra],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        stack.callback(_end, qemu)
        machine = Machine(run, port)
        _wait(machine, qemu, run)
        # One connection for all orders: a key exchange under emulation costs a second, an order on it a tenth.
        master = subprocess.Popen(
            [tool("setpriv"), "--pdeathsig", "KILL", *machine.ssh("-M", "-N")],
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        stack.callback(_end, master)
        while not (run / "ssh").exists():
            if master.poll() is not None:
                raise MachineError(f"no ssh\n{machine.console()[-600:]}")
            time.sleep(0.05)
        yield machine


def _qemu(kernel: Kernel, run: Path, port: int) -> list[str]:
    arguments = (
        "console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable random.trust_cpu=on net.ifnames=0 "
        f"lab.init={_GUEST / 'init'} lab.kernel={kernel.folder} lab.run={run}"
    )
    return [
        *(tool("qemu-system-x86_64"), "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"),
        *("-m", "1536", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-kernel", str(kernel.image), "-initrd", str(run / "initramfs"), "-append", arguments),
        *("-serial", f"file:{run / 'console'}", "-qmp", f"unix:{run / 'qmp'},server=on,wait=off"),
        *("-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"),
        *("-device", "virtio-9p-pci,fsdev=root,mount_tag=root"),
        *("-netdev", f"user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"),
        *("-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci"),
        *("-device", "qemu-xhci,id=xhci,p2=8,p3=8"),
    ]


def _wait(machine: Machine, qemu: subprocess.Popen[bytes], run: Path) -> None:
    end = time.monotonic() + _BOOT_SECONDS
    while "lab: ready" not in machine.console():
        if qemu.poll() is not None:
            raise MachineError(f"QEMU ended\n{(run / 'qemu').read_text()}{machine.console()[-600:]}")
        if time.monotonic() > end:
            raise MachineError(f"no boot in {_BOOT_SECONDS} s\n{machine.console()[-600:]}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
