"""The whole procedure by key presses only, at 80x24: from the school's workbook to the handover's PDF."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import sop_ground
from sop_ground import PASSPHRASE, Laptop, a_laptop

from store.procedure import EQUIPMENT, ReadyBy
from tui.rehearsal.officer import Officer


def look(her, name):
    with open("/tmp/t-walk-dump.txt", "a") as f:
        f.write(f"##### {name}\n" + "\n".join(her.glass) + "\n")


async def log_in(her: Officer, name: str) -> None:
    await her.until_headline("Masuk")
    await her.until_seen(name)
    digit = next(line[6] for line in her.glass if name in line)
    await her.press(digit)
    await her.type(PASSPHRASE)
    look(her, "S01")
    await her.press("enter")
    await her.until_headline("── Kunjungan ─")
    await her.look()


async def test_the_procedure(tmp_path: Path) -> None:
    open("/tmp/t-walk-dump.txt", "w").close()
    laptop = a_laptop(tmp_path)
    inbox = tmp_path / "inbox"
    sop_ground.write_list(inbox / "daftar_pd-SMA-Contoh-2026.xlsx")
    sop_ground.write_siak(
        inbox / "siak_2011.xlsx",
        datetime(2026, 11, 20, 8, 11, tzinfo=UTC),
        norhayati="BELUM REKAM",
        ripani="BELUM REKAM",
        maulana="PRINT_READY_RECORD",
    )
    os.utime(inbox / "daftar_pd-SMA-Contoh-2026.xlsx", (datetime(2026, 11, 18, 5, 2, tzinfo=UTC).timestamp(),) * 2)
    try:
        async with laptop.opened() as her:
            await plan(her)
        async with laptop.opened(datetime(2026, 11, 22, 23, 48, tzinfo=UTC)) as her:
            await log_in(her, "Rahmawati")
            await equip(her)
            await queue(her)
        sop_ground.write_siak(
            inbox / "siak_0112.xlsx",
            datetime(2026, 12, 1, 8, 11, tzinfo=UTC),
            norhayati="PRINT_READY_RECORD",
            ripani="BELUM REKAM",
            maulana="PRINT_READY_RECORD",
        )
        async with laptop.opened(datetime(2026, 12, 2, 3, 0, tzinfo=UTC)) as her:
            await log_in(her, "Fahrurrazi")
            await printing(her)
            await hand_over(her)
    finally:
        pass


async def fields(her, *values):
    for value in values:
        if value is not None:
            await her.press("ctrl+u")
            await her.type(value)
        await her.press("tab")


async def plan(her):
    await log_in(her, "Hj. Mariani")
    look(her, "S03")
    await her.press("t")
    await her.until_headline("Kunjungan baru")
    await her.look()
    await fields(
        her,
        "SMA Contoh 1 Paringin",
        "69900001",
        "Jl. Contoh 17, Kel. Paringin Kota",
        "Paringin",
        "23112026",
        None,
        "30112026",
        None,
        None,
        None,
        "DA 1017 XX (contoh)",
        "Kamarudin, S.Pd.",
        "08xx-xxxx-1701",
        "Aula lantai 1; listrik 2 titik, tirai, kipas angin",
    )
    await her.press("tab", "tab", "2", "tab")
    look(her, "S04")
    await her.press("f2")
    await her.until_headline("berkas dan kolom")
    await her.look()
    await her.press("enter")
    await her.until_seen("judul baris")
    look(her, "S05")
    await her.press("l")
    await her.until_headline("periksa baris")
    await her.look()
    look(her, "S06")
    await her.press("l")
    await her.until_seen("Ketik")
    await her.type("383")
    await her.press("enter")
    await her.until_headline("16 tahun ke atas")
    await her.look()
    look(her, "S07")
    await her.press("l")
    await her.until_headline("rancangan jadwal")
    await her.look()
    await her.press("space", "space", "e")
    await her.type("Kamarudin, S.Pd.")
    await her.press("f2", "space", "space", "e")
    await her.type("Noor Aini, S.Pd.")
    await her.press("f2", "home")
    look(her, "S08")
    await her.press("l")
    await her.until_seen("Y ")
    look(her, "S08y")
    await her.look()
    await her.press("y")
    await her.until(lambda: not her.sees("Sekolah sudah setuju"), "fixed")
    look(her, "after")
    for _ in range(4):
        if "── Kunjungan ─" in her.headline:
            break
        await her.press("escape")
    look(her, "S03b")


async def equip(her):
    look(her, "S03c")
    await her.press("enter")
    await her.until_headline("kesiapan peralatan")
    await her.until(lambda: sum("tersambung, belum diuji" in l for l in her.glass) >= 4, "kit")
    await her.look()
    look(her, "S09a")
    await her.press("u")
    await her.until_headline("berkas dan kolom")
    await her.look()
    await her.until_seen("siak_2011")
    while not any("►" in l and "siak_2011" in l for l in her.glass):
        await her.press("down")
    await her.press("enter")
    await her.press("l")
    await her.until_headline("periksa baris")
    await her.look()
    look(her, "S06siak")
    await her.press("l")
    await her.until(lambda: "periksa baris" not in her.headline, "taken")
    look(her, "aftersiak")
    while "kesiapan" not in her.headline:
        await her.press("escape")
    await her.press("home", "enter")
    await her.until(lambda: not her.sees("tersambung, belum diuji") and not her.sees("menguji"), "the self-tests")
    for line in EQUIPMENT:
        if line.ready_by in (ReadyBy.CLOTHS, ReadyBy.COUNT, ReadyBy.TICK):
            await move_to(her, line.words)
        match line.ready_by:
            case ReadyBy.CLOTHS:
                await her.press("space")
                await move_to(her, line.words)
                await her.press("space")
            case ReadyBy.COUNT:
                await her.press("e")
                first, second = ("413", "99") if "Pita" in line.words else ("214", "A0117301")
                await her.type(first)
                await her.press("enter")
                await her.type(second)
                await her.press("enter")
                await her.until(lambda: not her.sees("Hitung:"), "the count to be taken")
            case ReadyBy.TICK:
                await her.press("space")
            case _:
                pass
    look(her, "S09")
    await her.press("l")
    await her.until_headline("antrean murid")
    await her.look()
    look(her, "S11")


async def move_to(her, words):
    for key in ("home", *["down"] * 20):
        if any("►" in l[:6] and words in l for l in her.glass[3:]):
            return
        await her.press(key)
    raise AssertionError(words)


async def open_pupil(her, name):
    await her.press("/")
    await her.type(name)
    await her.until(lambda: any("►" in l and name in l for l in her.glass), name)
    await her.press("enter")
    await her.until_headline(f"3 Cek · {name}")
    await her.look()


async def queue(her):
    await open_pupil(her, "AKHMAD MAULANA")
    await her.press("d")
    look(her, "S12 maulana")
    await her.press("c")
    await her.until_headline("antrean murid")
    await her.look()
    await open_pupil(her, "AHMAD RIPANI")
    await her.press("d")
    look(her, "S12 ripani")
    await her.press("b")
    await her.until_headline("4 SIAK")
    await her.look()
    look(her, "S13a")

    async def differs(row, text, who, reason=None):
        await her.press("home", *["down"] * row, "enter")
        await her.press("ctrl+u")
        await her.type(text)
        await her.press("tab", who)
        if reason:
            await her.press("ctrl+u")
            await her.type(reason)
        await her.press("enter")

    why = "salah ketik di SIAK; akta asli dilihat"
    await differs(0, "AHMAD RIFANI", "1", why)
    await her.press("home", "down", "space")
    await differs(4, "Syahril", "2")
    await differs(7, "6311-LT-0911-9008", "1")
    await differs(2, "22102009", "1", why)
    look(her, "S13")
    await her.press("s")
    await her.look()
    look(her, "S13s")
    if "5 Ubah" not in her.headline:
        await her.press("l")
    await her.until_headline("5 Ubah")
    await her.look()
    await her.press("space", "space", "e", "tab", "tab")
    await her.press("ctrl+u")
    await her.type("63110623112026003")
    await her.press("enter")
    look(her, "S14")
    await her.press("space")
    await her.press("y")
    await her.until_headline("6 Rekam")
    await her.look()
    look(her, "S15 ripani")
    await her.press("escape")
    await her.look()
    await her.press("3")
    look(her, "after ripani")
    for _ in range(6):
        if any(">XII IPA 2<" in l for l in her.glass):
            break
        await her.press("right")
    await move_to(her, "NORHAYATI")
    await her.press("d")
    await move_to(her, "NORHAYATI")
    look(her, "S11")
    await her.press("enter")
    await her.until_headline("3 Cek · NOR")
    await her.look()
    look(her, "S12")
    await her.press("b")
    await her.until_headline("4 SIAK")
    await her.look()
    look(her, "S13 norhayati")
    await her.press("s")
    await her.until_headline("6 Rekam")
    await her.look()
    look(her, "S15")
    await her.press("enter")
    await her.until_headline("potret")
    await her.until(lambda: her.sees("skor"), "the portrait's pre-check")
    await her.look()
    look(her, "S16")
    await her.press("enter")
    await her.until_seen("Enter Simpan")
    await her.look()
    await her.press("enter")
    await her.until_headline("tanda tangan")
    await her.until_seen("titik")
    await her.until_still("pen")
    await her.look()
    look(her, "S17")
    await her.press("enter")
    for part in ("kiri", "kanan", "ibu jari", "iris"):
        await her.until_headline(part, "segel")
        look(her, part)
    await her.until_headline("segel")
    await her.look()
    look(her, "S21")
    await her.press("y")
    await her.until_headline("antrean")
    await her.look()
    look(her, "S11 after")


async def printing(her):
    look(her, "S03 print")
    await her.press("7")
    await her.until_headline("antrean kartu")
    await her.look()
    look(her, "S22")
    await her.press("u")
    await her.until_headline("berkas dan kolom")
    await move_to(her, "siak_0112")
    await her.press("enter", "l")
    await her.until_headline("periksa baris")
    await her.look()
    await her.press("l")
    await her.until(lambda: "periksa baris" not in her.headline, "taken")
    while "antrean kartu" not in her.headline:
        await her.press("escape")
        await her.look()
    look(her, "S22b")
    await her.press("home", "enter")
    await her.until(lambda: "antrean kartu" not in her.headline, "card")
    await her.look()
    look(her, "S23")
    await her.press("c")
    await her.until_seen("► 4 kartu di tangan")
    await her.look()
    look(her, "B23")
    await her.type("7301")
    look(her, "B23b")
    await her.press("enter")
    await her.until_headline("antrean kartu")


async def hand_over(her):
    await her.press("8")
    await her.until_headline("penyerahan")
    await her.look()
    await her.press("e")
    for value in ("Drs. Syamsuddin", "197005051995031904", "Wakil kepala sekolah", "08xx-xxxx-1702"):
        await her.type(value)
        await her.press("tab")
    await her.press("enter")
    look(her, "S27a")
    await her.press("space")
    look(her, "S27")
    await her.press("l")
    await her.until_headline("tanda tangan dan dokumen")
    for party in ("► Pihak pertama", "► Pihak kedua"):
        await her.until_seen(party)
        await her.until_still("pen")
        await her.look()
        look(her, "S28")
        await her.press("enter")
    await her.until_still("kept")
    await her.look()
    look(her, "S28")
    await her.press("y")
    await her.until_seen("√ BAST")
    look(her, "S28y")
