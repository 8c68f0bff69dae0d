from dataclasses import replace

from bot.authoring.catalog_layout import Cut, Shown, cuts, pages
from bot.engine.conversation import AuthorKind, Kind, Node, Option, Screen
from tests.i18n.made_up import made_up


def many(*options: Option, rows: tuple[tuple[int, ...], ...] = ()) -> Node:
    return Node(
        id="M",
        kind=Kind.MANY,
        author_kind=AuthorKind.MANY,
        section="topic",
        say="M.say",
        options=options,
        rows=rows,
        nav="exit",
    )


def option(name: str, group: str | None = None) -> Option:
    return Option(id=name, label=f"M.{name}", group=group)


def keys(page: tuple[tuple[Shown, ...], ...]) -> list[list[str]]:
    return [[button.key for button in row] for row in page]


def test_a_grouped_choice_shows_one_group_a_page_with_ways_to_the_others() -> None:
    node = many(option("a", "one"), option("b", "two"), option("c", "three"), option("every"))
    assert [keys(page) for page in pages(node)] == [
        [["M.a"], ["M.every"], ["M.group.two", "M.group.three"], ["READY.ready"], ["nav.exit"]],
        [["M.b"], ["M.every"], ["M.group.one", "M.group.three"], ["READY.ready"], ["nav.exit"]],
        [["M.c"], ["M.every"], ["M.group.one", "M.group.two"], ["READY.ready"], ["nav.exit"]],
    ]


def test_a_choice_with_its_own_ready_gets_no_second_one() -> None:
    node = many(option("a"), Option(id="done", label="M.done", act="done"))
    assert keys(pages(node)[0]) == [["M.a"], ["M.done"], ["nav.exit"]]


def test_options_of_a_multiple_choice_leave_room_for_the_tick() -> None:
    ticked = [button for row in pages(many(option("a")))[0] for button in row if button.ticked]
    assert ticked == [Shown("M.a", ticked=True)]


def test_commands_and_the_four_buttons_are_not_rows_of_a_message() -> None:
    about = Screen(id="bot_about", say="bot_about.say", options=(Option(id="start", label="bot_about.start"),))
    assert pages(about) == ()


def cut_keys(screen: Screen, texts: dict[str, str]) -> list[Cut]:
    conversation = replace(made_up(), nodes={}, sections={}, screens={screen.id: screen})
    return list(cuts(conversation, texts))


def test_a_toast_has_sixty_letters() -> None:
    toast = Screen(id="ERR_twice", say="ERR_twice.say")
    assert cut_keys(toast, {"ERR_twice.say": "x" * 60}) == []
    (cut,) = cut_keys(toast, {"ERR_twice.say": "x" * 61})
    assert cut.certain


def test_a_placeholder_is_measured_by_what_will_stand_there() -> None:
    screen = Screen(id="S", say="S.say", options=(option("a"),))
    text = "\n".join(["line"] * 19)
    sentence = {"when_1h.say": "Soon.", "when_3d.say": "Somebody usually reads this within three whole days."}
    assert cut_keys(screen, {"S.say": text, **sentence}) == []
    assert cut_keys(screen, {"S.say": text.replace("line", "{day}", 1), **sentence}) == []
    assert len(cut_keys(screen, {"S.say": text.replace("line", "{when}", 1), **sentence})) == 1
    assert len(cut_keys(screen, {"S.say": text.replace("line", "{code}", 1), **sentence})) == 1


def test_a_multiple_choice_may_scroll_and_any_other_question_may_not() -> None:
    tall = many(*(option(name) for name in "abcdefghij"))
    texts = {"M.say": "Which?"}
    for node, certain in ((tall, False), (replace(tall, kind=Kind.ONE), True)):
        conversation = replace(made_up(), nodes={"M": node}, sections={}, screens={})
        (cut,) = cuts(conversation, texts)
        assert cut.certain is certain
