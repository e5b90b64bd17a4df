"""A real sshd on loopback with keys of its own, and a line to it as slow as a field office's."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.peers import need

_READY_S = 20.0
_CHUNK = 512
_OPTIONS = (
    "ListenAddress=127.0.0.1",
    "UsePAM=no",
    "StrictModes=no",
    "PasswordAuthentication=no",
    "PermitRootLogin=yes",
    "PrintMotd=no",
    "PrintLastLog=no",
    "AcceptEnv=*",
    "LogLevel=ERROR",
)


@dataclass(frozen=True)
class Sshd:
    """Where it listens, and the key that it lets in."""

    port: int
    key: Path

    def command(self, command: str, port: int | None = None) -> list[str]:
        """Return the command line of a client with a terminal; through another port where a slow line is between."""
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "SendEnv=REKAM17_*"]
        flags = [part for option in options for part in ("-o", option)]
        at = ["-p", str(port or self.port), "-i", str(self.key)]
        return ["ssh", "-F", "none", "-tt", *flags, *at, f"{getpass.getuser()}@127.0.0.1", command]


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sshd(folder: Path) -> Generator[Sshd]:
    """Run one while entered; its files are in the folder."""
    for program in ("sshd", "ssh", "ssh-keygen"):
        need(program)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("host", "officer"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)  # where it gives up its privileges
    port = free_port()
    options = [*_OPTIONS, f"AuthorizedKeysFile={folder / 'officer.pub'}", f"HostKey={folder / 'host'}", f"Port={port}"]
    options.append(f"PidFile={folder / 'pid'}")
    flags = [part for option in options for part in ("-o", option)]
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", *flags], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Sshd(port, folder / "officer")
    finally:
        server.terminate()
        server.wait()


@contextmanager
def slow_line(port: int, bits_a_second: int, there_and_back_s: float) -> Generator[int]:
    """Lead a port of loopback to that one over such a line; yields the port of the near end."""
    near = free_port()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="slow line")
    thread.start()

    async def serve() -> asyncio.Server:
        async def led(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            ways = ((reader, far_writer), (far_reader, writer))
            with suppress(asyncio.CancelledError):  # hung up
                await asyncio.gather(*(_carry(*way, bits_a_second / 8, there_and_back_s / 2) for way in ways))

        return await asyncio.start_server(led, "127.0.0.1", near, limit=_CHUNK * 4)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result()
    try:
        yield near
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(server: asyncio.Server) -> None:
    server.close()
    lines = asyncio.all_tasks() - {asyncio.current_task()}
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: float, delay: float) -> None:
    """Carry bytes at the rate, each piece so much later: the line is a queue, as a modem's is."""
    loop = asyncio.get_running_loop()
    free = loop.time()
    try:
        while data := await reader.read(_CHUNK):
            free = max(free, loop.time()) + len(data) / rate
            loop.call_at(free + delay, writer.write, data)
            await asyncio.sleep(max(free - loop.time(), 0))
    except OSError:
        pass
    await asyncio.sleep(delay + 0.1)
    writer.close()


def _wait_for(port: int) -> None:
    end = time.monotonic() + _READY_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port, os.getpid())
