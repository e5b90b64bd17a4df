"""The dialogs are the book's boxes, and are answered only by the keys that answer them."""

from __future__ import annotations

from book import Deviation, differences, mockup

from tui import i18n
from tui.keys import press
from tui.messages import Problem
from tui.widgets.dialogs import (
    CountDialog,
    Dialog,
    Found,
    PaletteDialog,
    ProblemsDialog,
    Reason,
    ReasonDialog,
    YesDialog,
)
from tui.widgets.witness_dialog import Witness, WitnessDialog


def type_into(dialog: Dialog[object], *names: str) -> None:
    for name in names:
        dialog.press(press(name, name if len(name) == 1 else None))


def assert_box(dialog: Dialog[object], name: str, deviations: tuple[Deviation, ...] = ()) -> None:
    found = differences([str(line) for line in dialog.lines()], name, (), deviations, 60)
    assert not found, "\n".join(found)


def waive() -> ReasonDialog:
    i18n.use("id")
    reasons = (
        "rusak, sudah dilaporkan",
        "dipakai tim lain",
        "tidak ada sambungan",
        "tertinggal di kantor",
        "listrik tidak cukup",
        "lain, tulis",
    )
    return ReasonDialog(
        "Kecuali: Pemindai iris", 'Akibat: iris semua murid hari ini dicatat "alat rusak".', reasons, other=6
    )


async def test_the_reason_dialog_is_b10() -> None:
    dialog = waive()
    type_into(dialog, "1", "ctrl+w", "ctrl+w", *"teknisi_datang_24-11".replace("_", " "))
    assert_box(dialog, "B10")
    type_into(dialog, "enter")
    assert dialog.answered.result() == Reason(1, "rusak, teknisi datang 24-11")


async def test_an_empty_reason_saves_nothing_and_escape_changes_nothing() -> None:
    dialog = waive()
    type_into(dialog, "enter", " ", "enter")
    assert not dialog.answered.done()
    type_into(dialog, "escape")
    assert dialog.answered.result() is None


async def test_another_listed_reason_replaces_one_that_was_not_touched() -> None:
    dialog = waive()
    type_into(dialog, "1", "2", "enter")
    assert dialog.answered.result() == Reason(2, "dipakai tim lain")


async def test_the_reason_to_be_written_opens_an_empty_field() -> None:
    dialog = waive()
    type_into(dialog, "2", "6", "enter")
    assert not dialog.answered.done()
    type_into(dialog, *"3 hari", "enter")
    assert dialog.answered.result() == Reason(6, "3 hari")


async def test_the_count_dialog_is_b27_and_waits_for_the_right_number() -> None:
    i18n.use("id")
    said = (
        "18 murid ditandai diserahkan kepada Drs. Syamsuddin.",
        "Tidak termasuk: 1 absen, 1 kembali, 1 belum ditandai.",
    )
    dialog = CountDialog("Serahkan 18 kartu sekaligus", said, 18, act="Tandai bila jumlah cocok")
    assert_box(dialog, "B27")
    type_into(dialog, "1", "enter", "y")
    assert not dialog.answered.done()
    type_into(dialog, "8", "enter")
    assert dialog.answered.result() == 18


async def test_the_yes_dialog_is_b34_and_only_y_says_yes() -> None:
    i18n.use("id")
    said = (
        "NORHAYATI terbuka di langkah 6. Yang sudah diambil",
        "tersimpan; nanti dilanjutkan dari 4 jari kanan.",
    )
    dialog = YesDialog("Keluar dari Rekam17?", said, "Ya, keluar dan kunci data")
    assert_box(dialog, "B34")
    type_into(dialog, "enter", "space", "1", "t")
    assert not dialog.answered.done()
    type_into(dialog, "y")
    assert dialog.answered.result() is True


async def test_a_witness_with_a_wrong_passphrase_keeps_the_box_open() -> None:
    i18n.use("id")

    async def check(witness: Witness) -> str:
        return "" if witness.passphrase == "sawah hijau" else "Frasa tidak cocok."

    dialog = WitnessDialog("Saksi", ("Blangko A0117303 dicatat rusak.",), ("Rahmawati", "Syarifah"), check)
    type_into(dialog, "2", "tab", *"salah")
    trying = dialog.press(press("enter", None))
    assert trying is not None
    await trying
    assert "Frasa tidak cocok." in "\n".join(str(line) for line in dialog.lines())
    type_into(dialog, *"sawah hijau")
    trying = dialog.press(press("enter", None))
    assert trying is not None
    await trying
    assert dialog.answered.result() == Witness(1, "sawah hijau")
    assert "sawah" not in repr(dialog.answered.result())


def two_witnesses() -> WitnessDialog:
    async def check(_witness: Witness) -> str:
        return ""

    return WitnessDialog("Saksi", ("Blangko A0117303 dicatat rusak.",), ("Rahmawati", "Syarifah"), check)


async def test_a_witness_is_chosen_by_her_digit_and_types_at_once() -> None:
    dialog = two_witnesses()
    type_into(dialog, "2", *"sawah 17")
    trying = dialog.press(press("enter", None))
    assert trying is not None
    await trying
    assert dialog.answered.result() == Witness(1, "sawah 17")


async def test_a_witness_is_chosen_by_the_arrows_too() -> None:
    dialog = two_witnesses()
    type_into(dialog, "down", "down", "up", "enter", *"sawah")
    trying = dialog.press(press("enter", None))
    assert trying is not None
    await trying
    assert dialog.answered.result() == Witness(0, "sawah")


async def test_a_passphrase_before_its_name_is_not_lost_in_silence() -> None:
    i18n.use("id")
    dialog = two_witnesses()
    type_into(dialog, *"sawah")
    assert "Pilih dahulu siapa: 1-2." in "\n".join(str(line) for line in dialog.lines())
    type_into(dialog, "tab", *"sawah", "enter")
    assert not dialog.answered.done()
    assert "Pilih dahulu siapa: 1-2." in "\n".join(str(line) for line in dialog.lines())
    type_into(dialog, "1", *"sawah")
    trying = dialog.press(press("enter", None))
    assert trying is not None
    await trying
    assert dialog.answered.result() == Witness(0, "sawah")


async def test_the_palette_is_b31() -> None:
    i18n.use("id")
    found = (
        "NORHAYATI     XII IPA 2  12-05-2009   ·6 SMA Contoh 1",
        "NORHASANAH    XI  A      03-09-2010   belum 16",
        "Norma: ambang skor sidik jari                  aturan",
        "NORLATIFAH    XII TKJ 2  19-06-2009   √8 SMK Contoh 1",
    )

    async def provider(typed: str) -> list[Found]:
        return [Found(text, lambda: None) for text in found if text.casefold().startswith(typed[:3])]

    dialog = PaletteDialog((provider,))
    for letter in "norh":
        searching = dialog.press(press(letter, letter))
        assert searching is not None
        await searching
    reason = "a field is drawn as every other field of the book, its text inside the brackets"
    book = mockup("B31")[1]
    assert_box(dialog, "B31", (Deviation(2, book.replace("► norh[    ", "►[norh     "), reason),))
    type_into(dialog, "down", "enter")
    assert dialog.answered.result().text == found[1]


async def test_the_problems_are_listed_worst_first_and_enter_goes_there() -> None:
    went: list[str] = []
    problems = [Problem("!", "Film 97."), Problem("×", "Kamera." + " putus" * 20, go=lambda: went.append("kamera"))]
    dialog = ProblemsDialog(problems)
    lines = [str(line) for line in dialog.lines()]
    assert lines[1].startswith("│ ► × Kamera.")
    assert {len(line) for line in lines} == {60}
    type_into(dialog, "down", "up", "enter")
    assert dialog.answered.result() is problems[1]


async def test_sentences_longer_than_the_box_are_wrapped() -> None:
    dialog = YesDialog("T", ("kata " * 40,), "Ya")
    assert {len(str(line)) for line in dialog.lines()} == {60}
