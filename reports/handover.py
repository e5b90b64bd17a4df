"""Berita Acara Serah Terima: the handover minutes and, annexed, the list on which each pupil signs for the card.

Two copies are printed of the one file. The list bears the NIK ungrouped, as offices compare it; who was absent and what
came back is named without it. Head of the journal and check code tie the paper to what the store says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.check_code import CheckCode, digest_of, draw_code
from reports.fonts import Face
from reports.layout import (
    DrawnSignature,
    Letterhead,
    Signer,
    draw_letterhead,
    draw_signatures,
    draw_title,
    signatures_height,
)
from reports.listing import Column, Line, Running, draw_list, draw_running_head, row_to_fill
from reports.minutes import Minutes, Person, draw_minutes
from reports.page import GREY, Align, PaperSize, Prose, Sheet, SigningField, Strong
from reports.refusal import PaperRefused, Refusal


@dataclass(frozen=True, repr=False)
class Party:
    """One side of the handover, as the minutes name it."""

    name: str
    nip: str | None
    post: str
    address: str
    signature: DrawnSignature | None = None


@dataclass(frozen=True, repr=False)
class Recipient:
    """A pupil whose card is handed over; `sex` is L or P."""

    name: str
    nik: str
    birth_place: str
    birth_date: date
    sex: str
    class_name: str
    serial: str


@dataclass(frozen=True, repr=False)
class Kept:
    """A card that is not handed over: its pupil and the reason, in the officer's words."""

    name: str
    class_name: str
    serial: str
    reason: str


@dataclass(frozen=True, repr=False)
class HandoverPaper:
    """One handover batch, ready to be signed; `journal_head` is the hash at which the journal stood."""

    number: str
    day: date
    school: str
    place: str
    giver: Party
    receiver: Party
    recipients: tuple[Recipient, ...]
    absent: tuple[Kept, ...] = ()
    returned: tuple[Kept, ...] = ()
    journal_head: str = ""
    return_days: int = 14
    copies: int = 2


def code_of(paper: HandoverPaper) -> CheckCode:
    """Return the check code over who gets which card; the NIK is not in what is digested, for it could be guessed."""
    rows = ((r.name, r.birth_date.isoformat(), r.class_name, r.serial) for r in paper.recipients)
    return CheckCode(paper.number, len(paper.recipients), digest_of(rows))


def draw(
    paper: HandoverPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the minutes and their annex; raises PaperRefused when no card is handed over."""
    return _drawn(paper, letterhead, size, training).finish()


OFFICE_FIELD = "Petugas"
RECEIVER_FIELD = "Penerima"


def draw_to_sign(
    paper: HandoverPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> tuple[bytes, tuple[SigningField, ...]]:
    """Draw the same paper with a signature field for each party who signed on the pad, and say where they are.

    The minutes' blocks are the fields; under the annexed list the signatures are drawn again, as on paper. Raises
    PaperRefused when no card is handed over.
    """
    sheet = _drawn(paper, letterhead, size, training, to_sign=True)
    return sheet.finish(), tuple(sheet.signing_fields)


def _drawn(
    paper: HandoverPaper, letterhead: Letterhead, size: PaperSize, training: bool, to_sign: bool = False
) -> Sheet:
    if not paper.recipients:
        raise PaperRefused(Refusal.EMPTY_LIST)
    code = code_of(paper)
    foot = (
        f"BAST KTP-el {paper.number} – {paper.school}",
        f"Sidik daftar: {code.digest[:32]}   Kepala jurnal: {paper.journal_head[:32] or '–'}",
    )
    sheet = Sheet(f"Berita Acara Serah Terima KTP-el {paper.number}", size=size, training=training, foot=foot)
    _draw_minutes(sheet, paper, letterhead, code, to_sign)
    sheet.next_page()
    _draw_recipients(sheet, paper, letterhead)
    if paper.absent or paper.returned:
        sheet.next_page()
        _draw_kept(sheet, paper)
    return sheet


def _statements(paper: HandoverPaper) -> tuple[Prose, ...]:
    given = len(paper.recipients)
    statements: list[Prose] = [
        (
            "PIHAK PERTAMA telah menyerahkan kepada PIHAK KEDUA, dan PIHAK KEDUA telah menerima dari PIHAK PERTAMA,"
            " Kartu Tanda Penduduk Elektronik sejumlah ",
            Strong(words.number(given)),
            " (",
            Strong(words.in_words(given)),
            ") keping dalam keadaan baik, sebagaimana daftar penerima terlampir yang merupakan bagian tidak terpisahkan"
            " dari Berita Acara ini.",
        ),
        (
            "PIHAK KEDUA menyerahkan KTP-el kepada masing-masing pemilik yang namanya tercantum dalam daftar penerima,"
            " meminta tanda tangan penerima, dan tidak menyerahkannya kepada pihak lain.",
        ),
        (
            "KTP-el yang tidak dapat diserahkan dikembalikan oleh PIHAK KEDUA kepada PIHAK PERTAMA paling lambat"
            f" {words.count(paper.return_days)} hari kerja disertai keterangan.",
        ),
    ]
    kept = [
        f"{words.count(len(cards))} keping {why}"
        for cards, why in (
            (paper.absent, "karena pemiliknya tidak hadir"),
            (paper.returned, "karena dikembalikan ke kantor"),
        )
        if cards
    ]
    if kept:
        statements.append((f"Tidak diserahkan pada hari ini: {' dan '.join(kept)}, sebagaimana lampiran.",))
    return tuple(statements)


_CODE_SIDE = 21 * mm


def _draw_minutes(sheet: Sheet, paper: HandoverPaper, letterhead: Letterhead, code: CheckCode, to_sign: bool) -> None:
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "BERITA ACARA SERAH TERIMA", "KARTU TANDA PENDUDUK ELEKTRONIK (KTP-el)", number=paper.number)
    signers = _signers(paper)
    if to_sign:
        fields = (RECEIVER_FIELD, OFFICE_FIELD)
        signers = tuple(
            signer if signer.signature is None else replace(signer, field=field)
            for signer, field in zip(signers, fields, strict=True)
        )
    giver, receiver = paper.giver, paper.receiver
    text = Minutes(
        paper.day,
        paper.place,
        (
            Person(giver.name, giver.nip, giver.post, "PIHAK PERTAMA", giver.address),
            Person(receiver.name, receiver.nip, receiver.post, "PIHAK KEDUA", receiver.address),
        ),
        _statements(paper),
        paper.copies,
        Running(f"Berita Acara Serah Terima KTP-el  Nomor {paper.number}", paper.school),
    )
    draw_minutes(sheet, text, signatures_height(signers) + 5 * mm + _CODE_SIDE)
    draw_signatures(sheet, signers, letterhead.place, paper.day)
    _draw_check(sheet, code)


def _signers(paper: HandoverPaper) -> tuple[Signer, ...]:
    giver, receiver = paper.giver, paper.receiver
    return (
        Signer(receiver.name, receiver.post, receiver.nip, "PIHAK KEDUA", receiver.signature),
        Signer(giver.name, giver.post, giver.nip, "PIHAK PERTAMA", giver.signature),
    )


def _draw_check(sheet: Sheet, code: CheckCode) -> None:
    """Draw the check code at the page's end, and say what any reader of such codes will find in it."""
    low = sheet.bottom - 1 * mm
    draw_code(sheet, code, sheet.left - 1.2 * mm, low, _CODE_SIDE)
    x = sheet.left + _CODE_SIDE + 4 * mm
    sheet.text(x, low + _CODE_SIDE - 9 * mm, "Kode periksa", Face.BOLD, 8)
    for line, text in enumerate(
        ("Berisi nomor berita acara, jumlah kartu, dan sidik daftar penerima:", "cocokkan dengan kaki halaman ini.")
    ):
        sheet.text(x, low + _CODE_SIDE - 12.5 * mm - line * 9.5, text, size=7.5, ink=GREY)


_RECIPIENT_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("NIK", 26, Align.CENTRE),
    Column("Nama", 44),
    Column("Tempat, tanggal lahir", 36),
    Column("L/P", 7, Align.CENTRE),
    Column("Kelas", 17),
    Column("Tanda tangan", 26, zigzag=True),
)


def _draw_recipients(sheet: Sheet, paper: HandoverPaper, letterhead: Letterhead) -> None:
    running = Running(f"Lampiran Berita Acara Serah Terima KTP-el  Nomor {paper.number}", paper.school)
    draw_running_head(sheet, running)
    draw_title(sheet, "DAFTAR PENERIMA KTP-el")
    sheet.y += 2 * mm
    count = len(paper.recipients)
    summary = f"{paper.school} · {words.long_date(paper.day)} · {words.number(count)} keping"
    sheet.fitted(sheet.left, sheet.y, sheet.width, 12, summary, size=9.5, align=Align.CENTRE)
    sheet.y -= 12 + 3 * mm
    lines = [
        Line(
            (
                str(number),
                person.nik or "–",
                person.name,
                f"{person.birth_place}, {words.short_date(person.birth_date)}",
                person.sex,
                person.class_name or "–",
                f"{number} ........",
            )
        )
        for number, person in enumerate(paper.recipients, 1)
    ]
    signers = _signers(paper)
    tail = 10 * mm + signatures_height(signers)
    draw_list(sheet, _RECIPIENT_COLUMNS, lines, running, tail=tail, row_height=row_to_fill(sheet))
    sheet.y -= 6 * mm
    sheet.text(sheet.left, sheet.y, f"Jumlah diserahkan: {words.count(count)} keping.", size=10)
    sheet.y -= 4 * mm
    draw_signatures(sheet, signers, letterhead.place, paper.day)


_KEPT_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Nama", 56),
    Column("Kelas", 20),
    Column("Serial blangko", 25, Align.CENTRE),
    Column("Keadaan", 20),
    Column("Keterangan", 35),
)


def _draw_kept(sheet: Sheet, paper: HandoverPaper) -> None:
    running = Running(f"Lampiran Berita Acara Serah Terima KTP-el  Nomor {paper.number}", paper.school)
    draw_running_head(sheet, running)
    draw_title(sheet, "KARTU YANG TIDAK DISERAHKAN")
    kept = [("tidak hadir", card) for card in paper.absent] + [("dikembalikan", card) for card in paper.returned]
    lines = [
        Line((str(number), card.name, card.class_name or "–", card.serial, state, card.reason or "–"))
        for number, (state, card) in enumerate(kept, 1)
    ]
    draw_list(sheet, _KEPT_COLUMNS, lines, running, tail=8 * mm)
    sheet.y -= 6 * mm
    totals = f"Tidak hadir: {words.count(len(paper.absent))}. Dikembalikan: {words.count(len(paper.returned))}."
    sheet.text(sheet.left, sheet.y, totals, size=10)
