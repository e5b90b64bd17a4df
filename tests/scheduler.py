"""A CUPS scheduler of the tests' own: the real cupsd on loopback with our backend, and a printer behind it on paper.

Behind our backend stands one that does what a printer's does as far as the scheduler can see: it takes its time, and
what it has made lies in a tray, a line a card.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

OURS = Path(__file__).parents[1] / "packaging" / "cups" / "rekam17"
QUEUE = "kartu"
_PROGRAMS = Path("/usr/lib/cups")

_PRINTER = """\
#!/bin/sh
# A card printer: reads all of the card, prints for as long as its knob says, drops the card into the tray.
card=$(cat "${6:-/dev/stdin}" | wc -c)
echo "$3 $card" >> TRAY.begun
sleep "$(cat KNOBS/seconds)"
status=$(cat KNOBS/status)
[ "$status" = 0 ] && echo "$3 $card" >> TRAY
exit "$status"
"""


class Scheduler:
    """One cupsd with one queue, `kartu`; `kill` and `start` may be called in any order of bad days."""

    def __init__(self, folder: Path, *, clean_interval: int = 30) -> None:
        self.folder = folder
        self.ledger = folder / "ledger"
        self.tray = folder / "trays" / "out"
        self._knobs = folder / "knobs"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("bin/backend", "conf", "spool/tmp", "cache", "run", "log", "ledger", "knobs", "trays"):
            (folder / name).mkdir(parents=True)
        for program in _PROGRAMS.iterdir():
            if program.name != "backend":
                (folder / "bin" / program.name).symlink_to(program)
        shutil.copy(OURS, folder / "bin" / "backend" / "rekam17")
        (folder / "bin" / "backend" / "ipp").symlink_to(_PROGRAMS / "backend" / "ipp")
        printer = folder / "bin" / "backend" / "paper"
        printer.write_text(_PRINTER.replace("TRAY", str(self.tray)).replace("KNOBS", str(self._knobs)))
        printer.chmod(0o755)
        if os.geteuid() == 0:  # then the scheduler runs its backends as lp
            for place in (self.ledger, self.tray.parent):
                shutil.chown(place, "lp", "lp")
        self.printer(seconds=0, status=0)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        (folder / "conf" / "cupsd.conf").write_text(
            f"Listen 127.0.0.1:{self.port}\nBrowsing No\nDefaultAuthType None\nWebInterface No\nLogLevel debug\n"
            f"DirtyCleanInterval {clean_interval}\nJobKillDelay 2\n"
            "<Location />\nOrder allow,deny\nAllow 127.0.0.1\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
        )
        places = {"ServerRoot": "conf", "ServerBin": "bin", "RequestRoot": "spool", "TempDir": "spool/tmp"}
        places |= {"CacheDir": "cache", "StateDir": "run", "AccessLog": "log/access", "ErrorLog": "log/error"}
        (folder / "conf" / "cups-files.conf").write_text(
            "".join(f"{name} {folder / place}\n" for name, place in places.items())
            + f"PageLog {folder / 'log' / 'page'}\nSystemGroup root\nSandboxing relaxed\n"
            + f"SetEnv REKAM17_CARDS {self.ledger}\n"
        )

    @property
    def address(self) -> str:
        """The queue's address, as the settings of a laptop name it."""
        return f"ipp://127.0.0.1:{self.port}/printers/{QUEUE}"

    def printer(self, **knobs: object) -> None:
        """Say how long a card takes and with which status the printer's backend ends."""
        for name, value in knobs.items():
            (self._knobs / name).write_text(f"{value}\n")

    def start(self) -> None:
        """Start cupsd and wait until it answers."""
        conf = self.folder / "conf"
        arguments = ["cupsd", "-f", "-c", str(conf / "cupsd.conf"), "-s", str(conf / "cups-files.conf")]
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + 20
        while subprocess.run(self._client("lpstat", "-r"), capture_output=True).stdout != b"scheduler is running\n":
            assert time.monotonic() < give_up, "cupsd does not answer"
            assert self._process.poll() is None, "cupsd ended"
            time.sleep(0.02)

    def add_queue(self, uri: str = "rekam17:/paper:/tray", policy: str = "abort-job") -> None:
        """Make the queue: a raw one, since a card's PDF is the printer's own business."""
        options = ["-v", uri, "-E", "-o", f"printer-error-policy={policy}"]
        subprocess.run(self._client("lpadmin", "-p", QUEUE, *options), check=True, capture_output=True)

    def drop_queue(self) -> None:
        """Take the queue away, as somebody does who makes it anew."""
        subprocess.run(self._client("lpadmin", "-x", QUEUE), check=True, capture_output=True)

    def queues(self) -> str:
        """Return what the scheduler still knows of queues after it was killed."""
        return subprocess.run(self._client("lpstat", "-v"), capture_output=True, text=True, check=False).stdout

    def until_held(self) -> None:
        """Wait until the scheduler itself says that it holds a job: before that, its backend may not even run yet."""
        give_up = time.monotonic() + 60
        listing = self._client("lpstat", "-l", "-W", "not-completed", "-o", QUEUE)
        while b"job-hold-until-specified" not in subprocess.run(listing, capture_output=True, check=False).stdout:
            assert time.monotonic() < give_up, "the scheduler holds no job"
            time.sleep(0.05)

    def until_claimed(self, token: str) -> None:
        """Wait until our backend has begun with a card."""
        give_up = time.monotonic() + 60
        while not (self.ledger / token).exists():
            assert time.monotonic() < give_up, "no backend begins"
            time.sleep(0.02)

    def until_unloaded(self, job: int) -> None:
        """Wait until the scheduler has put an ended job out of its memory, as it does when it has time."""
        give_up = time.monotonic() + 60
        while f"[Job {job}] Unloading..." not in (self.folder / "log" / "error").read_text(errors="replace"):
            assert time.monotonic() < give_up, "the scheduler keeps the job in memory"
            self.queues()  # it looks at its jobs between requests
            time.sleep(0.1)

    def stop(self) -> None:
        """End the scheduler in order, everything written."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait()
        self._process = None

    def kill(self, *, with_backends: bool = False) -> None:
        """Kill the scheduler with -9; its backends go on, as they do, unless the power goes for all of them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = None
        if with_backends:
            self._kill_backends()

    def close(self) -> None:
        """End the scheduler and what it has left behind."""
        if self._process is not None:
            self.stop()
        self._kill_backends()

    def cards(self) -> list[str]:
        """Return the tokens of the cards in the tray, in the order in which they came."""
        return [line.split()[0] for line in self._lines(self.tray)]

    def begun(self) -> list[str]:
        """Return the tokens of the cards that the printer's backend has begun."""
        return [line.split()[0] for line in self._lines(self.tray.with_suffix(".begun"))]

    def until_idle(self) -> None:
        """Wait until no backend runs any more."""
        until_still(self.ledger)

    def _lines(self, file: Path) -> list[str]:
        return file.read_text().splitlines() if file.exists() else []

    def _kill_backends(self) -> None:
        for backend in backends(self.ledger):
            with contextlib.suppress(ProcessLookupError):
                os.kill(backend, signal.SIGKILL)

    def _client(self, program: str, *arguments: str) -> list[str]:
        return [program, "-h", f"127.0.0.1:{self.port}", *arguments]


def backends(ledger: Path) -> list[int]:
    """Find the backends of a ledger by their own environment: they outlive a killed scheduler."""
    mark = f"REKAM17_CARDS={ledger}".encode()
    found: list[int] = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0") and (process / "cmdline").read_bytes():
                    found.append(int(process.name))
    return found


def until_still(ledger: Path) -> None:
    """Wait until no backend of a ledger runs any more."""
    give_up = time.monotonic() + 60
    while backends(ledger):
        assert time.monotonic() < give_up, "a backend does not end"
        time.sleep(0.02)
