"""Step 4's sheet with what is half typed in it: read, kept and ended together with the drafts, in one transaction."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import counts, drafts, pupils, siak_check
from store.siak_check import Decision, Field, SiakSheet

if TYPE_CHECKING:
    from store.pupils import PupilDetail
    from store.transaction import Transaction

_PREFIX = "siak_check/"


@dataclass(frozen=True, repr=False)
class Opened:
    """A pupil in step 4: who she is, the nine fields, what is half typed, and of how many she is one."""

    pupil: PupilDetail
    sheet: SiakSheet
    typed: dict[Field, dict[str, str]]
    listed: int


def open_sheet(tx: Transaction, pupil: uuid.UUID) -> Opened:
    """Read all that the screen shows; raises UnknownPupilError."""
    about = pupils.detail(tx, pupil)
    found = {field: drafts.load(tx, draft_key(pupil, field)) for field in Field}
    typed = {field: json.loads(text) for field, text in found.items() if text is not None}
    listed = counts.of_visit(tx, about.visit).pupils
    return Opened(about, siak_check.sheet(tx, pupil), typed, listed)


def keep(
    tx: Transaction, pupil: uuid.UUID, field: Field, certificate: str, decision: Decision | None, reason: str
) -> None:
    """Store what was typed about a field, and forget its draft; raises what `siak_check.differ` raises."""
    siak_check.differ(tx, pupil, field, certificate, decision, reason)
    drafts.drop(tx, draft_key(pupil, field))


def finish(tx: Transaction, pupil: uuid.UUID) -> siak_check.Finished:
    """End step 4 and forget every draft of it; raises what `siak_check.finish` raises."""
    finished = siak_check.finish(tx, pupil)
    drafts.drop_under(tx, f"{_PREFIX}{pupil.hex}/")
    return finished


def draft_key(pupil: uuid.UUID, field: Field) -> str:
    """Return under which key the half-typed panel of a field is kept."""
    return f"{_PREFIX}{pupil.hex}/{field.value}"
