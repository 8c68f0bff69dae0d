"""The holes of the core paths that the channel itself closes."""

from aiogram.methods import DeleteMessages, SendMessage

from bot.channels.defender.render import to_methods
from bot.ids import ChatId
from bot.intake.incoming import Said, Tap
from bot.intake.turn import Turn
from tests.channels.cases import act, hole, said
from tests.channels.made_up import PERSON, asks, body, keyboard, ours, tap

CHAT = ChatId(PERSON)


@hole(1, "the first message is the story: consent is asked as a reply to it, and the tap brings it back")
def _() -> None:
    (call,) = to_methods(Turn(messages=(asks(owed=None, reply_to=5),)), CHAT)
    assert isinstance(call.method, SendMessage)
    assert call.method.reply_parameters is not None
    assert call.method.reply_parameters.message_id == 5
    story = body(message_id=5, text="They came at night.", forward_origin={"type": "hidden_user", "date": 1})
    assert act(tap(message=ours(reply_to_message=story))) == Tap(
        data="1.abc.1.p0", message_id=9, quoted="They came at night.", quoted_id=5
    )


@hole(2, "a typed answer before consent tells by the message it answers which question is meant")
def _() -> None:
    question = ours(message_id=9, reply_markup=keyboard("0.abcdef.0-.1.p0"))
    assert said("yes", reply_to_message=question) == Said(
        text="yes", message_id=11, reply_to=9, reply_data="0.abcdef.0-.1.p0"
    )


@hole(28, "an answer in any language and any letters is taken as it is")
def _() -> None:
    for text in ("Акамди алып кетишти", "Акамни олиб кетишди", "برادرم را بردند", "barodaramro burdand", "Моё брата"):
        assert said(text).text == text


@hole(29, "a question is a new message, text before buttons, and the old one is removed")
def _() -> None:
    calls = to_methods(Turn(messages=(asks(owed=None),), remove=(9,)), CHAT)
    assert [type(call.method) for call in calls] == [SendMessage, DeleteMessages]
    assert isinstance(act(tap()), Tap)


@hole(38, "the code is a spoiler, and what may come unasked makes no sound")
def _() -> None:
    (call,) = to_methods(Turn(messages=(asks("Your code:\n\none two", spoiler="one two", silent=True),)), CHAT)
    assert isinstance(call.method, SendMessage)
    assert call.method.disable_notification is True
    assert [(entity.type, entity.offset, entity.length) for entity in call.method.entities or ()] == [
        ("spoiler", 12, 7)
    ]
