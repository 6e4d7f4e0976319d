"""What a fact keeps of a map answers as the whole map does, and survives packing; older segments still unpack."""

import zlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.facts.fact import MapSubmitted
from shared.flywheel.maps.changes import moves_realised
from shared.flywheel.maps.contents import contents_of, kept
from shared.flywheel.maps.text import answers, parse
from shared.store.segments.pack import pack, unpack
from tests.unit.domain.histories import History, facts_of

LINES = """\
component A [0.5, 0.2]
component A [0.5, 0.8] inertia
component C
component é\U0001f600 [1, 1]
buy B [0.1, 0.9]
evolve A->B 0.7
evolve B 1
anchor U [1, 1]
pipeline A [0.1, 0.6]
U->A
?"""
WORDS = st.lists(st.sampled_from(LINES.split("\n"))).map("\n".join)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(WORDS | st.text(max_size=60), WORDS)
def test_what_is_kept_answers_as_the_map_does(text: str, later: str) -> None:
    one, other = contents_of(kept(text)), contents_of(kept(later))
    assert answers(one.as_map()) == answers(parse(text))
    assert moves_realised(one.as_map(), other.as_map()) == moves_realised(parse(text), parse(later))
    assert one.unread == len(parse(text).remarks)


def test_half_a_surrogate_breaks_nothing() -> None:
    assert contents_of(kept("component \ud800 [0.5, 0.5]")).components[0].maturity == 0.5


def test_segments_of_version_1_unpack_to_maps_of_which_only_the_time_is_known() -> None:
    history = History().add("Map Submitted", "03-01", map="market", text="component A [0.5, 0.5]")
    history.proposed("03-02", "x")
    facts = facts_of(history.events)
    texts, blocks = msgspec.msgpack.decode(zlib.decompress(pack(facts)[1:]))
    lacked_by_all = slice(12, 16)  # source, account, link and the tail of the content's hash
    for block in blocks:
        del block[lacked_by_all]
    older = [block[:-1] if block[0] == MapSubmitted.number else block for block in blocks]
    assert older != blocks
    found = unpack(bytes([1]) + zlib.compress(msgspec.msgpack.encode([texts, older])))
    facts = [msgspec.structs.replace(fact, source=None, content_tail=None) for fact in facts]
    (known,) = [fact for fact in facts if isinstance(fact, MapSubmitted)]
    assert [fact for fact in found if isinstance(fact, MapSubmitted)] == [msgspec.structs.replace(known, contents=None)]
    assert [fact for fact in found if not isinstance(fact, MapSubmitted)] == facts[1:]
