"""What stands on a pad's glass before somebody writes: a line to write on and a few words, one bit a pixel."""

from __future__ import annotations

_LINE_AT = 0.72
_INDENT = 0.08
_LETTER = 0.1
_SMALLEST_LETTER = 11


def picture(width: int, height: int, words: str) -> bytes:
    """Draw the line and the words under it, as rows of whole bytes from the top, 1 for white.

    Words wider than the line are drawn smaller, and not at all where they would not be legible.
    """
    from PIL import Image, ImageDraw, ImageFont

    glass = Image.new("1", (-(-width // 8) * 8, height), 1)
    pen = ImageDraw.Draw(glass)
    pen.fontmode = "1"
    line, indent = round(height * _LINE_AT), round(width * _INDENT)
    pen.line(((indent, line), (width - indent, line)), fill=0, width=max(1, height // 160))
    size = max(_SMALLEST_LETTER, round(height * _LETTER))
    while size >= _SMALLEST_LETTER:
        font = ImageFont.load_default(size)
        left, top, right, bottom = pen.textbbox((0, 0), words, font=font)
        if right - left <= width - 2 * indent:
            room = height - line
            at = ((width - right - left) / 2, line + (room - (bottom - top)) / 2 - top)
            pen.text(at, words, fill=0, font=font)
            break
        size -= 1
    return glass.tobytes()
