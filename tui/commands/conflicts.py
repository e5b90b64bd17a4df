"""`rekam17 office conflicts`: what laptops disagree about, side by side, and the coordinator's word on it."""

from __future__ import annotations

import argparse
import json
import re
from typing import Any

from store.office import versions
from store.office.flaws import Flaw
from store.office.office import Office
from store.office.versions import Conflict, DecisionError, DecisionProblem, Kind
from tui.commands.unlocking import clean, fail

_SHORT = 8
"""So many digits at a key's end name it: keys made in the same minute begin alike."""
_WIDTH = 78
_NUMBER = re.compile(r"\d{12}(\d{4})")
_KINDS = {Kind.CHANGED: "changed on more than one laptop", Kind.RECORDED: "recorded more than once"}
_FLAWS = {
    Flaw.TOO_LONG: "a text is too long",
    Flaw.NO_TEXT: "a text holds what no text holds",
    Flaw.NO_DATE: "a date that no calendar has",
    Flaw.NO_NUMBER: "a number that is out of range",
    Flaw.NO_FACTS: "its facts cannot be read",
    Flaw.NO_NIK: "a NIK that is none",
}
_PROBLEMS = {
    DecisionProblem.NOTHING_OPEN: "nothing is open there any more",
    DecisionProblem.NOT_A_HEAD: "no such version is open there; look again",
    DecisionProblem.NO_REASON: "a decision needs --reason and --officer",
}


def run(office: Office, args: argparse.Namespace) -> int:
    """Show what is open, or decide `args.decide`; 0 nothing is open any more, 1 something is, 2 nothing was done."""
    found = list(versions.conflicts(office))
    if args.decide:
        return _decide(office, found, args)
    for conflict in found:
        _show(conflict)
    for row in office.set_aside():
        print(f"{row.kind} {row.place} of bundle {row.number} of {row.node}: set aside, {_FLAWS[row.flaw]}")
    if not found:
        print("Nothing to decide.")
    return 1 if found else 0


def _decide(office: Office, found: list[Conflict], args: argparse.Namespace) -> int:
    conflict = next((one for one in found if one.code == args.decide), None)
    if conflict is None:
        return fail(f"{args.decide}: {_PROBLEMS[DecisionProblem.NOTHING_OPEN]}")
    keys = [head.key for head in conflict.heads if head.key.endswith(args.keep)] if args.keep else []
    if len(keys) != 1:
        return fail(f"--keep: {_PROBLEMS[DecisionProblem.NOT_A_HEAD]}")
    try:
        versions.decide(office, conflict, keys[0], args.reason, args.officer)
    except DecisionError as error:
        return fail(f"{args.decide}: {_PROBLEMS[error.problem]}. Nothing was decided.")
    print(f"{args.decide}: {keys[0][-_SHORT:]} is kept; the other stays in the records.")
    return 0


def _show(conflict: Conflict) -> None:
    about = f"NIK ··{conflict.about[-4:]}" if conflict.kind is Kind.RECORDED else conflict.about[-_SHORT:]
    print(f"{conflict.code}  {about}: {_KINDS[conflict.kind]}")
    for number, head in enumerate(conflict.heads):
        print(f"  {'►' if number == 0 else ' '} {head.key[-_SHORT:]}  {clean(head.laptop)}  {clean(head.wall)}")
        for wall, event, facts in head.lines:
            print(f"      {clean(wall)[:16]}  {clean(event)}  {_facts(facts)}"[:_WIDTH])


def _facts(facts: dict[str, Any]) -> str:
    """Spell what a line says, NIKs and family card numbers by their last four digits."""
    return _NUMBER.sub(r"··\1", clean(json.dumps(facts, ensure_ascii=False)))
