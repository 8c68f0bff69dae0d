"""A person edits, goes back, skips, keeps, forgets, changes language, leaves, comes back: what must be in the case.

Beside the intake stands the model; at the end the case is opened with the reviewer's private key.
"""

import os
from copy import deepcopy

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from bot.engine.conversation import Kind
from tests.intake.acting import Acting
from tests.intake.desk import Made
from tests.intake.model import MORE, difference, found

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
LOCALES = ("en", "ru", "tg")


class Conversing(Acting):
    """One person in one chat, whatever they do."""

    @initialize(
        locale=st.sampled_from(LOCALES),
        danger=st.sampled_from(["no", "yes_now", "not_sure"]),
        sends=st.booleans(),
        story_first=st.sampled_from([False, False, True]),
        changes_mind=st.booleans(),
    )
    def consent(self, locale: str, danger: str, *, sends: bool, story_first: bool, changes_mind: bool) -> None:
        self.sends = sends
        first = [("A1_language", locale), ("A2_safe_here", "yes"), ("A3_danger", danger)]
        if not story_first:
            self.do(self.phone.start())
            self.choose(first)
            assert self.desk.rows() == {}, "nothing is kept before consent"
            self.agree("B1_consent_store" if danger == "no" else "E1_consent_urgent")
            return
        words, number = self.words(), self.phone.number()
        self.do(self.phone.says(words, message_id=number))
        assert self.desk.rows() == {}, "nothing is kept before consent"
        self.agree("B1_consent_store")
        self.model.write(MORE, number, words)
        # The language was taken from the letters, or is asked.
        self.model.pick("A1_language", ("en",))
        self.choose(first if self.at == "A1_language" else first[1:])
        if danger != "no":
            self.sends = sends is not changes_mind
            self.agree("E1_consent_urgent")

    @precondition(Acting.writing)
    @rule(data=st.data())
    def tap(self, data: st.DataObject) -> None:
        """Press any button of the newest message."""
        if buttons := self.buttons():
            self.press(*data.draw(st.sampled_from(buttons), label="button"))
        else:
            self.menu()

    @precondition(Acting.writing)
    @rule(steps=st.integers(1, 6))
    def answer(self, steps: int) -> None:
        """Answer some questions in a row, so that walks get somewhere."""
        for _ in range(steps):
            buttons = [each for each in self.buttons() if self.option(each[1]) is not None]
            node = self.node()
            if node is not None and (node.kind is Kind.WORDS or not buttons):
                self.write("plain")
            elif buttons:
                self.press(*buttons[0])
            if node is not None and (node.several or node.kind is Kind.MANY):
                ready = [each for each in self.buttons() if each[1].name.endswith(".ready")]
                if ready:
                    self.press(*ready[0])

    @precondition(Acting.writing)
    @rule(how=st.sampled_from(["plain", "plain", "plain", "late", "caption", "cut", "back", "skip"]))
    def write(self, how: str) -> None:
        """Type where a question, or anything else, stands."""
        match how:
            case "late":
                newest = max((n for n, each in self.phone.screen.items() if not each.message.stays), default=0)
                number, self.early = self.early, self.phone.number()
                self.say(self.words(), number, late=number < newest)
            case "caption":
                number, words = self.phone.number(), self.words()
                self.take(number, words)
                self.typed(self.phone.picture("file", words, message_id=number))
            case "cut":
                # An app cuts a paste at 4,096 letters; the rest follows at once.
                self.say(self.words(" word" * 800), self.phone.number())
                self.say(self.words(), self.phone.number(), late=True)
                self.desk.clock.advance(seconds=10)
            case "back" | "skip":
                self.model.rewrite = False
                self.typed(self.phone.says(how), back=how == "back")
            case _:
                self.say(self.words(), self.phone.number())

    @precondition(lambda self: self.writing() and self.asks_contact())
    @rule(which=st.sampled_from(["contact", "story", None]))
    def tell_at_the_contact_question(self, which: str | None) -> None:
        """Write there what names no way: it is asked which it is, and until then it is the contact."""
        words, number, asked = "MADE UP and then they left", self.phone.number(), self.at
        self.model.write(asked, number, words)
        self.do(self.phone.says(words, message_id=number))
        assert self.phone.sees("ERR_contact_or_story")
        if which is None:
            self.menu()
            self.taps("menu.to_question")
            return
        if which == "story":
            self.model.forget(asked)
            self.model.write(MORE, number, words)
            # The line was sealed for both readings at once; later words go on with what was asked before.
            self.model.tail = None
        self.taps(f"ERR_contact_or_story.{which}")
        self.arrived()

    @precondition(Acting.writing)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """Change an earlier message."""
        pieces = sorted(number for each in self.model.answers.values() for number, _ in each.pieces)
        if not pieces:
            return
        number, words = data.draw(st.sampled_from(pieces), label="message"), self.words(" edited")
        self.model.edit(number, words)
        self.do(self.phone.says(words, message_id=number, edited=True))

    @precondition(Acting.writing)
    @rule(locale=st.sampled_from(LOCALES))
    def speak(self, locale: str) -> None:
        self.menu()
        self.taps("menu.language", f"LANG.{locale}")

    @precondition(lambda self: self.writing() and self.phone.sees("R1_code"))
    @rule(name=st.sampled_from(["kept", "kept", "other_form", "new_code"]))
    def code(self, name: str) -> None:
        """Write the code down, or look at it otherwise."""
        self.taps(f"R1_code.{name}")

    # -- what must change nothing ---------------------------------------------------------------------------

    @precondition(lambda self: not self.over)
    @rule()
    def restart(self) -> None:
        self.desk.restart(self.phone)

    @precondition(lambda self: not self.over)
    @rule()
    def again(self) -> None:
        """The messenger delivers the last update once more."""
        shown = dict(self.phone.screen)
        turn = self.do(self.phone.once_more())
        if not (self.closed or self.away):
            assert turn.messages == ()
            assert self.phone.screen == shown

    @precondition(Acting.writing)
    @rule(data=st.data())
    def old_button(self, data: st.DataObject) -> None:
        """Press a button of a question that is no longer asked."""
        now = {button.data.split(".")[2] for _, button in self.phone.all_buttons() if button.data.startswith("1.")}
        old = [
            button.data
            for turn in self.phone.history
            for message in turn.messages
            for row in message.rows
            for button in row
            if button.data.startswith("1.") and button.data[-1:].isalnum()
        ]
        old = [each for each in old if each.split(".")[2] not in now and each.split(".")[3][0] in "psudkboa"]
        if old and now:
            turn = self.do(self.phone.press(None, data.draw(st.sampled_from(old), label="old button")))
            assert turn.toast

    # -- leaving and coming back ----------------------------------------------------------------------------

    @precondition(Acting.writing)
    @rule(how=st.sampled_from(["stop", "later", "start"]))
    def leave(self, how: str) -> None:
        """Close the chat; what was written follows the silence choice."""
        sent, at = self.submitted is not None, self.at
        if how == "later":
            self.menu()
            self.taps("menu.later")
        else:
            self.do(self.phone.command(how))
        # The first screens stand in the chat now; the conversation waits where it was.
        self.at = at
        if how == "stop" and sent:
            self.left()
        else:
            self.closed = True

    @precondition(lambda self: self.closed)
    @rule()
    def write_to_a_closed_chat(self) -> None:
        """Nothing typed after consent is lost, and nothing of the conversation is shown."""
        words, number = self.words(), self.phone.number()
        if not self.model.further(number, words):
            self.take(number, words)
        at, stood = self.at, set(self.phone.names())
        self.added_at_the_menu()
        self.do(self.phone.says(words, message_id=number))
        self.at = at
        assert not (set(self.phone.names()) - stood) & {"R1_code", "menu", at}

    @precondition(lambda self: self.closed)
    @rule(locale=st.sampled_from(LOCALES))
    def go_on(self, locale: str) -> None:
        self.do(self.phone.start())
        self.taps(f"A1_language.{locale}", "A2_safe_here.yes", "S4_resume.go_on")
        self.closed = False
        self.arrived()

    @precondition(lambda self: self.away and not self.over)
    @rule()
    def come_back(self) -> None:
        assert self.phone.code is not None
        self.desk.clock.advance(hours=1)
        self.do(self.phone.says(self.phone.code))
        self.taps("RT1_status.add_more")
        self.away = False
        self.arrived()

    @precondition(lambda self: not (self.away or self.over))
    @rule()
    def fall_silent(self) -> None:
        """A day and more passes."""
        self.desk.clock.advance(hours=25)
        self.do(self.sweep())
        if self.submitted is not None:
            self.left()
        elif self.sends:
            self.submitted = deepcopy(self.model)
        else:
            self.over, self.closed = True, False
            assert set(self.desk.rows()) <= {"conversations", "updates"}

    async def sweep(self) -> None:
        done = await self.desk.sweep()
        for _, messages in done.remove:
            self.phone.remove(messages)

    @precondition(lambda self: self.submitted is not None or self.over)
    @rule()
    def staff_look(self) -> None:
        """At any moment the case opens, and holds what the person was told it holds."""
        if self.submitted is None:
            assert self.desk.queue() == ()
            return
        (case,) = self.desk.queue()
        assert difference(found(self.desk.opened(case)), self.submitted.case()) == {}

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            self.desk.close()
            self.loop.close()
            self.folder.cleanup()

    def compare(self) -> None:
        """Send what is there, open the case, and hold it against the model."""
        if self.closed:
            self.go_on("en")
        if self.away and not self.over:
            self.come_back()
        if self.writing():
            self.menu()
            if any(button.name == "menu.send_now" for _, button in self.phone.all_buttons()):
                self.submitted = deepcopy(self.model)
                self.taps("menu.send_now")
        if self.submitted is not None:
            assert difference(self.submitted.case(), self.model.case()) == {}, "something was kept and never sent"
        self.staff_look()


def test_whatever_a_person_does_the_case_holds_what_they_answered(made: Made) -> None:
    class OfThisSession(Conversing):
        pass

    OfThisSession.made = made
    chosen = settings(
        max_examples=400 if DEEP else 20,
        stateful_step_count=60 if DEEP else 25,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        # A walk cannot be made shorter in reasonable time: each step is a commit.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    run_state_machine_as_test(OfThisSession, settings=chosen)
