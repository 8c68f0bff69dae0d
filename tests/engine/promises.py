"""What the engine promises about every walk; each promise is a function that fails when a walk breaks it."""

from collections.abc import Callable, Sequence

from bot.engine.conversation import Conversation, Do, Kind
from bot.engine.effects import Clear, Drop, Keep, Show, Submit, Wipe
from bot.engine.events import (
    Back,
    Begin,
    Done,
    Exit,
    Expire,
    Forget,
    Locale,
    Pick,
    Set,
    Skip,
    Unreadable,
    View,
    Words,
)
from bot.engine.guards import Reading
from bot.engine.moves import asks_to_keep
from bot.engine.state import END, MENU, Mark, State
from bot.engine.step import prompt, step
from tests.engine.walks import SECRET, Step

Walk = Sequence[Step]


def is_deterministic_and_json_between_steps(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, effects in walk:
        read = State.from_json(before.to_json())
        assert read == before
        assert read.to_json() == before.to_json()
        assert step(conversation, read, event) == (after, effects)


def typed_text_is_only_in_keep(conversation: Conversation, walk: Walk) -> None:
    for _, event, after, effects in walk:
        assert SECRET not in after.to_json()
        assert SECRET not in repr((event, after, effects))
        kept = [effect.words for effect in effects if isinstance(effect, Keep) and effect.words is not None]
        assert kept in ([], [event.text] if isinstance(event, Words) else [])


def nothing_is_kept_before_consent(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, effects in walk:
        if before.kept:
            continue
        if after.kept:
            node = conversation.nodes[before.at]
            assert isinstance(event, Pick)
            assert any(option.id == event.option and option.do is Do.KEEP for option in node.options)
            first = {effect.node for effect in effects if isinstance(effect, Keep)}
            assert first == {name for name, mark in after.marks.items() if mark is Mark.ANSWERED}
        else:
            assert all(isinstance(effect, Show | Clear | Wipe) for effect in effects)


def nothing_typed_after_consent_is_lost(conversation: Conversation, walk: Walk) -> None:
    stored: dict[str, list[str]] = {}
    for before, event, after, effects in walk:
        for effect in effects:
            match effect:
                case Keep(node, part, _, words):
                    if part == 0 and stored.get(node):
                        # Only a new answer to the question at hand may take the place of earlier words.
                        assert before.at == node
                        assert node != conversation.more
                        stored[node] = []
                    stored.setdefault(node, []).extend([words] if words is not None else [])
                case Drop(node):
                    assert event == Forget(node)
                    stored.pop(node, None)
                case Wipe():
                    stored.clear()
                case Submit(nodes):
                    active = {node for node in stored if stored[node] and Reading(conversation, after).active(node)}
                    assert active <= set(nodes)
                case _:
                    pass
        if isinstance(event, Words) and event.text.strip() and before.kept and before.at != END:
            assert [effect.words for effect in effects if isinstance(effect, Keep)] == [event.text]
            assert after.fresh or any(isinstance(effect, Submit) for effect in effects)


def back_and_looking_lose_nothing(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, effects in walk:
        if isinstance(event, Back | View | Locale | Unreadable | Begin | Exit | Set):
            assert (before.marks, before.picks, before.kept, before.sent) == (
                after.marks,
                after.picks,
                after.kept,
                after.sent,
            )
            assert before.fresh is after.fresh
            assert all(isinstance(effect, Show | Clear) for effect in effects)
        if isinstance(event, View | Unreadable | Begin | Exit):
            assert before == after
        if isinstance(event, Set | Locale):
            assert (before.at, before.rev) == (after.at, after.rev)


def skip_returns_to_where_back_was_pressed(conversation: Conversation, walk: Walk) -> None:
    for state in (after for _, _, after, _ in walk):
        if state.at not in Reading(conversation, state).open(state.scope)[:1]:
            continue
        behind, _ = step(conversation, state, Back())
        if behind.at not in {state.at, MENU}:
            again, _ = step(conversation, behind, Skip())
            assert again.at == state.at
            assert (again.marks, again.picks) == (state.marks, state.picks)


def there_is_at_most_one_first_submit(conversation: Conversation, walk: Walk) -> None:
    submits = [effect for *_, effects in walk for effect in effects if isinstance(effect, Submit)]
    assert [submit.first for submit in submits] == [place == 0 for place in range(len(submits))]
    for before, _, after, effects in walk:
        for effect in effects:
            if isinstance(effect, Submit):
                assert before.kept
                assert after.sent
                assert not after.fresh
                reading = Reading(conversation, after)
                marked = [name for name, mark in after.marks.items() if mark is Mark.ANSWERED]
                assert sorted(effect.nodes) == sorted(filter(reading.active, marked))


def whatever_changed_since_is_in_the_next_submit(conversation: Conversation, walk: Walk) -> None:
    fresh = False
    for _, _, after, effects in walk:
        for effect in effects:
            match effect:
                case Keep() | Drop():
                    fresh = True
                case Submit() | Wipe():
                    fresh = False
                case _:
                    pass
        assert after.fresh is fresh


def double_taps_and_old_buttons_change_nothing(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, effects in walk:
        assert after.rev >= before.rev
        if after.at != before.at:
            assert after.rev > before.rev
        if isinstance(event, Set):
            assert step(conversation, after, event)[0] == after
        if isinstance(event, Pick | Done | Skip) and after.rev == before.rev and not isinstance(event, Words):
            assert after.marks == before.marks
            assert not any(isinstance(effect, Keep | Submit) for effect in effects)


def an_answer_leads_to_the_first_open_question(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, _ in walk:
        if isinstance(event, Pick | Done | Skip) and after.rev != before.rev and after.at not in {MENU, END}:
            open_ = Reading(conversation, after).open(after.scope)
            assert open_[:1] == (after.at,)
            assert conversation.nodes[after.at].kind is not Kind.SAY


def what_is_required_is_never_skipped(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, _ in walk:
        if isinstance(event, Skip | Done) and after.marks.get(before.at) is Mark.SKIPPED:
            node = conversation.nodes[before.at]
            assert not Reading(conversation, before).holds(node.required)
    for _, _, after, _ in walk:
        for name in after.marks:
            assert not (asks_to_keep(conversation.nodes[name]) and after.marks[name] is Mark.SKIPPED)


def somebody_who_falls_silent_gets_what_they_chose(conversation: Conversation, walk: Walk) -> None:
    before, event, after, effects = walk[-1]
    if not isinstance(event, Expire) or not before.kept:
        return
    chosen = {
        option.silence
        for name, picks in before.picks.items()
        for option in conversation.nodes[name].options
        if option.do is Do.KEEP and option.id in picks
    }
    assert after.at == END
    if chosen == {True}:
        assert not any(isinstance(effect, Wipe) for effect in effects)
        assert before.fresh is any(isinstance(effect, Submit) for effect in effects)
    if chosen == {False}:
        assert effects == (Wipe(),)
        assert after.marks == {}


def every_event_is_answered(conversation: Conversation, walk: Walk) -> None:
    for before, event, after, effects in walk:
        silent = isinstance(event, Expire) or (isinstance(event, Words) and event.more)
        shown = [effect for effect in effects if isinstance(effect, Show)]
        assert shown or silent
        for effect in shown:
            known = effect.screen in {MENU, "answered"} or effect.screen in conversation.nodes
            assert known or effect.screen in conversation.screens
        if after.at != before.at and not silent and after.at != END:
            assert shown[-1] == prompt(conversation, after)[-1]


PROMISES: Sequence[Callable[[Conversation, Walk], None]] = (
    is_deterministic_and_json_between_steps,
    typed_text_is_only_in_keep,
    nothing_is_kept_before_consent,
    nothing_typed_after_consent_is_lost,
    back_and_looking_lose_nothing,
    skip_returns_to_where_back_was_pressed,
    there_is_at_most_one_first_submit,
    whatever_changed_since_is_in_the_next_submit,
    double_taps_and_old_buttons_change_nothing,
    an_answer_leads_to_the_first_open_question,
    what_is_required_is_never_skipped,
    somebody_who_falls_silent_gets_what_they_chose,
    every_event_is_answered,
)
