"""The office's keys: made once, compared by phone, and what is sealed to them."""

import os
import re
import stat
from pathlib import Path

import pytest

from store import sealing
from store.sealing import KeyUse, OfficeKeys, PublicKeys, SealError, SealProblem, Seals

OFFICE = OfficeKeys.generate()
FINGER = bytes(range(256)) * 40


def test_the_laptop_seals_a_finger_that_only_the_office_opens() -> None:
    sealed = Seals(OFFICE.public).seal_biometric(FINGER)
    assert FINGER not in sealed
    assert sealing.unseal(OFFICE.biometrics, sealed) == FINGER
    for other in (OFFICE.printing, OFFICE.recovery):
        with pytest.raises(SealError) as refused:
            sealing.unseal(other, sealed)
        assert refused.value.problem is SealProblem.NOT_OURS


def test_a_portrait_is_opened_again_with_the_printing_key() -> None:
    seals = Seals(OFFICE.public)
    sealed = seals.seal_print(FINGER)
    assert seals.open_print(OFFICE.printing, sealed) == FINGER
    assert seals.seal_print(FINGER) != sealed


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 500])
def test_what_is_no_seal_is_told(damage: bytes) -> None:
    with pytest.raises(SealError) as refused:
        Seals(OFFICE.public).open_print(OFFICE.printing, damage)
    assert refused.value.problem is SealProblem.NOT_OURS


def test_the_fingerprint_can_be_read_over_the_phone_and_differs_by_office() -> None:
    fingerprint = OFFICE.public.fingerprint
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", fingerprint)
    swapped = PublicKeys(OFFICE.public.printing, OFFICE.public.biometrics, OFFICE.public.recovery)
    assert swapped.fingerprint != fingerprint
    assert OfficeKeys.generate().public.fingerprint != fingerprint


def test_the_files_are_written_once_and_the_private_ones_for_their_owner_only(tmp_path: Path) -> None:
    OFFICE.write(tmp_path / "keys")
    names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert names == {"office.pub": 0o644, "biometrics.key": 0o600, "printing.key": 0o600, "recovery.key": 0o600}
    assert sealing.read_public(tmp_path / "keys" / "office.pub") == OFFICE.public
    for use in KeyUse:
        assert sealing.read_private(tmp_path / "keys" / f"{use.value}.key", use) == getattr(OFFICE, use.value)
    with pytest.raises(SealError) as refused:
        OfficeKeys.generate().write(tmp_path / "keys")
    assert refused.value.problem is SealProblem.EXISTS
    assert sealing.read_public(tmp_path / "keys" / "office.pub") == OFFICE.public


def test_a_key_for_something_else_is_refused(tmp_path: Path) -> None:
    OFFICE.write(tmp_path)
    with pytest.raises(SealError) as refused:
        sealing.read_private(tmp_path / "biometrics.key", KeyUse.RECOVERY)
    assert refused.value.problem is SealProblem.WRONG_USE
    with pytest.raises(SealError) as refused:
        sealing.read_public(tmp_path / "biometrics.key")
    assert refused.value.problem is SealProblem.NOT_A_KEY


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"kind": "rekam17-office-public"}'])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "office.pub").write_bytes(content)
    with pytest.raises(SealError) as refused:
        sealing.read_public(tmp_path / "office.pub")
    assert refused.value.problem is SealProblem.NOT_A_KEY


def test_a_bundle_with_one_key_exchanged_disagrees_with_its_fingerprint(tmp_path: Path) -> None:
    text = OFFICE.public.encode().decode()
    other = OfficeKeys.generate().public.encode().decode()
    line, theirs = (next(row for row in file.splitlines() if "printing" in row) for file in (text, other))
    (tmp_path / "office.pub").write_text(text.replace(line, theirs))
    with pytest.raises(SealError) as refused:
        sealing.read_public(tmp_path / "office.pub")
    assert refused.value.problem is SealProblem.NOT_A_KEY


def test_a_pipe_or_a_missing_file_does_not_keep_anybody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "office.pub")
    for name, problem in (("office.pub", SealProblem.NOT_A_KEY), ("none", SealProblem.UNREADABLE)):
        with pytest.raises(SealError) as refused:
            sealing.read_public(tmp_path / name)
        assert refused.value.problem is problem


def test_no_private_key_is_in_the_repr() -> None:
    assert repr(OFFICE) == "OfficeKeys()"
