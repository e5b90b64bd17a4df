"""The way over the network: the office is known by its key, and a bundle that was cut goes on where the office has it.

Nothing is sent before the key was compared. The line may be slow, and may break at any byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from store.bundles import certificates
from store.bundles.carrying import CarryError, CarryProblem, Progress, outgoing_bundle
from store.bundles.joining import Joined
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import MOST_BODY

PORT = 8417
SCHEME = "https://"
OFFSET, SIZE, DIGEST = "Upload-Offset", "Upload-Length", "Upload-Digest"
"""The headers of an upload: bytes the office has, bytes of the whole, SHA-256 of the whole."""
_SILENCE_S = 60.0
_PIECE = 64 << 10
_CUTS = 5
"""So often in a row a line may break without one byte more having arrived."""


class Line:
    """A line to the office, opened when something is asked, and again after it broke."""

    def __init__(self, url: str, joined: Joined) -> None:
        parts = urlsplit(url)
        try:
            self._host, self._port = parts.hostname or "", parts.port or PORT
        except ValueError:
            self._host, self._port = "", PORT
        if not self._host or parts.path.strip("/") or parts.scheme != "https":
            raise CarryError(CarryProblem.UNREACHABLE, url)
        self._joined = joined
        self._open: HTTPSConnection | None = None

    def receipt(self, node: str) -> bytes | None:
        """Fetch the receipt."""
        return self._fetch(f"/v1/laptops/{node}/receipt")

    def answer(self, node: str) -> bytes | None:
        """Fetch the answer."""
        return self._fetch(f"/v1/laptops/{node}/answer")

    def carry(self, outgoing: Path, names: Sequence[str], tell: Progress) -> None:
        """Send each bundle from where the office has it on."""
        for done, name in enumerate(names, 1):
            node, _dash, number = name.partition(".")[0].partition("-")
            try:
                content = outgoing_bundle(outgoing, name)
            except OSError as error:
                raise CarryError(CarryProblem.GONE, str(outgoing)) from error
            self._send(f"/v1/laptops/{node}/bundles/{int(number)}", content)
            tell(done, len(names))

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _send(self, path: str, content: bytes) -> None:
        headers = {SIZE: str(len(content)), DIGEST: hashlib.sha256(content).hexdigest()}
        best, cuts = -1, 0
        while True:
            try:
                answer, _body = self._ask("HEAD", path, headers)
                held = int(answer.headers.get(OFFSET, "0"))
                if held > best:
                    best, cuts = held, 0
                answer, body = self._ask("PUT", path, headers | {OFFSET: str(held)}, content[held:])
            except CarryError as error:
                cuts += 1
                if error.problem is not CarryProblem.UNREACHABLE or cuts > _CUTS:
                    raise
                continue
            if answer.status == 200:
                return
            cuts += 1
            if answer.status not in (202, 409) or cuts > _CUTS:
                raise CarryError(CarryProblem.UNREACHABLE, body[:80].decode("utf-8", "replace"))

    def _fetch(self, path: str) -> bytes | None:
        answer, body = self._ask("GET", path, {})
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise CarryError(CarryProblem.UNREACHABLE, str(answer.status))
        return body

    def _ask(self, verb: str, path: str, headers: dict[str, str], content: bytes = b"") -> tuple[HTTPResponse, bytes]:
        """Ask, on a line that is open or a new one; raises CarryError, and BundleError for what the office refuses."""
        try:
            line = self._open or self._call()
            line.request(verb, path, body=_pieces(content) if content else None, headers=_all(headers, content))
            answer = line.getresponse()
            body = answer.read(MOST_BODY)
        except (OSError, HTTPException) as error:
            self.close()
            raise CarryError(_problem(error), str(error)) from error
        if answer.status == 422:
            raise _refused(body)
        return answer, body

    def _call(self) -> HTTPSConnection:
        line = HTTPSConnection(
            self._host, self._port, timeout=_SILENCE_S, context=certificates.client(self._joined.seed)
        )
        line.connect()
        shown: Any = line.sock
        try:
            known = certificates.key_of(shown.getpeercert(True)) == self._joined.office.sign
        except ValueError:
            known = False
        if not known:
            line.close()
            raise CarryError(CarryProblem.NOT_THE_OFFICE, self._host)
        self._open = line
        return line


def _all(headers: dict[str, str], content: bytes) -> dict[str, str]:
    return headers | ({"Content-Length": str(len(content))} if content else {})


def _pieces(content: bytes) -> Any:
    """Yield it piece by piece, so that the silence that is allowed is that of a piece and not of all."""
    view = memoryview(content)
    return (view[at : at + _PIECE] for at in range(0, len(content), _PIECE))


def _problem(error: Exception) -> CarryProblem:
    import ssl

    turned_away = isinstance(error, ssl.SSLError) and "ALERT" in str(error.reason).upper()
    return CarryProblem.NOT_LET_IN if turned_away else CarryProblem.UNREACHABLE


def _refused(body: bytes) -> BundleError | CarryError:
    try:
        said: Any = json.loads(body)
        return BundleError(BundleProblem(said["problem"]), str(said["detail"])[:80])
    except (ValueError, TypeError, KeyError):
        return CarryError(CarryProblem.UNREACHABLE, "422")
