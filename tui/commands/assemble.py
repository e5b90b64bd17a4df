"""`rekam17 office assemble`: recordings opened with the office's keys, as the next system takes them."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from store.folder import replace_file, sync_folder
from store.key_files import SealError
from store.office.office import Office
from store.office.opening import OpeningError, OpeningProblem, open_recording, recordings
from store.sealing import KeyUse, read_private
from tui.commands.unlocking import fail
from tui.enrolment_packet import UnusableCapture, files

_CLOSED = {
    OpeningProblem.UNKNOWN: "is not here",
    OpeningProblem.UNDECIDED: "somebody was recorded twice: rekam17 office conflicts",
    OpeningProblem.REJECTED: "the coordinator kept another recording of this person",
    OpeningProblem.NOT_SEALED: "is marked as another pupil's, or void",
    OpeningProblem.MISSING: "a capture is missing: restore the office's copy",
    OpeningProblem.DAMAGED: "a capture is damaged: restore the office's copy",
    OpeningProblem.OTHER_KEY: "a capture was sealed to another key than the one given",
}
_QUIET = (OpeningProblem.REJECTED, OpeningProblem.NOT_SEALED)
"""What is as somebody decided, and no fault."""


def run(office: Office, args: argparse.Namespace) -> int:
    """Write a folder a recording into `args.out`; 0 all there, 1 some are not, 2 nothing was done."""
    try:
        keys = [read_private(Path(args.keys) / f"{use.value}.key", use) for use in (KeyUse.BIOMETRICS, KeyUse.PRINTING)]
    except SealError:
        return fail(f"{args.keys}: biometrics.key and printing.key of the office are needed; they lie in its safe")
    out = Path(args.out)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = there = refused = 0
    for key in recordings(office):
        if (out / key).exists():
            there += 1
            continue
        try:
            packet = files(open_recording(office, key, *keys))
        except OpeningError as error:
            refused += error.problem not in _QUIET
            print(f"{key}: {_CLOSED[error.problem]}" + (f" ({error.detail})" if error.detail != key else ""))
        except UnusableCapture as error:
            refused += 1
            print(f"{key}: {error.part.value} is not what a device gives")
        else:
            _lay_down(out, key, packet)
            made += 1
    print(f"{made} recordings written to {out}, {there} were there already, {refused} could not be.")
    return 1 if refused else 0


def _lay_down(out: Path, key: str, packet: dict[str, bytes]) -> None:
    """Let a recording's folder appear whole or not at all."""
    beside = out / f".{key}"
    shutil.rmtree(beside, ignore_errors=True)  # of a run that was cut
    beside.mkdir(mode=0o700)
    for name, content in packet.items():
        replace_file(beside / name, content)
    beside.rename(out / key)
    sync_folder(out)
