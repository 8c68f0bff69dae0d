"""What people type instead of tapping, in the words of all three languages: cries are heard, answers stay answers."""

import pytest

from bot.engine.conversation import Conversation
from bot.i18n import with_locales
from bot.intake.understood import always, fold, is_urgent, says
from tests.conversations.person import reprisal
from tests.conversations.test_reprisal_words import ROOT

ANYWHERE = ("exit", "delete", "start", "menu", "back", "skip", "who", "contacts")


@pytest.fixture(scope="module")
def spoken() -> Conversation:
    return with_locales(reprisal(), ROOT / "locales")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Выйти", "exit"),
        ("cnjg", "exit"),
        ("назад", "back"),
        ("ПРОПУСТИТЬ.", "skip"),
        ("Удалить всё", "delete"),
        ("удали все", "delete"),
        ("Здраствуйте!", "start"),
        ("ghbdtn", "start"),
        ("Кто вы?", "who"),
        ("нужен адвокат", "contacts"),
        ("меню", "menu"),
    ],
)
def test_a_typed_word_is_the_button(spoken: Conversation, line: str, meant: str) -> None:
    assert always(spoken, line) == meant


@pytest.mark.parametrize(
    "line",
    [
        # whom somebody saw, what somebody is
        "lawyer",
        "адвокат",
        # where somebody is now, what somebody was told
        "вернуться",
        "Выйди",
        "Хватит",
        "Конец",
        # who was affected
        "все",
        "мать",
        # what could show it
        "справка",
        "телефон",
        "phone number",
    ],
)
def test_a_one_word_answer_is_not_taken_for_a_button(spoken: Conversation, line: str) -> None:
    assert always(spoken, line) is None
    assert not is_urgent(spoken, line)


@pytest.mark.parametrize(
    "line",
    [
        "пришли",
        "К нам пришли!",
        "за мной пришли только что",
        "помогите пожалуйста",
        "gjvjubnt",
        "стоят у двери",
        "help",
    ],
)
def test_a_cry_is_heard(spoken: Conversation, line: str) -> None:
    assert is_urgent(spoken, line)


@pytest.mark.parametrize(
    "line",
    [
        "Пришли четверо, увезли в отдел",
        "они ничем не помогли",
        "they did not help us",
        "брату нужна помощь врача",
        "на свидание не пришли родные",
        "they offered help",
        "кумак ба мо накарданд",
    ],
)
def test_a_short_answer_with_such_a_word_is_an_answer(spoken: Conversation, line: str) -> None:
    assert not is_urgent(spoken, line)


def test_no_answer_is_called_as_a_word_that_works_anywhere(spoken: Conversation) -> None:
    taken = [
        (node.id, option.id, locale, texts[option.label])
        for node in spoken.nodes.values()
        for option in node.options
        for locale, texts in spoken.texts.items()
        if option.act is None and not option.show
        for name in ANYWHERE
        if says(spoken, name, texts[option.label])
    ]
    assert taken == []


def test_no_word_means_two_things(spoken: Conversation) -> None:
    lists = {key for texts in spoken.texts.values() for key in texts if key.startswith("words.")}
    meanings: dict[str, set[str]] = {}
    for key in lists:
        for texts in spoken.texts.values():
            for word in texts[key].split(","):
                meanings.setdefault(fold(word), set()).add(key.removeprefix("words."))
    # Nobody is asked both "not sure" and "I do not know"; «не знаю» answers whichever stands there.
    twofold = {word: names for word, names in meanings.items() if len(names) > 1 and names != {"not_sure", "dont_know"}}
    assert twofold == {}
