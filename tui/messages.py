"""The forty problems an officer can meet, as data: what happened, what is kept, which key is next.

The same sentence stands in the problem line, in the list of problems and in the journal. Its symbol says how bad it
is; the words come from the catalogue, the facts are filled in afterwards and are never read as a pattern themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tui.i18n import N_, _

_WORST_FIRST = "×?!√"

MESSAGES: dict[int, tuple[str, str]] = {
    1: ("×", N_("Passphrase wrong. {tries} tries before it locks. Try again in {seconds} seconds.")),
    2: ("×", N_("Locked after 5 tries. Data are safe. F7: open with the office key.")),
    3: ("!", N_("Clock is {days} days back since last login. Order is kept. Set it, then U.")),
    4: ("×", N_("Cannot read file: not xlsx, xls, ods, csv. Nothing was taken. Esc")),
    5: ("!", N_("Row {row}: NIK has {digits} digits. Pupil is kept. Complete it in step 3.")),
    6: ("×", N_("{refused} rows refused. E mends them here, or L takes the other {rows}.")),
    7: ("!", N_("This file was taken on {date}. Nothing changed. Esc: another file.")),
    8: ("×", N_("{name} is under 16 until {date}. Stays listed. N: next.")),
    9: ("×", N_("Certificate copy not ticked. The rest is kept. D: is there, N: later.")),
    10: ("×", N_("Recorded on {date} ({status}). Only once in a life. N: next pupil.")),
    11: ("!", N_("{count} of {name}. Compare birth date and mother. Space: right one.")),
    12: ("×", N_("Camera sends no picture. Other sections are kept. Check cable, or U.")),
    13: ("×", N_("Fingerprint scanner lost. All results are kept. Plug it in, or U.")),
    14: ("×", N_("Cloth is {seen}, born {year} needs {needed}. Not taken. Change cloth, Enter.")),
    15: ("×", N_("No pen stroke yet. Portrait is kept. Ask to sign, or X.")),
    16: ("!", N_("{finger} {score}, limit {limit}. Try {attempt} is kept. Again, or X.")),
    17: ("!", N_("Three tries below the limit. The best is kept. X gives the reason.")),
    18: ("×", N_("{seen} seen, {asked} asked. Not stored. Place the {hand}.")),
    19: ("!", N_("{eye} {score}, limit {limit}. {other} is kept. Enter: {again} again, or X.")),
    20: ("×", N_("Cannot seal: {section} missing. The rest is kept. Enter opens it.")),
    21: ("√", N_("{name} sealed {time}. Proof {proof} printed. Enter: {next}.")),
    22: ("!", N_("Cut at {time}, {cause}. Nothing is lost. Enter goes on.")),
    23: ("!", N_("Open at desk {desk} ({officer}). Look only. N: next pupil.")),
    24: ("!", N_("{device} is used by desk {desk}. Results here are safe. U when it is free.")),
    25: ("×", N_("{role} only. Nothing changed. K: change officer.")),
    26: ("×", N_("Turns 17 on {date}. Recording kept, card waits. N: next.")),
    27: ("×", N_("No PRR yet ({status} {date}). Stays on the waiting list. U after new export.")),
    28: ("!", N_("{supply} lasts for {cards} cards. Printing goes on. 9: note a new roll.")),
    29: ("×", N_("Printer: {state}. Card not sent. {cure}, then U.")),
    30: ("×", N_("Printer: card jam. This card is not counted. Take it out, then R or B.")),
    31: ("?", N_("Outcome unknown: {cards} card. Not sent again. Look in the tray: serial, R, B.")),
    32: ("×", N_("Serial {serial} belongs to {name}. Not noted. Read it again.")),
    33: ("!", N_("Serial {serial} is not the next ({expected}). Not noted. Y uses it, Esc.")),
    34: ("×", N_("Stock is {missing} blank short: {serial}. All records stay. E counts again.")),
    35: ("×", N_("{cards} card unmarked: {name}. Other marks are kept. Space, H, R.")),
    36: ("×", N_("Disk full. What shows √ is safe, this is not. Free space, then U.")),
    37: ("×", N_("Data damaged in {pages} page. Backup of {time} is whole. F7: restore with office.")),
    38: ("!", N_("SIAK data of {date} are old. Verdicts are kept. U reads a new export.")),
    39: ("!", N_("SIAK network is down. Changes wait in step 5. N: next pupil.")),
    40: ("!", N_("Backup stick pulled. Backup of {time} is whole. Plug it in, then U.")),
}
"""Number to symbol and sentence, in the order of the screen book."""


@dataclass(frozen=True, repr=False)
class Problem:
    """One open problem: its sentence ready to be shown, and where Enter in the list of problems goes."""

    symbol: str
    sentence: str
    number: int = 0
    go: Callable[[], None] | None = None
    answer: bool = False
    """It answers the key that was just pressed, so it is told before everything that stood there before."""

    @property
    def text(self) -> str:
        """The symbol and the sentence, as they stand in the problem line."""
        return f"{self.symbol} {self.sentence}"

    def __repr__(self) -> str:
        return f"<Problem {self.number or self.symbol}>"


def problem(number: int, /, *, go: Callable[[], None] | None = None, **facts: object) -> Problem:
    """Return message `number` with its facts filled in; raises KeyError for a fact that is missing."""
    symbol, sentence = MESSAGES[number]
    return Problem(symbol, _(sentence).format(**facts), number, go)


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Order problems as the problem line counts them: an answer, then by weight, those alike as they came."""
    return sorted(problems, key=lambda one: (not one.answer, _WORST_FIRST.index(one.symbol)))
