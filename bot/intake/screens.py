"""From what the engine wants shown to channel-neutral messages: texts, buttons, ticks, the four buttons below.

Pure: a function of the conversation, the state and the values that fill the placeholders. A screen owed after a crash
is made again from its name, so nothing in here may depend on what was typed. Only the placeholders ``code`` and
``reply`` ever carry a secret, and both are sent as spoilers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.engine.conversation import ALWAYS, Conversation, Kind, Node, Option, Screen
from bot.engine.effects import Show
from bot.engine.guards import holds
from bot.engine.menu import entries
from bot.engine.state import MENU, Mark, State
from bot.intake.buttons import Press
from bot.intake.turn import Button, Message

ANSWERED = "answered"
QUESTION_MENU = "question_menu"
"""What the Menu button opens; ``menu`` alone is the engine's name for the topics."""
BY_CHANNEL = "channel"
"""Page of the screen after the code: its second paragraph speaks of the way the person chose."""
FIRST_LIST = 6
"""Topics on the first list of the menu (``words/core-paths.md`` 3.1)."""
CASES = "RT1_cases"
"""The screen that asks about whom, where there are several cases under one code."""
CODE_SCREENS = frozenset({"R1_code", "CODE_form"})
TICK = "✓ "
BEGUN = "… "
_LABEL_LETTERS = 36
_SECRETS = ("code", "reply")

Data = Callable[[Press], str]
Values = Callable[[str], Mapping[str, str]]
"""Returns the placeholders that depend on nobody's draft, for a locale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What rendering needs besides the state: whose buttons, which placeholders, which banner.

    ``data`` writes a press as button data. ``hidden`` are acts whose buttons are left out just now (*Send what I
    have* before anything was said). ``banner`` stands on top of everything (*only a try*).
    """

    data: Data
    values: Mapping[str, str] = field(repr=False)
    hidden: frozenset[str] = frozenset()
    cases: tuple[tuple[int, str], ...] = ()
    """Numbers and days of the cases under one code, to choose among."""
    banner: str | None = None


def text_of(conversation: Conversation, locale: str, key: str) -> str:
    """Return a text in the locale, or in English where a tool runs with a single catalogue."""
    texts = conversation.texts
    return texts.get(locale, {}).get(key) or texts["en"].get(key, "")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the values into the braces; an unknown brace stays as it is."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def render(
    conversation: Conversation, state: State, shows: Iterable[Show], look: Look, *, reply_to: int | None = None
) -> tuple[Message, ...]:
    """Turn several Shows into few messages: lines without buttons stand above the next thing that has some."""
    messages: list[Message] = []
    above: list[str] = [look.banner] if look.banner else []
    names: list[str] = []
    shown = list(shows)
    for place, show in enumerate(shown):
        piece = _piece(conversation, state, show, look)
        last = place == len(shown) - 1
        names.append(show.screen)
        if not piece.rows and not last:
            above.append(piece.text)
            continue
        text = "\n\n".join(part for part in (*above, piece.text) if part)
        spoiler = next(
            (look.values[name] for name in _SECRETS if name in piece.secrets and look.values.get(name)), None
        )
        messages.append(
            Message(
                name="+".join(names),
                text=text,
                rows=piece.rows,
                spoiler=spoiler,
                stays=piece.stays,
                reply_to=None if piece.stays else reply_to,
            )
        )
        above, names = [look.banner] if look.banner else [], []
    return tuple(messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    text: str = field(repr=False)
    rows: tuple[tuple[Button, ...], ...]
    stays: bool = False
    secrets: frozenset[str] = frozenset()


def _piece(conversation: Conversation, state: State, show: Show, look: Look) -> _Piece:
    if show.screen == MENU:
        return _menu(conversation, state, show.page, look)
    if show.screen == ANSWERED:
        return _answered(conversation, state, show.page, look)
    if node := conversation.nodes.get(show.screen):
        return _node(conversation, state, node, show.page, look)
    screen = conversation.screens["menu" if show.screen == QUESTION_MENU else show.screen]
    raw = text_of(conversation, state.locale, screen.say)
    if show.page == BY_CHANNEL:
        first, _, *rest = raw.split("\n\n")
        raw = "\n\n".join((first, text_of(conversation, state.locale, "R2b_channel.say"), *rest))
    rows = tuple(_rows(conversation, state, screen, look)) + _nav(conversation, state, screen.nav, look)
    if screen.id == CASES:
        rows = tuple(_cases(look)) + rows
    return _Piece(
        text=filled(raw, look.values),
        rows=rows,
        stays=any("hide" in (option.act, option.id) for option in screen.options) or show.screen in CODE_SCREENS,
        secrets=frozenset(name for name in _SECRETS if "{" + name + "}" in raw),
    )


def _button(
    conversation: Conversation, state: State, label: str, press: Press, look: Look, sign: str = "", name: str = ""
) -> Button:
    text = filled(text_of(conversation, state.locale, label), look.values)
    return Button(label=sign + text, data=look.data(press), name=name or label)


def _choice(
    conversation: Conversation,
    state: State,
    owner: Node | Screen,
    option: Option,
    look: Look,
    *,
    press: Press | None = None,
    sign: str = "",
) -> Button:
    """Return the button of an option; its name is its place, since labels may come from the vocabulary."""
    press = press or press_of(conversation, owner, option)
    return _button(conversation, state, option.label, press, look, sign, name=f"{owner.id}.{option.id}")


def press_of(conversation: Conversation, owner: Node | Screen, option: Option) -> Press:
    """Return what tapping this option means."""
    if option.act is not None:
        simple = {"done": "d", "skip": "k", "back": "b", "exit": "x", "menu": "m"}.get(option.act)
        return Press(simple) if simple else Press("!", act=option.act)
    if option.show is not None and option.do is None and option.show in conversation.screens:
        stays = any(other.act == "hide" or other.id == "hide" for other in owner.options)
        return Press("w" if stays else "v", screen_number(conversation, option.show))
    if isinstance(owner, Screen):
        return Press("!", act=f"locale_{option.locale}" if option.locale else option.id)
    return Press("p", owner.options.index(option))


def screen_number(conversation: Conversation, screen: str) -> int:
    """Return the number under which buttons name a screen: its place in the sorted list of this version."""
    return sorted(conversation.screens).index(screen)


def screen_by_number(conversation: Conversation, number: int) -> str | None:
    """Return the screen of that number, or ``None`` when this version has no such number."""
    names = sorted(conversation.screens)
    return names[number] if number < len(names) else None


def offered(conversation: Conversation, state: State, owner: Node | Screen) -> tuple[Option, ...]:
    """Return the options whose condition holds, in the order of the screen."""
    laid_out = [owner.options[index] for row in owner.rows for index in row] or list(owner.options)
    return tuple(option for option in laid_out if option.when is ALWAYS or holds(conversation, state, option.when))


def _rows(conversation: Conversation, state: State, owner: Node | Screen, look: Look) -> Iterator[tuple[Button, ...]]:
    allowed = set(map(id, offered(conversation, state, owner)))
    layout = owner.rows or tuple((index,) for index in range(len(owner.options)))
    for row in layout:
        buttons = tuple(
            _choice(conversation, state, owner, option, look)
            for option in (owner.options[index] for index in row)
            if id(option) in allowed and not {option.act, option.id} & look.hidden
        )
        if buttons:
            yield buttons


def _node(conversation: Conversation, state: State, node: Node, page: str, look: Look) -> _Piece:
    own = node.say_self is not None and holds(conversation, state, node.self_when)
    text = filled(text_of(conversation, state.locale, (node.say_self if own else None) or node.say), look.values)
    groups = list(dict.fromkeys(option.group for option in node.options if option.group))
    if node.kind is Kind.MANY or groups:
        rows = tuple(_choice_rows(conversation, state, node, groups, page, look))
    else:
        rows = tuple(_rows(conversation, state, node, look))
    if node.kind is Kind.SAY:
        return _Piece(text=text, rows=rows, stays=bool(rows))
    nav = _nav(conversation, state, node.nav, look, node)
    if not state.kept or state.marks.get(node.id) is not Mark.ANSWERED:
        return _Piece(text=text, rows=rows + nav)
    # Back erases nothing: what was answered may be kept or deleted, and is never shown.
    keep = conversation.screens["ANSWER_keep"]
    # A consent, a language and a word about safety are answered anew, never deleted.
    only_keep = replace(look, hidden=look.hidden | {"forget"}) if _settled(node) else look
    kept = tuple(_rows(conversation, state, keep, only_keep))
    without_skip = tuple(tuple(button for button in row if button.data != look.data(Press("k"))) for row in nav)
    above = text_of(conversation, state.locale, keep.say)
    return _Piece(text=f"{above}\n\n{text}", rows=rows + kept + tuple(row for row in without_skip if row))


def _choice_rows(
    conversation: Conversation, state: State, node: Node, groups: list[str], page: str, look: Look
) -> Iterator[tuple[Button, ...]]:
    ticked = set(state.pending)
    on_page = page if page in groups else (groups[0] if groups else "")
    layout = node.rows or tuple((index,) for index in range(len(node.options)))
    allowed = set(map(id, offered(conversation, state, node)))
    done = False
    made: list[tuple[Button, ...]] = []
    last: list[tuple[Button, ...]] = []
    for row in layout:
        buttons = []
        shared = all(node.options[index].group is None for index in row)
        for option in (node.options[index] for index in row):
            if id(option) not in allowed or (option.group or on_page) != on_page:
                continue
            press = press_of(conversation, node, option)
            sign = ""
            if press.verb == "d":
                done = True
            if node.kind is Kind.MANY and press.verb == "p":
                sign = TICK if option.id in ticked else ""
                press = Press("u" if option.id in ticked else "s", press.number)
            buttons.append(_choice(conversation, state, node, option, look, press=press, sign=sign))
        if buttons:
            (last if groups and shared else made).append(tuple(buttons))
    yield from made
    others = [
        _button(conversation, state, f"{node.id}.group.{group}", Press("g", groups.index(group)), look)
        for group in groups
        if group != on_page
    ]
    for start in range(0, len(others), 2):
        yield tuple(others[start : start + 2])
    yield from last
    if node.kind is Kind.MANY and not done:
        yield (_button(conversation, state, "READY.ready", Press("d"), look),)


def _nav(
    conversation: Conversation, state: State, nav: str, look: Look, node: Node | None = None
) -> tuple[tuple[Button, ...], ...]:
    def make(name: str, verb: str) -> Button:
        return _button(conversation, state, f"nav.{name}", Press(verb), look)

    upper: list[Button] = []
    lower: list[Button] = []
    if nav == "full":
        upper.append(make("back", "b"))
        if node is None or not holds(conversation, state, node.required):
            upper.append(make("skip", "k"))
    if nav in {"full", "exit_menu", "exit"}:
        lower.append(make("exit", "x"))
    if nav in {"full", "exit_menu"}:
        lower.append(make("menu", "m"))
    return tuple(tuple(row) for row in (upper, lower) if row)


def _menu(conversation: Conversation, state: State, page: str, look: Look) -> _Piece:
    topics = [entry for entry in entries(conversation, state) if page == "all" or entry.first]
    if page != "all":
        topics = topics[:FIRST_LIST]
    order = list(conversation.sections)
    buttons: list[Button] = []
    done = [
        text_of(conversation, state.locale, conversation.sections[entry.section].title)
        for entry in entries(conversation, state)
        if entry.status == "done"
    ]
    for entry in topics:
        sign = {"done": TICK, "begun": BEGUN}.get(entry.status, "")
        title = conversation.sections[entry.section].title
        buttons.append(_button(conversation, state, title, Press("o", order.index(entry.section)), look, sign))
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    screen = conversation.screens["S0_menu"]
    for row in screen.rows or tuple((index,) for index in range(len(screen.options))):
        extra = tuple(
            _choice(conversation, state, screen, option, look)
            for option in (screen.options[index] for index in row)
            if not (page == "all" and option.id == "all") and not {option.act, option.id} & look.hidden
        )
        if extra:
            rows.append(extra)
    text = text_of(conversation, state.locale, screen.say)
    if not done:
        text = "\n".join(line for line in text.split("\n") if "{done}" not in line).rstrip()
    return _Piece(text=filled(text, {**look.values, "done": ", ".join(done)}), rows=tuple(rows))


def _answered(conversation: Conversation, state: State, page: str, look: Look) -> _Piece:
    names = list(conversation.nodes)
    rows: list[tuple[Button, ...]] = []
    for node_id in _scope(conversation, page or state.scope):
        node = conversation.nodes[node_id]
        if state.marks.get(node_id) is not Mark.ANSWERED or _settled(node):
            continue
        question = filled(text_of(conversation, state.locale, node.say), look.values).split("\n", 1)[0]
        label = question if len(question) <= _LABEL_LETTERS else _to_a_word(question) + "…"
        press = Press("a", names.index(node_id))
        rows.append((Button(label=label, data=look.data(press), name=f"{ANSWERED}.{node_id}"),))
    back = _button(conversation, state, "menu.to_question", Press("!", act="to_question"), look)
    return _Piece(text=text_of(conversation, state.locale, "ANSWERED.say"), rows=(*rows, (back,)))


def _cases(look: Look) -> Iterator[tuple[Button, ...]]:
    buttons = [
        Button(
            label=f"{number} · {day}", data=look.data(Press("!", act=f"case_{number}")), name=f"{CASES}.case_{number}"
        )
        for number, day in look.cases
    ]
    return (tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _to_a_word(question: str) -> str:
    """Cut a question at the last whole word that leaves room for the dots."""
    return question[:_LABEL_LETTERS].rsplit(" ", 1)[0].rstrip(" ,.;:–-")


def _scope(conversation: Conversation, scope: str) -> tuple[str, ...]:
    """Return the nodes that may be answered again from here: those of the opening route, or of the section."""
    if scope in conversation.sections:
        return conversation.sections[scope].nodes
    return tuple(dict.fromkeys(node for part in conversation.opening for node in part.ask))


def _settled(node: Node) -> bool:
    return any(option.do is not None for option in node.options) or any(option.locale for option in node.options)
