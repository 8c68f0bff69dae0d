"""Several cases of one person under one code: which is taken up, what is shown first, where the mailbox lives.

Rules. A case is named by its number and its day, never by a name. Turning to another case ends the draft of the one at
hand, of which nothing is left unsent then. With every turn the mailbox moves to a case that stays.

Before: ``bot.intake.acts``. After: ``bot.intake.answering``, which saves and shows.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.engine.effects import Show
from bot.engine.state import MENU
from bot.ids import CaseId, ObjectId
from bot.intake.draft import Secrets
from bot.intake.drafts import DraftKeeper, Loaded
from bot.intake.incoming import Incoming
from bot.store.transaction import Transaction
from bot.store.values import Status

TRIED = "RT3_tried"
UNSHOWN = "RT4_unshown"


def turned_to(drafts: DraftKeeper, tx: Transaction, incoming: Incoming, loaded: Loaded, number: int) -> Loaded | None:
    """Return the draft with which another case under the same code is taken up, ``None`` when there is no such case."""
    secrets = loaded.secrets
    wanted = next((each for each in secrets.others if each[0].number == number), None)
    case = tx.cases.by_id(CaseId(wanted[0].case)) if wanted else None
    if wanted is None or case is None:
        return None
    hold, state = wanted
    taken_up = Secrets(
        state=replace(state, at=MENU, scope=MENU, sent=True, fresh=False, locale=secrets.state.locale),
        hold=hold,
        box=secrets.box,
        others=((secrets.hold, secrets.state), *(each for each in secrets.others if each is not wanted)),
        hygiene=secrets.hygiene,
        by_code=secrets.by_code,
    )
    turned = drafts.fresh(incoming, taken_up, drafts.version(tx, case.conversation))
    turned.chat = replace(loaded.chat, owed=())
    return turned


def first_screens(tx: Transaction, loaded: Loaded) -> list[Show]:
    """Return what a person sees first of a case: its status, or that it is about to be deleted.

    Whoever typed the code is told before it, once, that staff tried to reach them, with the day as the page.
    """
    case = tx.cases.by_id(CaseId(loaded.secrets.hold.case))
    if case is not None and case.deletes_at is not None:
        return [Show("DEL_case_done")]
    status = Show("RT1_status")
    if case is None or case.tried_on is None or not loaded.secrets.by_code:
        return [status]
    tx.cases.told_of_tries(case.id)
    return [Show(TRIED, case.tried_on.isoformat()), status]


def house_the_mailbox(tx: Transaction, loaded: Loaded) -> None:
    """Let the mailbox live with the case under its code that is likely to live longest, the one at hand before others.

    The server cannot tell which cases share a code once nobody holds it, and erases a mailbox with its case.
    """
    secrets = loaded.secrets
    if secrets.box is None or not secrets.others:
        return
    holds = (secrets.hold, *(hold for hold, _ in secrets.others))
    known = [case for hold in holds if (case := tx.cases.by_id(CaseId(hold.case))) is not None]
    staying = [case for case in known if case.deletes_at is None]
    home = next((case for case in staying if case.status is not Status.CLOSED), next(iter(staying), None))
    if home is not None:
        tx.mailboxes.move(secrets.box.id, home.id)


def tell_of_unshown(tx: Transaction, loaded: Loaded, shown: Collection[ObjectId], now: datetime) -> None:
    """Let replies that wait and could not be shown be news to staff, once until they have read it: they write anew."""
    waiting = () if loaded.secrets.box is None else tx.replies.waiting(loaded.secrets.box.id)
    hidden = [reply.id for reply in waiting if reply.id not in shown]
    at_hand = CaseId(loaded.secrets.hold.case)
    for case_id in dict.fromkeys(tx.objects.case_of(reply) or at_hand for reply in hidden):
        case = tx.cases.by_id(case_id)
        if case is not None and (case.paused or not case.news):
            tx.cases.add_news(case_id, now)


def give_up_the_mailbox(tx: Transaction, loaded: Loaded, now: datetime) -> None:
    """Erase the mailbox of a code that another replaces; where replies waited unread, staff see news and seal anew."""
    assert loaded.secrets.box is not None, "no code was made before"
    if tx.replies.waiting(loaded.secrets.box.id):
        tx.cases.add_news(CaseId(loaded.secrets.hold.case), now)
    tx.mailboxes.remove(loaded.secrets.box.id)
