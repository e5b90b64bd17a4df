"""`rekam17 office ...`: at the office, what the laptops' sticks bring."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from store import settings
from store.bundles import answers, receipts
from store.bundles.exchange import PRIVATE_FILE, PUBLIC_FILE, LaptopPublic
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stick import ANSWERS, BUNDLES, RECEIPTS
from store.bundles.stream import MOST_BODY
from store.bundles.wire import SUFFIX
from store.clock import SystemClock
from store.folder import replace_file
from store.key_files import SealError, read_small
from store.office import answering, versions
from store.office.engine import EngineError
from store.office.ingest import Ingested, Outcome, ingest, receipt
from store.office.office import Office
from tui.commands import assemble, bundle_words, conflicts, serve
from tui.commands.unlocking import fail

_TELL_THE_LAPTOP = (BundleProblem.FORK, BundleProblem.GAP, BundleProblem.REVOKED_LAPTOP)
"""What a laptop finds out by the receipt and the answer: up to where the office has it, or that it is not wanted."""
_MOST_FILE = MOST_BODY + (1 << 17)


def run(args: argparse.Namespace) -> int:
    """Do what `args.action` says with the office in `args.dir`; 0 done, 1 something was refused, 2 nothing done."""
    folder = Path(args.dir)
    if args.action == "init":
        return _init(folder, args.regency, args.name, args.database)
    try:
        if args.action == "serve":
            return serve.run(folder, args.host, args.port)
        with Office.open(folder, SystemClock()) as office:
            return _ACTIONS[args.action](office, args)
    except SealError:
        return fail(f"{folder}: no office here: rekam17 office init")
    except EngineError as error:
        return fail(f"{folder}: its database cannot be reached, or refuses: {str(error).splitlines()[0]}", 1)
    except OSError as error:
        return fail(f"{folder}: {error.strerror or 'cannot be read or written'}; nothing was half taken in", 1)


def _init(folder: Path, regency: str, name: str, url: str) -> int:
    try:
        keys = Office.init(folder, regency, name, url)
    except ValueError:
        return fail("--regency is four digits such as 6311, --name the office's, --database begins postgresql://")
    except SealError as error:
        return fail(f"{folder}: {bundle_words.of_key(error)}")
    except OSError as error:
        return fail(f"{folder}: {error.strerror or 'cannot be written'}")
    print(f"{folder / PUBLIC_FILE}: give this file to every laptop")
    print(f"{folder / PRIVATE_FILE}: stays here; without it no bundle can be opened, so keep a copy in the safe")
    print(f"Fingerprint, to read out by phone: {keys.public.fingerprint}")
    return 0


def _add(office: Office, args: argparse.Namespace) -> int:
    try:
        laptop = LaptopPublic.decode(read_small(Path(args.file)))
    except SealError as error:
        return fail(f"{args.file}: {bundle_words.of_key(error)}")
    if args.fingerprint.strip().upper() != laptop.fingerprint:
        return fail(f"{args.file}: its fingerprint is {laptop.fingerprint}, not what was typed. Nothing was changed.")
    try:
        office.add_laptop(laptop)
    except BundleError as error:
        return fail(f"{args.file}: {bundle_words.of_bundle(error)}")
    print(f"{laptop.name}: its bundles are taken from now on.")
    return 0


def _revoke(office: Office, args: argparse.Namespace) -> int:
    if args.officer:
        try:
            known = answering.end_officer(office, args.officer)
        except answering.UnknownOfficerError:
            return fail(f"{args.officer}: no laptop has told of an officer of that name")
        print(f"{args.officer}: may not work any more on {known} laptops; each hears it with its next answer.")
        return 0
    found = [one for one in office.standing().laptops if args.laptop in (one.node, one.name) and not one.revoked]
    if len(found) != 1:
        return fail(f"{args.laptop}: {len(found)} laptops of that name; rekam17 office status shows their numbers")
    office.revoke(found[0].node)
    print(f"{found[0].name}: nothing more is taken of it.")
    return 0


def _statuses(office: Office, args: argparse.Namespace) -> int:
    from store.roster import read_siak_export
    from store.roster.types import UnreadableFile
    from tui.commands.roster_words import UNREADABLE

    try:
        day = date.fromisoformat(args.day)
        reading = read_siak_export(args.file)
    except ValueError:
        return fail(f"--day {args.day}: a day is written 2026-11-20")
    except UnreadableFile as error:
        return fail(f"{args.file}: {UNREADABLE[error.reason]}")
    count = answering.take_statuses(office, reading.people, day)
    print(f"{count} statuses of {day}; each laptop hears of those it recorded with its next answer.")
    return 0


def _settings(office: Office, args: argparse.Namespace) -> int:
    if args.name is None:
        for name, value in answering.settings_for_all(office).items():
            print(f"{name} = {json.dumps(value)}")
        return 0
    try:
        answering.set_for_all(office, args.name, json.loads(args.value or ""))
    except (settings.UnknownSettingError, settings.BadSettingError, ValueError):
        return fail(f"{args.name} {args.value}: no such setting, or not a value it can have. Nothing was changed.")
    print(f"{args.name} = {args.value}: each laptop takes it with its next answer.")
    return 0


def _ingest(office: Office, args: argparse.Namespace) -> int:
    stick = Path(args.stick)
    files = sorted((stick / BUNDLES).glob("[!.]*" + SUFFIX))
    if not files:
        return fail(f"{stick / BUNDLES}: no bundles there")
    refused, nodes = 0, set[str]()
    for file in files:
        try:
            nodes.add(_take(office, file).node)
        except BundleError as error:
            refused += 1
            if error.problem in _TELL_THE_LAPTOP:
                nodes.add(file.name.partition("-")[0])
            print(f"{file.name}: {bundle_words.of_bundle(error)}. Nothing of it was taken.")
    known = nodes & {one.node for one in office.standing().laptops}
    for folder, suffix, make in ((RECEIPTS, receipts.SUFFIX, receipt), (ANSWERS, answers.SUFFIX, answering.answer)):
        place = stick / folder
        place.mkdir(exist_ok=True)
        for node in known:
            replace_file(place / (node + suffix), make(office, node))
    print(f"{len(files) - refused} of {len(files)} bundles are here; receipts for {len(known)} laptops on the stick.")
    return 1 if refused else 0


def _take(office: Office, file: Path) -> Ingested:
    if file.stat().st_size > _MOST_FILE:
        raise BundleError(BundleProblem.TOO_BIG)
    done = ingest(office, file.read_bytes())
    if done.outcome is Outcome.KNOWN:
        print(f"{file.name}: here already")
    else:
        aside = f"; {done.set_aside} rows set aside: rekam17 office conflicts" if done.set_aside else ""
        print(f"{file.name}: {done.lines} lines, {done.recordings} recordings, {done.captures} captures{aside}")
    return done


def _status(office: Office, _args: argparse.Namespace) -> int:
    now = office.standing()
    print(f"{office.keys.name} ({office.keys.regency})")
    print(f"{now.recordings} recordings with {now.captures} captures in {now.bundles} bundles")
    for one in now.laptops:
        seen = one.seen_at or "never"
        state = "revoked" if one.revoked else f"up to bundle {one.upto}, line {one.lines}, last {seen}"
        print(f"  {one.node}  {one.name}: {state}")
    if now.set_aside:
        print(f"! {now.set_aside} rows set aside")
    if open_ones := sum(1 for _one in versions.conflicts(office)):
        print(f"! {open_ones} to decide: rekam17 office conflicts")
    return 0


_ACTIONS = {
    "add": _add,
    "revoke": _revoke,
    "ingest": _ingest,
    "statuses": _statuses,
    "settings": _settings,
    "status": _status,
    "conflicts": conflicts.run,
    "assemble": assemble.run,
}
