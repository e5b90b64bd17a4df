"""The refused rows given back as a workbook: what stood in each cell, and why the row could not be taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from store.roster.types import Fault, Reading

_RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def write_refused(path: Path, reading: Reading, reason: Callable[[Fault], str], reason_header: str) -> int:
    """Write the refused rows to an .xlsx with a reason column and return how many there were.

    The words are the caller's. The file appears whole or not at all; every value is text, and one that begins like a
    formula has an apostrophe in front. Raises OSError where it cannot be written; writes nothing without rows.
    """
    if not reading.refused:
        return 0
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    draft = path.with_name(f".{path.name}.{os.getpid()}")
    book = xlsxwriter.Workbook(str(draft), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        headers = reading.headers
        for at, text in enumerate((*headers, reason_header)):
            sheet.write_string(0, at, _harmless(text), bold)
        for line, refused in enumerate(reading.refused, start=1):
            for at, text in enumerate(refused.cells[: len(headers)]):
                sheet.write_string(line, at, _harmless(text))
            words = "; ".join(dict.fromkeys(reason(fault) for fault in refused.faults))
            sheet.write_string(line, len(headers), _harmless(words))
        book.close()
        os.replace(draft, path)
    except FileCreateError as error:
        raise OSError(str(error)) from None
    finally:
        draft.unlink(missing_ok=True)
    return len(reading.refused)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text
