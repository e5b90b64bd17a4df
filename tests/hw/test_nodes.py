"""What counts as plugged in: nothing is lost that comes back at once, nothing stays that does not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hw.nodes import BARE_S, SETTLE_S, Node, Nodes
from hw.recognition import Recognised
from hw.types import Role

PAD = Recognised(Role.SIGNATURE, "stu", "Wacom STU")
USB = "/sys/devices/usb1/1-2"
HIDRAW = Node(PAD, USB, "/dev/hidraw0", "STU1", "port-2")
DEVICE = Node(PAD, USB, "/dev/bus/usb/001/004", "STU1", "port-2", bare=True, since=100.0)


def plugged(at: float = 100.0) -> Nodes:
    nodes = Nodes()
    nodes.put(USB, DEVICE)
    nodes.put(f"{USB}/0001/hidraw0", HIDRAW)
    return nodes


def pulled(nodes: Nodes, at: float) -> None:
    nodes.drop(f"{USB}/0001/hidraw0", at)
    nodes.drop(USB, at)


def test_a_node_that_comes_back_under_another_number_was_never_gone() -> None:
    nodes = plugged()
    nodes.drop(f"{USB}/0001/hidraw0", 200.0)
    assert nodes.standing(200.4) == ((HIDRAW, True),)
    again = replace(HIDRAW, address="/dev/hidraw3")
    nodes.put(f"{USB}/0002/hidraw3", again)
    assert nodes.standing(200.45) == ((again, False),)
    assert nodes.standing(201.0) == ((again, False),)


def test_a_device_that_is_reset_as_a_whole_was_never_gone() -> None:
    nodes = plugged()
    pulled(nodes, 200.0)
    nodes.put(USB, replace(DEVICE, address="/dev/bus/usb/001/005", since=200.2))
    assert nodes.standing(200.3) == ((HIDRAW, True),)
    nodes.put(f"{USB}/0002/hidraw0", HIDRAW)
    assert nodes.standing(200.4) == ((HIDRAW, False),)


def test_a_device_that_stays_away_is_gone_after_half_a_second() -> None:
    nodes = plugged()
    pulled(nodes, 200.0)
    assert nodes.standing(200.49) == ((HIDRAW, True),)
    assert nodes.standing(200.5) == ()


def test_another_device_in_the_same_port_is_no_return() -> None:
    nodes = plugged()
    pulled(nodes, 200.0)
    other = replace(HIDRAW, serial="STU2")
    nodes.put(f"{USB}/0002/hidraw0", other)
    assert nodes.standing(200.1) == ((other, False),)


def test_a_known_device_without_its_node_is_shown_only_when_the_kernel_had_time_to_make_it() -> None:
    nodes = Nodes()
    nodes.put(USB, DEVICE)
    assert nodes.standing(100.0 + BARE_S - 0.1) == ()
    assert nodes.standing(100.0 + BARE_S) == ((DEVICE, False),)
    nodes.put(f"{USB}/0001/hidraw0", HIDRAW)
    assert nodes.standing(110.0) == ((HIDRAW, False),)


def test_of_several_nodes_of_one_device_the_lowest_counts() -> None:
    nodes = Nodes()
    for number in (10, 9, 2, 11):
        nodes.put(f"{USB}/{number}", replace(HIDRAW, address=f"/dev/hidraw{number}"))
    assert [node.address for node, _flapping in nodes.standing(0.0)] == ["/dev/hidraw2"]


def test_after_a_new_list_what_is_not_in_it_went_now() -> None:
    nodes = plugged()
    nodes.replace({}, 200.0)
    assert nodes.standing(200.4) == ((HIDRAW, True),)
    assert nodes.standing(200.6) == ()
    nodes.replace({USB: DEVICE, "new": HIDRAW}, 201.0)
    assert nodes.standing(201.0) == ((HIDRAW, False),)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.floats(0.01, 0.4)), max_size=40))
def test_whatever_comes_and_goes_each_place_stands_once_and_nothing_outlives_its_half_second(
    moves: list[tuple[bool, int, float]],
) -> None:
    nodes, at = Nodes(), 0.0
    here: set[int] = set()
    left: dict[int, float] = {}
    for comes, number, pause in moves:
        at += pause
        node = replace(HIDRAW, usb=f"{USB}{number % 2}", address=f"/dev/hidraw{number}")
        if comes:
            nodes.put(str(number), node)
            here.add(number)
        else:
            nodes.drop(str(number), at)
            if number in here:
                here.discard(number)
                left[number % 2] = at
        standing = nodes.standing(at)
        homes = [node.usb for node, _flapping in standing]
        assert len(homes) == len(set(homes))
        assert {f"{USB}{number % 2}" for number in here} == {node.usb for node, flapping in standing if not flapping}
        for node, flapping in standing:
            assert not flapping or at - left[int(node.usb[-1])] < SETTLE_S
