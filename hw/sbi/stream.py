"""The live picture of SBI's STREAM: JPEG frames cut out of a body that only looks like multipart.

Services write the boundary parameter itself as the delimiter, without the two hyphens of the standard, and end a
stream by writing a second HTTP response into the body. So the frames are found by Content-Length and checked for the
JPEG start marker, and the delimiter is not looked at.
"""

from __future__ import annotations

import json
import re

from hw.types import CaptureFailed, FailReason, HardwareError

from .errors import as_error

_LARGEST_FRAME = 8 * 1024 * 1024
_LONGEST_HEADERS = 16 * 1024
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_SECOND_RESPONSE = re.compile(rb"HTTP/1\.[01] \d{3}")
_JPEG = b"\xff\xd8"


class FrameSplitter:
    """Takes the body in pieces of any size and gives back whole JPEG frames in order."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the frames that this piece completed.

        Raises HardwareError as the second response says when the service ends the stream, and
        CaptureFailed(BAD_ANSWER) when the bytes are no stream. Frames completed before the end are dropped then:
        only the newest is worth showing, and that one is over.
        """
        self._held += piece
        frames: list[bytes] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def end(self) -> HardwareError:
        """Say how the stream ended, once the connection has closed."""
        return self._ending() or CaptureFailed(FailReason.STREAM_ENDED)

    def _next(self) -> bytes | None:
        start = 0
        while self._held[start : start + 1].isspace():  # the line ends behind the frame before
            start += 1
        if self._held.startswith(b"{", start):
            ending = self._ending()
            if ending is None and len(self._held) <= _LONGEST_HEADERS:
                return None
            raise ending or CaptureFailed(FailReason.BAD_ANSWER, "stream")
        cut = self._held.find(b"\r\n\r\n", start)
        if cut < 0:
            if len(self._held) > _LONGEST_HEADERS:
                raise CaptureFailed(FailReason.BAD_ANSWER, "stream")
            return None
        if cut > _LONGEST_HEADERS:
            raise CaptureFailed(FailReason.BAD_ANSWER, "stream")
        headers = self._held[:cut]
        if _SECOND_RESPONSE.search(headers):
            ending = self._ending()
            if ending is None:
                return None  # the rest of the second response is still on its way
            raise ending
        length = _LENGTH.search(headers)
        if length is None or not 0 < int(length[1]) <= _LARGEST_FRAME:
            raise CaptureFailed(FailReason.BAD_ANSWER, "stream")
        stop = cut + 4 + int(length[1])
        if len(self._held) < stop:
            return None
        frame = bytes(self._held[cut + 4 : stop])
        del self._held[:stop]
        if not frame.startswith(_JPEG):
            raise CaptureFailed(FailReason.BAD_ANSWER, "frame")
        return frame

    def _ending(self) -> HardwareError | None:
        """Read the error inside a second response, or instead of a stream, once its JSON is whole."""
        found = _SECOND_RESPONSE.search(self._held)
        body = self._held.lstrip()
        if found is not None:
            _head, _blank, body = self._held[found.start() :].partition(b"\r\n\r\n")
        elif not body.startswith(b"{"):
            return None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            if len(body) > _LONGEST_HEADERS:
                return CaptureFailed(FailReason.BAD_ANSWER, "stream")
            return None
        return as_error(answer) or CaptureFailed(FailReason.STREAM_ENDED)
