"""A rehearsal as a program of its own, and its store looked into from outside, also while it runs."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hw.emulators.clock import SharedClock
from store.errors import TooSoon
from store.folder import Folder
from store.keyring import Keyring
from store.store import Store
from tui.training import school
from tui.training.ground import PASSPHRASE
from tui.training.school import SamplePupil

ROOT = Path(__file__).parents[2]
CENTRE = timedelta(days=21)
"""How long the play lets the centre take."""


@dataclass(frozen=True)
class Rehearsal:
    """The folders of one rehearsal and the school it plays."""

    place: Path
    pupils: int
    seed: int = 1

    @property
    def data(self) -> Path:
        """Where the training ground is."""
        return self.place / "data"

    @property
    def out(self) -> Path:
        """Where its PDFs go."""
        return self.place / "out"

    @property
    def tray(self) -> list[Path]:
        """The cards that came out of the emulated printer."""
        return sorted((self.data / "kit" / "printer" / "tray").glob("*.pdf"))

    def start(self, *more: str) -> subprocess.Popen[str]:
        """Begin the rehearsal, or go on with it."""
        command = [sys.executable, "-m", "tui", "rehearse", "--auto", "--pupils", str(self.pupils)]
        command += ["--seed", str(self.seed), "--out", str(self.out), "--data", str(self.data), *more]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(self.place)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self, kind: str, *more: str) -> Path:
        """Draw a paper of the one visit, as anybody can from the command line, and return where it lies."""
        out = self.place / f"{kind}.pdf"
        ran = self._command("report", kind, "--visit", "1", "--out", str(out), *more)
        assert ran.returncode == 0, ran.stderr
        return out

    def verify(self, paper: Path) -> tuple[int, str]:
        """Return the exit status and the words of `rekam17 verify` about a paper."""
        ran = self._command("verify", str(paper))
        return ran.returncode, ran.stdout + ran.stderr

    def _command(self, *words: str) -> subprocess.CompletedProcess[str]:
        reading, writing = os.pipe()
        os.write(writing, PASSPHRASE.encode() + b"\n")
        os.close(writing)
        command = [sys.executable, "-m", "tui", "--training", *words]
        try:
            return subprocess.run(
                [*command, "--data", str(self.data / "data"), "--passphrase-fd", str(reading)],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(self.place)},
                pass_fds=(reading,),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            os.close(reading)

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store, whether or not the rehearsal runs."""
        folder, clock = Folder(self.data / "data"), SharedClock(self.data / "clock")
        keyring = Keyring(folder)
        first = keyring.officers()[0]
        try:
            opened = keyring.unlock(first.id, PASSPHRASE, clock.now())
        except TooSoon as error:  # killed in the middle of a try, which counts as failed before it is made
            clock.advance(error.wait_seconds)
            opened = keyring.unlock(first.id, PASSPHRASE, clock.now())
        store = Store.open(folder.database, opened.database_key, clock)
        try:
            store.sign_in(first.id, first.roles)
            yield store
        finally:
            store.close()
            clock.close()

    @property
    def day(self) -> date:
        """The day of the visit."""
        return date.fromisoformat((self.data / "day").read_text(encoding="ascii"))

    def sample(self) -> tuple[SamplePupil, ...]:
        """Return the pupils of the school, as their papers have them."""
        return school.make_pupils(self.pupils, self.day, self.seed)

    def to_be_recorded(self) -> list[SamplePupil]:
        """Who is 16 or older on the day and was never recorded."""
        return [one for one in self.sample() if one.status == "BELUM REKAM" and _is(one, 16, self.day)]

    def to_be_printed(self) -> list[SamplePupil]:
        """Who of them is 17 when the centre's answer comes."""
        return [one for one in self.to_be_recorded() if _is(one, 17, self.day + CENTRE)]


def _is(pupil: SamplePupil, years: int, day: date) -> bool:
    born = pupil.birth_date
    return (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) >= years


def text_of(paper: Path) -> str:
    """Return the words of a PDF, as poppler reads them."""
    ran = subprocess.run(["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True, text=True)
    return ran.stdout


def niks_in(paper: Path) -> list[str]:
    """Return the NIKs that stand in a PDF, in reading order."""
    return re.findall(r"\b6311\d{12}\b", text_of(paper))
