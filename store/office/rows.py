"""What a bundle's parts become in the office's tables: rows, or what is set aside because no table may have it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from store.bundles.contents import CAPTURE, EVENT, RECORDING, Capture, Line, recording_of
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import Part
from store.bundles.wire import Header
from store.journal import canonical
from store.office import flaws
from store.office.flaws import Flaw

_COLUMNS = (
    *("regency", "node", "seq", "wall", "monotonic", "boot_id"),
    *("officer", "event", "subject", "facts", "hash", "clock"),
)
Row = dict[str, Any]


@dataclass
class Unpacked:
    """The rows of a bundle by table, its lines as they are chained, and its captures with their bytes."""

    lines: list[Line] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    recordings: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    set_aside: list[Row] = field(default_factory=list)


def unpacked(header: Header, parts: Iterable[Part]) -> Unpacked:
    """Sort the parts of a bundle into rows; raises BundleError (DAMAGED) for what no laptop makes."""
    whose = {"regency": header.regency, "node": header.node}
    made = Unpacked()
    for place, part in enumerate(parts, 1):
        here = {**whose, "number": header.number, "place": place}
        if part.kind == EVENT:
            _line(made, whose, here, Line.of(part))
        elif part.kind == RECORDING:
            _recording(made, whose, here, part)
        elif part.kind == CAPTURE:
            capture = Capture.of(part)
            made.captures.append(capture)
            named = {"capture": capture.id, "recording": capture.recording, "kind": capture.kind}
            file = {"sha256": capture.sha256, "size": len(capture.sealed)}
            made.files.append({"regency": header.regency, **named, **file})
        else:
            raise BundleError(BundleProblem.DAMAGED, "part")
    return made


def _line(made: Unpacked, whose: Row, here: Row, line: Line) -> None:
    made.lines.append(line)
    row = dict(zip(_COLUMNS, (*whose.values(), *line.row, line.hash.hex(), line.clock), strict=True))
    flaw = flaws.of_line(line)
    if flaw is None:
        made.events.append(row)
    else:
        made.set_aside.append(_aside(here, "line", flaw, row))


def _recording(made: Unpacked, whose: Row, here: Row, part: Part) -> None:
    key, person, said = recording_of(part)
    content = canonical(said)
    flaw = flaws.of_recording(said, content)
    if flaw is None:
        about = {"recording": key, "number": here["number"], "person": person, "nik": said["person"].get("nik")}
        made.recordings.append({**whose, **about, "content": content})
    else:
        made.set_aside.append(_aside(here, "recording", flaw, said))


def _aside(here: Row, kind: str, flaw: Flaw, content: Row) -> Row:
    return {**here, "kind": kind, "reason": flaw.value, "content": json.dumps(content)}
