"""Comparing what SIAK says with the birth certificate, field by field: pure, and the raw values stay as they are."""

from __future__ import annotations

import difflib
import enum
import re
import unicodedata
from dataclasses import dataclass


class Result(enum.Enum):
    """What comparing found: LOOK differs only in a way that may be meant, DIFFERS in what it says."""

    SAME = "same"
    LOOK = "look"
    DIFFERS = "differs"


class Why(enum.Enum):
    """In what two values differ that say the same."""

    TITLE = "title"
    SPELLING = "spelling"  # case, spaces, punctuation, diacritics
    EMPTY = "empty"  # one of them says nothing


@dataclass(frozen=True, repr=False)
class Comparison:
    """The result, the reason of a LOOK, and the differing spans (start, end) in either raw value."""

    result: Result
    why: Why | None
    siak_spans: tuple[tuple[int, int], ...] = ()
    certificate_spans: tuple[tuple[int, int], ...] = ()


# Titles that SIAK and certificates write or leave out; seen in Indonesian names, religious, academic and noble.
_TITLES_BEFORE = frozenset("h hj kh dr drs dra ir prof ust ustadz gt gusti r ra rr tn ny sdr sdri alm almh".split())
_TITLES_AFTER = frozenset(
    "se sh st sp si sos spd sag skm skep skom sip ssos spdi sthi shi mpd mm msi mt mh mag mkes amd amdkeb".split()
)


def compare(siak: str, certificate: str) -> Comparison:
    """Compare two raw values; symmetric but for whose spans are whose."""
    left, right = siak.strip(), certificate.strip()
    if left == right:
        return Comparison(Result.SAME, None)
    if not left or not right:
        return Comparison(Result.LOOK, Why.EMPTY)
    siak_spans, certificate_spans = _spans(siak, certificate)
    if _words(left) == _words(right) or "".join(_words(left)) == "".join(_words(right)):
        return Comparison(Result.LOOK, Why.SPELLING, siak_spans, certificate_spans)
    if _untitled(left) == _untitled(right) and _untitled(left):
        return Comparison(Result.LOOK, Why.TITLE, siak_spans, certificate_spans)
    return Comparison(Result.DIFFERS, None, siak_spans, certificate_spans)


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Return the raw value with its differing spans between the marks of the screens."""
    made, at = "", 0
    for start, end in spans:
        made += text[at:start] + "‹" + text[start:end] + "›"
        at = end
    return made + text[at:]


def _words(text: str) -> tuple[str, ...]:
    """Return the words without case, diacritics and punctuation; an apostrophe or a dot does not part a word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.sub(r"[^\w\s]|_", "", re.sub(r"[,/-]", " ", letters)).split())


def _untitled(text: str) -> str:
    """Return the words run together, titles left out: "H. Syahril, S.Pd." is "syahril"."""
    words = list(_words(text))
    while words and words[0] in _TITLES_BEFORE:
        words.pop(0)
    while words and words[-1] in _TITLES_AFTER:
        words.pop()
    return "".join(words)


def _spans(left: str, right: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return where either value differs, letters compared without case."""
    matcher = difflib.SequenceMatcher(None, [one.casefold() for one in left], [one.casefold() for one in right], False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        tuple((start, end) for _tag, start, end, _s, _e in changes if end > start),
        tuple((start, end) for _tag, _s, _e, start, end in changes if end > start),
    )
