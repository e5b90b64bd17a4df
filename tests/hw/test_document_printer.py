"""Papers handed to CUPS: by its own `lp` where it is installed, and by programs in its place that misbehave."""

import asyncio
from pathlib import Path

import pytest

from hw import document_printer
from hw.types import CaptureFailed, FailReason

PAPER = b"%PDF-1.4\n" + b"paper\n" * 50_000


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a folder before all others in PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


async def test_the_whole_paper_arrives_with_its_title_and_queue(programs: Path, tmp_path: Path) -> None:
    program(programs, "lp", f'printf "%s\\n" "$@" > {tmp_path}/arguments; cat > {tmp_path}/paper')
    await document_printer.send(PAPER, "BAST; rm -rf / \x1b[2J", "Kantor-1")
    assert (tmp_path / "paper").read_bytes() == PAPER
    assert (tmp_path / "arguments").read_text().splitlines() == ["-d", "Kantor-1", "-t", "BAST; rm -rf / [2J", "-"]


async def test_what_lp_says_is_told(programs: Path) -> None:
    program(programs, "lp", "cat > /dev/null; echo 'lp: Error - no default destination available.'; exit 1")
    with pytest.raises(CaptureFailed, match="no default destination") as failed:
        await document_printer.send(PAPER, "BAST")
    assert failed.value.reason is FailReason.REFUSED


async def test_lp_that_does_not_even_read_is_refused_without_a_crash(programs: Path) -> None:
    program(programs, "lp", "exit 3")
    with pytest.raises(CaptureFailed) as failed:
        await document_printer.send(PAPER, "BAST")
    assert failed.value.reason is FailReason.REFUSED


async def test_silence_is_a_timeout_and_leaves_no_process(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hw.document_printer._SEND_SECONDS", 0.2)
    program(programs, "lp", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with pytest.raises(CaptureFailed) as failed:
        await document_printer.send(PAPER, "BAST")
    assert failed.value.reason is FailReason.TIMEOUT
    assert not (Path("/proc") / (tmp_path / "pid").read_text().strip()).exists()


async def test_without_cups_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CaptureFailed) as failed:
        await document_printer.send(PAPER, "BAST")
    assert failed.value.reason is FailReason.UNSUPPORTED
    assert await document_printer.queues() == ()


@pytest.mark.parametrize("queue", ["-o", "a b", "a/b", "q\n", "x" * 200])
async def test_a_queue_that_is_no_name_is_refused(queue: str) -> None:
    with pytest.raises(CaptureFailed) as failed:
        await document_printer.send(PAPER, "BAST", queue)
    assert failed.value.reason is FailReason.REFUSED


async def test_queues_are_listed_without_the_card_printers(programs: Path) -> None:
    program(programs, "lpstat", "printf 'Kantor\\nKartu\\n-bad\\n'")
    assert await document_printer.queues() == ("Kantor", "Kartu")
    assert [queue.address for queue in await document_printer.queue_sweep("Kartu")(False)] == ["Kantor"]


@pytest.mark.peer("lp", "lpstat")
async def test_the_lp_of_cups_without_a_scheduler_is_a_typed_error() -> None:
    async with asyncio.timeout(30):
        with pytest.raises(CaptureFailed):
            await document_printer.send(PAPER, "BAST", "Tidak-Ada")
        assert isinstance(await document_printer.queues(), tuple)
