"""The command line: argparse, and nothing else imported before it is known what is wanted."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

_COMMANDS = {
    "application": ("tui.commands.application", "run"),
    "rehearse": ("tui.commands.rehearse", "run"),
    "roster": ("tui.commands.check", "run"),
    "siak": ("tui.commands.check", "run"),
    "devices": ("tui.commands.devices", "run"),
    "office-key": ("tui.commands.office_key", "run"),
    "backup": ("tui.commands.backup", "run"),
    "restore": ("tui.commands.backup", "restore"),
    "journal": ("tui.commands.journal", "run"),
    "verify": ("tui.commands.verify", "run"),
    "report": ("tui.commands.report", "run"),
    "signing-key": ("tui.commands.signing_key", "run"),
    "card-uid": ("tui.commands.card_uid", "run"),
    "export": ("tui.commands.export", "run"),
    "office": ("tui.commands.office", "run"),
    "test-card": ("tui.commands.test_card", "run"),
}
"""Which function carries out a command; its module is imported only when the command is given."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rekam17", description="Records pupils for the electronic identity card at school, step by step, offline."
    )
    parser.set_defaults(command="application")
    parser.add_argument("--data", metavar="DIR", help="folder of this laptop's store (default: by the XDG rules)")
    parser.add_argument("--lang", choices=("id", "en"), help="language of the screens (default: id)")
    parser.add_argument("--training", action="store_true", help="sample school, emulated kit, throw-away data")
    parser.add_argument("--ascii", action="store_true", help="symbols for terminals without them")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(command=name)
        return sub

    def needs_store(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="folder of the store")
        sub.add_argument("--officer", metavar="NAME", help="whose passphrase it is (default: the last one logged in)")
        sub.add_argument("--passphrase-fd", metavar="N", type=int, help="read the passphrase from this descriptor")

    rehearse = command("rehearse", "walk through all eight steps with the emulated kit on virtual time")
    rehearse.add_argument("--auto", action="store_true", required=True, help="press the keys by itself")
    rehearse.add_argument("--pupils", metavar="N", type=int, default=12, help="how many pupils the school's list has")
    rehearse.add_argument("--seed", metavar="S", type=int, default=1, help="the same seed makes the same school")
    rehearse.add_argument("--out", metavar="DIR", default="rehearsal", help="where the PDFs go")
    rehearse.add_argument(
        "--data", metavar="DIR", default=argparse.SUPPRESS, help="keep the store here; a killed rehearsal goes on"
    )
    rehearse.add_argument("--json", action="store_true", help="print the counts as JSON")

    for name, what in (("roster", "a school's list"), ("siak", "a SIAK export")):
        actions = command(name, f"look at {what} without taking anything in").add_subparsers(
            metavar="ACTION", required=True
        )
        check = actions.add_parser("check", help="read the file and list its problems")
        check.set_defaults(kind=name)
        check.add_argument("file", metavar="FILE")
        check.add_argument("--json", action="store_true", help="print the result as JSON")
        check.add_argument("--rows", action="store_true", help="with --json: the people as they were understood")

    devices = command("devices", "what is attached, recognised as what, and why it cannot be used")
    devices.add_argument("--json", action="store_true", help="print the list as JSON")
    devices.add_argument("--rules", action="store_true", help="print the udev rules for all of them")
    devices.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="folder of the store")

    office_key = command("office-key", "make the office's key pairs, on an office computer")
    office_key.add_argument("dir", metavar="DIR")

    backup = command("backup", "write a verified, still encrypted copy while officers work")
    backup.add_argument("dir", metavar="DIR")
    needs_store(backup)

    restore = command("restore", "check a backup, then put it in the place of the store")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--recovery-key",
        metavar="KEY",
        help="on another laptop: the office's key; the passphrase is the officer's new one",
    )
    needs_store(restore)

    journal = command("journal", "the record of who did what")
    verify = journal.add_subparsers(metavar="ACTION", required=True).add_parser("verify", help="check the hash chain")
    needs_store(verify)

    papers = command("verify", "whether papers are unchanged since they were made here, and the journal agrees")
    papers.add_argument("files", metavar="FILE", nargs="+")
    needs_store(papers)

    report = command("report", "draw a paper of a visit; without KIND or --visit it tells what there is")
    report.add_argument("kind", metavar="KIND", nargs="?", help="schedule, proof, handover, ...")
    report.add_argument("--visit", metavar="ID", help="the visit, by its number or its key")
    report.add_argument(
        "--number", metavar="N", type=int, help="which proof or which handover, where there are several"
    )
    report.add_argument("--out", metavar="FILE", help="write it there too (it is kept with the documents in any case)")
    needs_store(report)

    key = command("signing-key", "the office's key that handover minutes are signed with; without FILE it is told")
    key.add_argument("file", metavar="FILE", nargs="?", help="take the key of this PKCS#12 file (.p12, .pfx)")
    key.add_argument("--remove", action="store_true", help="take the key away; what it signed can still be verified")
    key.add_argument("--key-passphrase-fd", metavar="N", type=int, help="read the file's passphrase from there")
    needs_store(key)

    chip = command("card-uid", "which blank of the stock lies on the chip reader; with SERIAL: that this one does")
    chip.add_argument("serial", metavar="SERIAL", nargs="?", help="the serial on its back (or its last four digits)")
    needs_store(chip)

    test = command("test-card", "print a card that shows where the printer prints; it uses up a blank of the stock")
    test.add_argument("serial", metavar="SERIAL", help="the blank that lies in the feeder (or its last four digits)")
    test.add_argument("--witness", metavar="NAME", required=True, help="the second officer, who types his passphrase")
    test.add_argument("--witness-passphrase-fd", metavar="N", type=int, help="read his passphrase from there")
    needs_store(test)

    export = command("export", "bring what is new to the office, and take its receipt; alone it tells how things stand")
    export.add_argument("dir", metavar="DIR|URL", nargs="?", help="a stick, or https://OFFICE:PORT where it is called")
    export.add_argument("--join", metavar="FILE", help="belong to the office of this exchange.pub from now on")
    export.add_argument("--name", metavar="NAME", help="with --join: what the office calls this laptop")
    export.add_argument("--fingerprint", metavar="WORDS", help="with --join: what the office reads out by phone")
    needs_store(export)

    _office(command("office", "at the office: take in what the laptops' sticks bring"))
    return parser


def _office(office: argparse.ArgumentParser) -> None:
    actions = office.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, help_text: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=help_text)
        sub.set_defaults(action=name)
        sub.add_argument("dir", metavar="DIR", help="the office's folder")
        return sub

    init = action("init", "make the keys that the laptops' bundles are sealed to")
    init.add_argument("--regency", metavar="NNNN", required=True, help="its four digits, such as 6311")
    init.add_argument("--name", metavar="NAME", required=True)
    init.add_argument("--database", metavar="URL", default="", help="postgresql://...; without it SQLite in the folder")
    add = action("add", "take a laptop's bundles from now on")
    add.add_argument("file", metavar="FILE", help="what its `export --join` wrote")
    add.add_argument("--fingerprint", metavar="WORDS", required=True, help="what its officer reads out")
    revoke = action("revoke", "take nothing more of a laptop, or end an officer's access on all of them")
    revoked = revoke.add_mutually_exclusive_group(required=True)
    revoked.add_argument("laptop", metavar="LAPTOP", nargs="?", help="name or number")
    revoked.add_argument("--officer", metavar="NAME", help="as the laptops know him")
    action("ingest", "take in the bundles of a stick, and leave the receipts there").add_argument(
        "stick", metavar="DIR"
    )
    serve = action("serve", "be called by the laptops, over TLS with the keys both sides have")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8417, help="(default: %(default)s)")
    statuses = action("statuses", "take a SIAK export, so that laptops hear how far the centre is")
    statuses.add_argument("file", metavar="FILE")
    statuses.add_argument("--day", metavar="YYYY-MM-DD", required=True, help="the day its data are of")
    shared = action("settings", "what every laptop of the office takes; without NAME they are shown")
    shared.add_argument("name", metavar="NAME", nargs="?")
    shared.add_argument("value", metavar="VALUE", nargs="?", help="as JSON")
    action("status", "the laptops, how far each has come, and what is to be decided")
    assemble = action(
        "assemble", "open recordings with the office's keys, as the next system takes them: CBEFF and JSON"
    )
    assemble.add_argument("--keys", metavar="DIR", required=True, help="with biometrics.key and printing.key")
    assemble.add_argument("--out", metavar="DIR", required=True, help="a folder a recording is written there")
    conflicts = action("conflicts", "what laptops disagree about, side by side, and the coordinator's word on it")
    conflicts.add_argument("--decide", metavar="CODE", default="", help="the eight digits a question begins with")
    conflicts.add_argument("--keep", metavar="VERSION", default="", help="the digits of the version that counts")
    conflicts.add_argument("--reason", metavar="TEXT", default="")
    conflicts.add_argument("--officer", metavar="NAME", default="", help="the coordinator")


def run(arguments: Sequence[str] | None) -> int:
    """Run the command line and return the exit status."""
    args = _parser().parse_args(arguments)
    module, function = _COMMANDS[args.command]
    return int(getattr(importlib.import_module(module), function)(args))
