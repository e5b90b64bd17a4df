"""The IPP wire of the emulated printer: what is written is read back, by us and by pyipp; broken bytes are refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.parser import parse

from hw.emulators.ipp_codec import Attribute, Group, IppFormatError, Message, Tag, decode, encode

NAMES = st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True)
TEXTS = st.text(max_size=60).filter(lambda text: len(text.encode()) < 200)
INTEGERS = st.integers(-(2**31), 2**31 - 1)
SIMPLE = st.one_of(
    st.lists(INTEGERS, min_size=1, max_size=4).map(lambda values: Attribute(Tag.INTEGER, tuple(values))),
    st.booleans().map(lambda value: Attribute(Tag.BOOLEAN, (value,))),
    st.tuples(INTEGERS, INTEGERS).map(lambda value: Attribute(Tag.RANGE, (value,))),
    st.tuples(INTEGERS, INTEGERS, st.sampled_from((3, 4))).map(lambda value: Attribute(Tag.RESOLUTION, (value,))),
    st.binary(max_size=40).map(lambda value: Attribute(Tag.OCTETS, (value,))),
    st.tuples(st.sampled_from((Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI)), st.lists(TEXTS, min_size=1, max_size=3)).map(
        lambda pair: Attribute(pair[0], tuple(pair[1]))
    ),
)
ATTRIBUTES = st.recursive(
    SIMPLE,
    lambda inner: st.dictionaries(NAMES, inner, max_size=3).map(lambda members: Attribute(Tag.COLLECTION, (members,))),
    max_leaves=6,
)
MESSAGES = st.builds(
    Message,
    version=st.just((2, 0)),
    code=st.integers(0, 0x7FFF),
    request_id=st.integers(1, 2**31 - 1),
    groups=st.lists(
        st.builds(Group, st.sampled_from((Tag.OPERATION, Tag.JOB, Tag.PRINTER)), st.dictionaries(NAMES, ATTRIBUTES)),
        max_size=3,
    ).map(tuple),
    data=st.binary(max_size=100),
)


@given(MESSAGES)
def test_what_is_written_is_read_back(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(IppFormatError):
        decode(data)


@given(MESSAGES, st.data())
def test_a_message_cut_or_changed_anywhere_is_read_or_refused(message: Message, data: st.DataObject) -> None:
    whole = bytearray(encode(message))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(IppFormatError):
        decode(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_collections_without_end_are_refused() -> None:
    nested = Attribute(Tag.INTEGER, (1,))
    for _ in range(20):
        nested = Attribute(Tag.COLLECTION, ({"deeper": nested},))
    with pytest.raises(IppFormatError, match="too deep"):
        decode(encode(Message((2, 0), 2, 1, (Group(Tag.JOB, {"media-col": nested}),))))


def test_pyipp_reads_an_answer_as_it_was_meant() -> None:
    answer = Message(
        (2, 0),
        0,
        7,
        (
            Group(Tag.OPERATION, {"attributes-charset": Attribute(Tag.CHARSET, ("utf-8",))}),
            Group(Tag.JOB, {"job-id": Attribute(Tag.INTEGER, (3,)), "job-state": Attribute(Tag.ENUM, (9,))}),
            Group(Tag.JOB, {"job-id": Attribute(Tag.INTEGER, (4,)), "job-name": Attribute(Tag.NAME, ("Ñ ✓",))}),
        ),
    )
    parsed = parse(encode(answer))
    assert parsed["request-id"] == 7
    assert parsed["jobs"] == [{"job-id": 3, "job-state": 9}, {"job-id": 4, "job-name": "Ñ ✓"}]
