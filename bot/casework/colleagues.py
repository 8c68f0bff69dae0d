"""Who of the staff can be told of cases, and what is to be told of one, as the database has it.

Asked within a transaction, by the staff's bot and by the desk: whom a call will reach is one answer in both places.
Whom of them to tell, and when, is decided by ``bot.casework.escalation``.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.casework.access import is_member
from bot.casework.escalation import CALLS, Colleague, Kind, Matter
from bot.casework.links import Told, told
from bot.sealing.keyring import Keyring
from bot.store.staff_values import CASE_WORKERS, Link, Notice, Person, PersonState, Role
from bot.store.transaction import Transaction
from bot.store.values import Case, Status


def linked(tx: Transaction) -> Iterator[tuple[Person, Link]]:
    """Return who is with the staff and has a chat."""
    links = {link.person_id: link for link in tx.links.all()}
    for person in tx.people.all():
        link = links.get(person.id)
        if link is not None and person.state is PersonState.ENROLLED:
            yield person, link


def works_on_cases(person: Person, keyring: Keyring) -> bool:
    """Whether somebody may be told of cases: not who only administers or audits, or has no key in the keyring."""
    return bool(person.roles & CASE_WORKERS) and is_member(person, keyring)


def colleagues(tx: Transaction, keyring: Keyring, now: datetime) -> tuple[Colleague, ...]:
    """Return whom the staff's bot can tell of cases."""
    return tuple(
        Colleague(
            name=person.name,
            languages=person.languages,
            lead=Role.LEAD in person.roles,
            muted=told(link, now) is Told.QUIET,
        )
        for person, link in linked(tx)
        if works_on_cases(person, keyring)
    )


def untold(tx: Transaction, keyring: Keyring, names: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Return which of these the staff's bot cannot tell of a case now: no chat of theirs is linked, or it is quiet."""
    reached = {each.name for each in colleagues(tx, keyring, now) if not each.muted}
    return tuple(name for name in names if name not in reached)


def matter_of(tx: Transaction, notice: Notice, case: Case) -> Matter:
    """Return what is to be told of a case."""
    return Matter(
        kind=Kind(notice.kind),
        level=case.urgency,
        language=case.language,
        since=notice.since,
        holder=case.claimed_by if case.status is Status.CLAIMED else None,
        told=tuple((notice.told or "").splitlines()),
        recused=frozenset(tx.recusals.of_case(case.id)),
        by=_by(tx, Kind(notice.kind), case),
    )


def _by(tx: Transaction, kind: Kind, case: Case) -> str | None:
    """Return who gave the case back, or called: they know, and the audit says who they are."""
    acts = {"claim", "transfer", "release", "recuse"} if kind is Kind.RELEASED else {"call"}
    if kind is not Kind.RELEASED and kind not in CALLS:
        return None
    last = next((entry for entry in reversed(tx.audit.of_case(case.reference)) if entry.act in acts), None)
    # With a reason it was given back in the place of somebody who may work on cases no more.
    gave = last is not None and last.act in {"release", "call"} and (last.act == "call" or last.reason is None)
    return last.actor.partition(":")[2] if last is not None and gave else None
