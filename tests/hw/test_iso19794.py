"""The records that scanners send: read back as written, and any other bytes refused in one way."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.iso19794 import Compression, Flaw, MalformedRecord, Modality, Record, parse, write

KINDS = {
    Modality.FINGER: list(Compression),
    Modality.IRIS: [Compression.RAW, Compression.JPEG2000, Compression.PNG],
    Modality.FACE: [Compression.JPEG, Compression.JPEG2000, Compression.JPEG2000_LOSSLESS],
}
FINGER = Record(Modality.FINGER, 7, 4, 2, Compression.RAW, b"12345678", 57, datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC))


@st.composite
def records(draw: st.DrawFn) -> Record:
    modality = draw(st.sampled_from(Modality))
    compression = draw(st.sampled_from(KINDS[modality]))
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    depth = draw(st.sampled_from([1, 2, 4, 8])) if compression is Compression.PACKED else 8
    plain = compression in (Compression.RAW, Compression.PACKED)
    size = (width * height * depth + 7) // 8 if plain else draw(st.integers(1, 200))
    moments = st.datetimes(timezones=st.just(UTC))
    moment = draw(st.none() | moments)
    return Record(
        modality,
        0 if modality is Modality.FACE else draw(st.integers(0, 15)),
        width,
        height,
        compression,
        draw(st.binary(min_size=size, max_size=size)),
        draw(st.none() | st.integers(0, 100)),
        moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000),
        depth,
    )


@given(records())
def test_a_record_is_read_back_as_it_was_written(record: Record) -> None:
    assert parse(write(record)) == record


@given(records(), st.data())
def test_a_record_cut_short_anywhere_is_refused(record: Record, data: st.DataObject) -> None:
    octets = write(record)
    with pytest.raises(MalformedRecord):
        parse(octets[: data.draw(st.integers(0, len(octets) - 1))])


@given(records(), st.data())
def test_a_flipped_byte_gives_a_record_or_the_one_error(record: Record, data: st.DataObject) -> None:
    octets = bytearray(write(record))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(MalformedRecord):  # and nothing else
        parse(bytes(octets))


@given(st.sampled_from(Modality), st.binary(max_size=120))
def test_any_bytes_behind_a_good_magic_are_refused_in_one_way(modality: Modality, rest: bytes) -> None:
    with suppress(MalformedRecord):
        parse(modality.value + rest)


def test_the_image_is_found_by_its_length_with_blocks_before_and_after_it() -> None:
    # As MockMDS lays it out: two certification blocks put the image at offset 69, extended data follow it.
    octets = write(FINGER)
    certified = octets[:14] + b"\x01" + octets[15:40] + b"\x02abcdef" + octets[40:] + b"extended data"
    image = certified.index(b"12345678")
    total = len(certified)
    patched = certified[:8] + total.to_bytes(4, "big") + certified[12:16] + (total - 16).to_bytes(4, "big")
    record = parse(patched + certified[20:])
    assert image == 69
    assert record == FINGER


def patched(octets: bytes, at: int, number: int, size: int) -> bytes:
    return octets[:at] + number.to_bytes(size, "big") + octets[at + size :]


def joined(*records: Record) -> bytes:
    """One record with several representations, as the standard allows it."""
    parts = [write(record)[16:] for record in records]
    whole = write(records[0])[:16] + b"".join(parts)
    return patched(patched(whole, 8, len(whole), 4), 12, len(parts), 2)


def test_of_several_representations_the_first_counts_and_all_must_be_of_one_finger() -> None:
    second = replace(FINGER, image=b"87654321", quality=12)
    assert parse(joined(FINGER, second)) == FINGER
    with pytest.raises(MalformedRecord) as refused:
        parse(joined(FINGER, replace(second, position=8)))
    assert refused.value.flaw is Flaw.MIXED
    with pytest.raises(MalformedRecord) as refused:
        parse(patched(joined(FINGER, second), 12, 3, 2))  # one more than there is
    assert refused.value.flaw is Flaw.TRUNCATED


def test_bytes_behind_the_last_representation_are_let_be() -> None:
    octets = write(FINGER) + b"extended data"
    assert parse(patched(octets, 8, len(octets), 4)) == FINGER


@pytest.mark.parametrize("grown", [1, 1 << 16, (1 << 32) - 1])
@pytest.mark.parametrize("field", ["total", "representation", "image"])
def test_a_length_that_points_past_the_end_is_refused(field: str, grown: int) -> None:
    octets = write(FINGER)
    at = {"total": 8, "representation": 16, "image": len(octets) - len(FINGER.image) - 4}[field]
    length = min(int.from_bytes(octets[at : at + 4], "big") + grown, (1 << 32) - 1)
    with pytest.raises(MalformedRecord) as refused:
        parse(patched(octets, at, length, 4))
    assert refused.value.flaw is Flaw.TRUNCATED


@pytest.mark.parametrize(
    ("compression", "depth", "size"),
    [(Compression.RAW, 8, 7), (Compression.RAW, 16, 8), (Compression.PACKED, 4, 8), (Compression.PACKED, 1, 3)],
)
def test_plain_pixels_that_do_not_fill_their_picture_are_refused(
    compression: Compression, depth: int, size: int
) -> None:
    octets = write(replace(FINGER, compression=compression, depth=depth, image=bytes(size)))
    with pytest.raises(MalformedRecord) as refused:
        parse(octets)
    assert refused.value.flaw is Flaw.LENGTH


def test_the_face_image_starts_where_mock_services_put_it() -> None:
    octets = write(Record(Modality.FACE, 0, 3, 4, Compression.JPEG2000, b"IMAGE", 80))
    assert octets.index(b"IMAGE") == 73


@pytest.mark.parametrize(
    ("octets", "flaw"),
    [
        (b"", Flaw.TRUNCATED),
        (b"NOT A RECORD AT ALL", Flaw.MAGIC),
        (write(FINGER) + b"more", Flaw.LENGTH),
        (write(FINGER)[:12] + b"\x00\x00" + write(FINGER)[14:], Flaw.EMPTY),
    ],
)
def test_each_flaw_is_named(octets: bytes, flaw: Flaw) -> None:
    with pytest.raises(MalformedRecord) as refused:
        parse(octets)
    assert refused.value.flaw is flaw


def test_nothing_of_the_image_shows_in_a_repr() -> None:
    assert "12345678" not in repr(FINGER)
