from typing import Any

from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.defender.decode import DeadLetter, decode
from bot.channels.updates import KINDS, kind_of, update_id_of
from tests.channels.made_up import MEDIA, Raw, body, edited, member, message, tap


def test_an_update_is_read_with_the_clients_models() -> None:
    update = decode(message(text="words"))
    assert isinstance(update, Update)
    assert update.message is not None
    assert update.message.text == "words"


def test_a_forward_whose_author_hides_even_the_name_keeps_its_words() -> None:
    update = decode(message(text="words", forward_origin={"type": "hidden_user", "date": 1}))
    assert isinstance(update, Update)
    assert update.message is not None
    assert update.message.text == "words"


def test_an_answer_to_such_a_forward_keeps_what_it_answers() -> None:
    forward = body(message_id=5, text="told", forward_origin={"type": "hidden_user", "date": 1})
    update = decode(message(text="words", reply_to_message=forward))
    assert isinstance(update, Update)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "told"


def test_a_broken_quote_is_given_up_for_the_words() -> None:
    update = decode(message(text="words", reply_to_message={"message_id": "none"}))
    assert isinstance(update, Update)
    assert update.message is not None
    assert update.message.text == "words"


def test_a_tap_under_a_message_that_cannot_be_read_is_still_a_tap() -> None:
    raw = tap()
    raw["callback_query"]["message"]["reply_to_message"] = body(forward_origin={"type": "hidden_user", "date": 1})
    update = decode(raw)
    assert isinstance(update, Update)
    assert update.callback_query is not None
    assert update.callback_query.data == "1.abc.1.p0"


def test_a_new_kind_of_update_is_set_aside_without_its_content() -> None:
    letter = decode({"update_id": 7, "telepathy": {"text": "secret words"}})
    assert letter == DeadLetter(update_id=7, kind="unknown")


def test_every_kind_that_the_client_knows_is_known_by_name() -> None:
    assert {name for name in Update.model_fields if name != "update_id"} == KINDS


def test_a_message_without_a_chat_is_set_aside_by_kind() -> None:
    assert decode({"update_id": 7, "message": {"text": "words"}}) == DeadLetter(update_id=7, kind="message")


def test_an_update_without_a_usable_id_has_none() -> None:
    for wrong in (None, "7", True, -1, 2**63, 1.5):
        raw = message(text="words") | {"update_id": wrong}
        assert decode(raw) == DeadLetter(update_id=None, kind="message")
        assert update_id_of(raw) is None
    assert update_id_of({"update_id": 2**63 - 1}) == 2**63 - 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
SEEDS: list[Raw] = [
    message(text="words", forward_origin={"type": "user", "date": 1, "sender_user": {"id": 1}}),
    edited(text="words"),
    tap(),
    member("kicked"),
    *(message(**fields, caption="under it", media_group_id="1") for fields in MEDIA.values()),
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    """The same value with another one at one place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@st.composite
def spoiled(draw: st.DrawFn) -> Raw:
    """An update with anything at all at up to three places."""
    raw: Any = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 3))):
        raw = replaced(raw, draw(st.sampled_from(places(raw))), draw(JSON))
        if not isinstance(raw, dict):
            return {}
    assert isinstance(raw, dict)
    return raw


@given(spoiled())
def test_nothing_that_arrives_raises(raw: Raw) -> None:
    update = decode(raw)
    if isinstance(update, DeadLetter):
        assert update.kind == kind_of(raw)
    else:
        assert update.update_id == raw["update_id"]


def test_an_update_nested_without_end_is_set_aside_or_read_without_its_depth() -> None:
    deep = body(text="bottom")
    for _ in range(5000):
        deep = body(text="words", reply_to_message=deep)
    update = decode({"update_id": 7, "message": deep})
    assert update.update_id == 7
