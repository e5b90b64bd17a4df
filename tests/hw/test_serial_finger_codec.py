"""The wire of the one-finger sensor: bytes that real ones send, bytes that no sensor should send, and all between."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.serial_finger import image, packets
from hw.serial_finger.packets import Command, Kind, MalformedAnswer, Packet, Reader, SystemParameters

HANDSHAKE = bytes.fromhex("ef01 ffffffff 01 0007 13 00000000 001b")
HAND_TAKEN = bytes.fromhex("ef01 ffffffff 07 0003 00 000a")
SYSTEM = bytes.fromhex("ef01 ffffffff 07 0013 00 0000 0009 03e8 0003 ffffffff 0002 0006 0515")
"""28 bytes: room for 1000 templates, security level 3, packets of 128 bytes, 6 x 9600 bits a second."""

packet = st.builds(
    Packet,
    st.sampled_from(Kind),
    st.binary(min_size=1, max_size=packets.LARGEST_PAYLOAD),
    st.integers(0, 0xFFFFFFFF),
)
own = st.builds(Packet, st.sampled_from(Kind), st.binary(min_size=1, max_size=packets.LARGEST_PAYLOAD))


def read(data: bytes, address: int = packets.ANY_ADDRESS) -> list[Packet]:
    reader = Reader(address)
    reader.feed(data)
    return list(iter(reader.take, None))


def test_the_handshake_is_the_one_of_the_manual() -> None:
    assert packets.verify_password(0) == HANDSHAKE
    assert packets.verify_password(0x01020304).endswith(bytes.fromhex("13 01020304 0025"))
    assert read(HAND_TAKEN) == [Packet(Kind.ACKNOWLEDGE, b"\x00")]
    assert packets.command(Command.TAKE_IMAGE) == bytes.fromhex("ef01 ffffffff 01 0003 01 0005")
    assert packets.command(Command.UPLOAD_IMAGE) == bytes.fromhex("ef01 ffffffff 01 0003 0a 000e")


def test_a_sensor_says_how_it_is_set_up() -> None:
    (answer,) = read(SYSTEM)
    assert packets.system_parameters(answer.payload) == SystemParameters(
        status=0, system=9, capacity=1000, security=3, address=0xFFFFFFFF, packet_size=128, baud=57_600
    )


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (b"\x00", "system parameters"),
        (b"\x01" + bytes(16), "system parameters"),
        (bytes(18), "system parameters"),
        (bytes.fromhex("00 0000 0009 03e8 0003 ffffffff 0004 0006"), "packet size"),
        (bytes.fromhex("00 0000 0009 03e8 0003 ffffffff ffff 0006"), "packet size"),
        (bytes.fromhex("00 0000 0009 03e8 0003 ffffffff 0002 0000"), "baud"),
        (bytes.fromhex("00 0000 0009 03e8 0003 ffffffff 0002 000d"), "baud"),
    ],
)
def test_a_set_up_that_cannot_be_is_refused(payload: bytes, what: str) -> None:
    with pytest.raises(MalformedAnswer, match=what):
        packets.system_parameters(payload)


@given(st.integers(0, 3), st.integers(1, 12), st.integers(0, 0xFFFF))
def test_a_set_up_is_read_as_it_was_written(size: int, multiple: int, capacity: int) -> None:
    parameters = SystemParameters(0, 9, capacity, 3, 0xFFFFFFFF, 32 << size, multiple * 9600)
    assert packets.system_parameters(packets.write_system_parameters(parameters)) == parameters


@given(packet)
def test_a_packet_is_read_as_it_was_written(sent: Packet) -> None:
    assert read(packets.pack(sent), sent.address) == [sent]


@given(st.lists(own, max_size=4), st.data())
def test_packets_may_come_in_any_pieces(sent: list[Packet], data: st.DataObject) -> None:
    wire = b"".join(map(packets.pack, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    reader, got = Reader(), []
    for start, end in pairwise((0, *cuts, len(wire))):
        reader.feed(wire[start:end])
        got += iter(reader.take, None)
    assert got == sent
    assert reader.refused == 0


@given(own, st.binary(max_size=64))
def test_noise_before_a_packet_never_costs_it(sent: Packet, noise: bytes) -> None:
    reader = Reader()
    reader.feed(noise + packets.pack(sent))
    assert sent in list(iter(reader.take_behind, None))


@given(own, st.data())
def test_one_wrong_bit_is_noticed(sent: Packet, data: st.DataObject) -> None:
    wire = bytearray(packets.pack(sent))
    at = data.draw(st.integers(0, len(wire) - 1))
    wire[at] ^= 1 << data.draw(st.integers(0, 7))
    assert sent not in read(bytes(wire))


@given(st.binary(max_size=600))
def test_whatever_comes_the_reader_ends_and_holds_no_more_than_a_packet(data: bytes) -> None:
    reader = Reader()
    reader.feed(data)
    while reader.take() is not None:
        pass
    assert len(reader._held) <= 9 + packets.LARGEST_PAYLOAD + 2
    while reader.take_behind() is not None:
        pass
    assert not reader._held


@pytest.mark.parametrize(
    "hostile",
    [
        bytes.fromhex("ef01 ffffffff 07 ffff") + bytes(40),  # longer than any packet
        bytes.fromhex("ef01 ffffffff 07 0002 0009"),  # nothing in it
        bytes.fromhex("ef01 ffffffff 07 0000"),  # shorter than its own sum
        bytes.fromhex("ef01 ffffffff 55 0003 00 0058"),  # of no known kind
        bytes.fromhex("ef01 00000001 07 0003 00 000a"),  # for another address
        bytes.fromhex("ef01 ffffffff 07 0003 00 000b"),  # a wrong sum
        bytes.fromhex("ef01 ef01 ef01"),
        b"\x55" * 300,  # what some say when they wake up, over and over
    ],
)
def test_what_is_no_packet_is_passed_over_and_the_next_one_is_read(hostile: bytes) -> None:
    assert read(hostile + HAND_TAKEN) == [Packet(Kind.ACKNOWLEDGE, b"\x00")]


def test_a_garbled_length_that_swallows_the_answer_gives_it_back() -> None:
    reader = Reader()
    reader.feed(bytes.fromhex("ef01 ffffffff 07 0083 00") + HAND_TAKEN)
    assert reader.take() is None
    assert reader.take_behind() == Packet(Kind.ACKNOWLEDGE, b"\x00")
    assert reader.refused == 1


def test_no_packet_carries_nothing_or_more_than_it_can() -> None:
    for payload in (b"", bytes(257)):
        with pytest.raises(ValueError, match="payload of"):
            packets.pack(Packet(Kind.DATA, payload))


def test_two_pixels_share_a_byte_the_left_one_above() -> None:
    grey = image.unpack(b"\x0f\xa0" + bytes(image.PACKED - 2))
    assert grey[:6] == bytes((0, 255, 170, 0, 0, 0))
    assert len(grey) == image.WIDTH * image.HEIGHT


@given(st.binary(min_size=1, max_size=64))
def test_a_picture_is_unpacked_as_it_was_packed(start: bytes) -> None:
    packed = start + bytes(image.PACKED - len(start))
    assert image.pack(image.unpack(packed)) == packed


@pytest.mark.parametrize("size", [0, image.PACKED - 1, image.PACKED + 1])
def test_a_picture_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(MalformedAnswer):
        image.unpack(bytes(size))


def test_no_print_shows_where_values_are_shown() -> None:
    assert "payload" not in repr(Packet(Kind.DATA, b"\x12\x34"))
