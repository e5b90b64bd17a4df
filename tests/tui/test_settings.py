"""Settings: a laptop without a file works, and a wrong entry is named rather than guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.settings import Letterhead, Settings, SettingsError, read_settings, settings_file


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_entries_are_taken_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('language = "en"\nbell = false\nlock_minutes = 5\n[letterhead]\noffice = "DINAS CONTOH"\n')
    assert read_settings(file) == Settings(
        language="en", bell=False, lock_minutes=5, letterhead=Letterhead(office="DINAS CONTOH")
    )


def test_the_crest_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n and so on"
    (tmp_path / "lambang.png").write_bytes(picture)
    file = tmp_path / "settings.toml"
    file.write_text('[letterhead]\ncrest = "lambang.png"\n')
    head = read_settings(file).letterhead
    assert head == Letterhead(crest=picture)
    assert "PNG" not in repr(head)
    (tmp_path / "lambang.png").write_bytes(picture + bytes(4 * 1024 * 1024))
    with pytest.raises(SettingsError, match="at most 4 MiB"):
        read_settings(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('language = "jv"', "language must be one of id, en"),
        ('bell = "yes"', "bell must be bool"),
        ("lock_minutes = true", "lock_minutes must be int"),
        ("lock_minutes = 0", "lock_minutes must be 1 to 60"),
        ('colour = "red"', "colour is not a setting"),
        ('document_number = "400/DUKCAPIL/{year}"', "document_number must show"),
        ('document_number = "{number:04d}/{month}"', "document_number must show"),
        ('document_number = "{number:04d"', "document_number must show"),
        ('siak_list_number = "F-1.06/{year}"', "siak_list_number must show"),
        ('destruction_number = "BA"', "destruction_number must show"),
        ("text_size = 13", "text_size must be 9 to 12"),
        ("list_size = 6", "list_size must be 7 to 11"),
        ('signs_first = "school"', "signs_first must be one of other, office"),
        ("card_right = 31", "card_right must be -30 to 30"),
        ("card_down = 0.4", "card_down must be int"),
        ("[letterhead]\ncrest = 1", "letterhead.crest must be str"),
        ('[letterhead]\ncrest = "gone.png"', "letterhead.crest cannot be read"),
        ('[letterhead]\ncrest = "settings.toml"', "letterhead.crest must be a PNG or JPEG"),
        ('[letterhead]\ncrest = "/dev"', "letterhead.crest cannot be read"),
        ("letterhead = 1", "letterhead must be a table"),
        ('[letterhead]\nlogo = "x"', "letterhead.logo is not a setting"),
        ("language =", "settings.toml: "),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_settings(file)


def test_a_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(file)


def test_the_place_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/xdg-test")
    assert settings_file() == Path("/etc/xdg-test/rekam17/settings.toml")
