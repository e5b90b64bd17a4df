"""Both languages are whole: every message is translated once, none is left over, none is doubtful."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po as babel_read_po

from tui import i18n

TUI = Path(__file__).parents[2] / "tui"
FILES = sorted((TUI / "locale" / "id").glob("*.po"))
KEYWORDS = {"_": None, "N_": None, "p_": ((1, "c"), 2)}


def messages_in_source() -> set[str]:
    found = extract_from_dir(str(TUI), method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {(f"{context}\x04" if context else "") + str(message) for _file, _line, message, _comments, context in found}


def test_every_message_is_translated_and_none_is_left_over() -> None:
    translated = set(i18n.read_catalogue(TUI / "locale" / "id"))
    source = messages_in_source()
    assert len(source) > 100
    assert sorted(source - translated) == [], "not translated"
    assert sorted(translated - source) == [], "translated, but no longer used"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_our_reader_and_babel_read_the_same_file(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    catalogue = babel_read_po(io.StringIO(text), locale="id", abort_invalid=True)
    theirs = {
        (f"{each.context}\x04" if each.context else "") + str(each.id): each.string for each in catalogue if each.id
    }
    assert i18n.read_po(text) == theirs
    assert not any(each.fuzzy for each in catalogue if each.id), "fuzzy"
    assert not catalogue.obsolete


def test_a_translation_asks_for_the_same_facts() -> None:
    for message, translation in i18n.read_catalogue(TUI / "locale" / "id").items():
        wanted = {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name}
        given = {name for _text, name, _spec, _conversion in string.Formatter().parse(translation) if name}
        assert given == wanted, message


def test_a_translation_says_what_its_message_says_and_not_a_letter_of_it() -> None:
    """Official short words of the SOP ("Cek" for a status check) are the shortest there are."""
    for message, translation in i18n.read_catalogue(TUI / "locale" / "id").items():
        english = message.rpartition("\x04")[2]
        assert len(translation) * 5 >= len(english), message


def test_contexts_separators_and_escapes_are_read() -> None:
    text = 'msgctxt "rail"\nmsgid "Open"\nmsgstr "Buka"\nmsgid "a\\"b"\nmsgstr ""\n"c\\n"\n"d"\n'
    text += '\nmsgid "none"\nmsgstr ""\n'
    assert i18n.read_po(text) == {"rail\x04Open": "Buka", 'a"b': "c\nd"}
    with pytest.raises(ValueError, match="line 1"):
        i18n.read_po('msgid_plural "x"')


def test_two_files_must_agree_about_a_message(tmp_path: Path) -> None:
    (tmp_path / "a.po").write_text('msgid "Kit"\nmsgstr "Alat"\n')
    (tmp_path / "b.po").write_text('msgid "Kit"\nmsgstr "Alat"\n')
    assert i18n.read_catalogue(tmp_path) == {"Kit": "Alat"}
    (tmp_path / "c.po").write_text('msgid "Kit"\nmsgstr "Perangkat"\n')
    with pytest.raises(ValueError, match=r"c\.po"):
        i18n.read_catalogue(tmp_path)


def test_the_language_is_chosen_and_an_empty_message_stays_empty() -> None:
    i18n.use("id")
    assert i18n._("Quit") == "Keluar"
    assert i18n._("") == ""
    assert i18n.p_("no such context", "Quit") == "Quit"
    i18n.use("en")
    assert i18n._("Quit") == "Quit"
    with pytest.raises(ValueError, match="jv"):
        i18n.use("jv")


def test_no_message_hides_in_an_f_string() -> None:
    """Python 3.11 gives extractors an f-string as one token: what is inside would never be translated."""
    hidden = [
        f"{file.name}:{number}"
        for file in TUI.rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""\bf"[^"]*\{\s*_\(|\bf'[^']*\{\s*_\(""", line)
    ]
    assert hidden == []


def test_paper_is_indonesian_whatever_the_screen_speaks() -> None:
    i18n.use("en")
    with i18n.on_paper():
        assert i18n._("left thumb") == "ibu jari kiri"
        assert i18n.language() == "id"
    assert i18n._("left thumb") == "left thumb"
    assert i18n.language() == "en"
