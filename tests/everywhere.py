"""ippeveprinter of CUPS as a card printer: a real IPP Everywhere printer whose moods a test sets while a card is in it.

It runs a command per job, and that command's messages on stderr are what the printer says of itself (ippevepcl(7)).
Even with its DNS-SD turned off it wants a system bus to ask for avahi, and only that: a bus of its own is enough.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

NAMES = ("YMCK ribbon", "Retransfer film")

_BUS = """\
<busconfig>
<listen>unix:path=SOCKET</listen>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""
_ATTRIBUTES = """\
ATTR mimeMediaType document-format-supported application/pdf
ATTR name marker-names "YMCK ribbon","Retransfer film"
ATTR keyword marker-types ribbonWax,transferUnit
ATTR name marker-colors none,none
ATTR integer marker-levels 82,74
ATTR integer marker-low-levels 10,10
ATTR integer marker-high-levels 100,100
ATTR keyword media-default om_cr80_54x85.6mm
ATTR keyword media-ready om_cr80_54x85.6mm
ATTR keyword media-supported om_cr80_54x85.6mm
ATTR collection media-size-supported {x-dimension=5400 y-dimension=8560}
ATTR collection media-col-default {media-size={x-dimension=5400 y-dimension=8560}}
"""
_COMMAND = """\
#!/bin/sh
# One card: says what the printer feels, and waits until it is told what becomes of it.
card=$(wc -c < "$1")
echo "$IPP_JOB_NAME $card" >> FOLDER/begun
said=
while :; do
	feels=$(cat FOLDER/feels)
	[ "$feels" = "$said" ] || printf '%s\\n' "$feels" >&2
	said=$feels
	case $(cat FOLDER/does) in
	print) break ;;
	spoil) exit 1 ;;
	esac
	sleep 0.05
done
echo "$IPP_JOB_NAME $card" >> FOLDER/tray
"""


class EverywherePrinter:
    """One printer at one port, whose moods are the test's to set; `pull` and `start` as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._bus: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "bus.conf").write_text(_BUS.replace("SOCKET", str(folder / "bus")))
        (folder / "attributes").write_text(_ATTRIBUTES)
        command = folder / "command"
        command.write_text(_COMMAND.replace("FOLDER", str(folder)))
        command.chmod(0o755)
        self.feels("")
        self.does("print")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    @property
    def address(self) -> str:
        """Where a queue finds the printer."""
        return f"ipp://localhost:{self.port}/ipp/print"

    def feels(self, *messages: str) -> None:
        """Say STATE and ATTR messages of ippevepcl(7) now, or with the next card."""
        self._put("feels", "".join(f"{message}\n" for message in messages))

    def does(self, what: str) -> None:
        """`print` the card, let it `wait`, or `spoil` it."""
        self._put("does", what)

    def start(self) -> None:
        """Power on, with nothing remembered, and wait until it answers."""
        if self._bus is None:
            self._bus = subprocess.Popen(
                ["dbus-daemon", f"--config-file={self.folder / 'bus.conf'}", "--nofork"], stderr=subprocess.DEVNULL
            )
        _until(lambda: (self.folder / "bus").exists(), "no bus")
        arguments = ["-r", "off", "-n", "localhost", "-p", str(self.port)]
        arguments += ["-a", str(self.folder / "attributes"), "-c", str(self.folder / "command")]
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder / 'bus'}"}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["ippeveprinter", *arguments, "-d", str(self.folder), "-vv", "Kartu"],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _until(self._listens, "ippeveprinter does not answer")

    def pull(self) -> None:
        """Pull the plug in the middle of whatever it does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the printer and its bus."""
        self.pull()
        if self._bus is not None:
            self._bus.terminate()
            self._bus.wait()
            self._bus = None

    def cancel(self) -> None:
        """Cancel the card in the printer at its own buttons; the machine stops at its next step."""
        test = "/usr/share/cups/ipptool/cancel-current-job.test"
        subprocess.run(["ipptool", "-t", self.address, test], check=True, capture_output=True)

    def cards(self) -> list[str]:
        """Return the tokens of the cards in the tray."""
        return self._tokens("tray")

    def begun(self) -> list[str]:
        """Return the tokens of the cards that went in."""
        return self._tokens("begun")

    def until_begun(self, token: str) -> None:
        """Wait until a card has gone in."""
        _until(lambda: token in self.begun(), "the card does not go in")

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text(errors="replace")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _tokens(self, name: str) -> list[str]:
        file = self.folder / name
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []

    def _put(self, name: str, text: str) -> None:
        draft = self.folder / f"{name}.draft"
        draft.write_text(text)
        draft.replace(self.folder / name)


def _until(holds: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up, what
        time.sleep(0.02)
