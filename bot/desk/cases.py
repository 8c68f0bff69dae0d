"""The queue and the cases: reading what is in clear, handing out what is sealed, and what staff decide."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query

from bot.casework.rewrapping import Sealed
from bot.casework.words import Level, Sort, View
from bot.desk import case_models as m
from bot.desk.models import Done
from bot.desk.problems import RESPONSES
from bot.desk.services import Desk, SignedIn, Still, Waiting
from bot.ids import ObjectId, Reference

router = APIRouter(prefix="/api", responses=RESPONSES)

Cursor = Annotated[str | None, Query(max_length=80)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/cases")
def cases(
    desk: Desk,
    caller: SignedIn,
    view: View = View.OPEN,
    urgency: Level | None = None,
    language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] = None,
    sort: Sort = Sort.URGENCY,
    after: Cursor = None,
    limit: Limit = 50,
) -> m.CasePage:
    """Give a page of the queue."""
    page = desk.queue.page(caller.actor, view, sort=sort, urgency=urgency, language=language, after=after, limit=limit)
    counts = m.Counts(**{each.value: number for each, number in page.counts.items()})
    return m.CasePage(now=page.now, cases=[m.row(each) for each in page.rows], next=page.next, counts=counts)


@router.get("/cases/{reference}")
def case(reference: m.ReferencePath, desk: Desk, caller: SignedIn) -> m.CaseDetail:
    """Give what is known of a case in clear."""
    return m.detail(desk.reading.detail(caller.actor, Reference(reference)))


@router.post("/cases/{reference}/facts")
def facts(reference: m.ReferencePath, desk: Desk, caller: SignedIn) -> m.SealedFiles:
    """Hand out the sealed facts; the audit notes it, and the case counts as read."""
    found = desk.reading.facts(caller.actor, Reference(reference))
    return m.SealedFiles(objects=[m.SealedFile(object=each.id, data=each.data) for each in found])


@router.post("/cases/{reference}/identity")
def identity(reference: m.ReferencePath, asked: m.OpenIdentity, desk: Desk, caller: SignedIn) -> m.SealedFiles:
    """Hand out the sealed identity compartment; the audit notes it with the reason."""
    found = desk.reading.identity(caller.actor, Reference(reference), asked.reason)
    return m.SealedFiles(objects=[m.SealedFile(object=each.id, data=each.data) for each in found])


@router.get("/conversations/{digest}")
def conversation(digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")], desk: Desk, _caller: SignedIn) -> m.Compiled:
    """Give a compiled conversation, whose hash the browser compares with the digest."""
    return m.Compiled(text=desk.reading.conversation(digest))


@router.post("/cases/{reference}/claim")
def claim(reference: m.ReferencePath, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Take a waiting case; of any number who try, one gets it."""
    return m.CaseAnswer(case=m.row(desk.acts.claim(caller.actor, Reference(reference))))


@router.post("/cases/{reference}/release")
def release(reference: m.ReferencePath, asked: m.Release, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Give a case back to the queue, or to somebody."""
    if asked.to is not None:
        return m.CaseAnswer(case=m.row(desk.acts.transfer(caller.actor, Reference(reference), asked.to)))
    given = desk.acts.release(caller.actor, Reference(reference), acknowledged=asked.acknowledged)
    return m.CaseAnswer(case=m.row(given))


@router.post("/cases/{reference}/transfer")
def transfer(reference: m.ReferencePath, asked: m.Transfer, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Hand a case to a colleague."""
    return m.CaseAnswer(case=m.row(desk.acts.transfer(caller.actor, Reference(reference), asked.to)))


@router.post("/cases/{reference}/recuse")
def recuse(reference: m.ReferencePath, desk: Desk, caller: SignedIn) -> Done:
    """Step back from a case for ever: from now on it is not there for the caller."""
    desk.acts.recuse(caller.actor, Reference(reference))
    return Done()


@router.post("/cases/{reference}/close")
def close(reference: m.ReferencePath, asked: m.Close, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Close a case."""
    return m.CaseAnswer(case=m.row(desk.acts.close(caller.actor, Reference(reference), asked.reason)))


@router.post("/cases/{reference}/stage")
def stage(reference: m.ReferencePath, asked: m.SetStage, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Say how far the work has come."""
    return m.CaseAnswer(case=m.row(desk.acts.stage(caller.actor, Reference(reference), asked.stage)))


@router.post("/cases/{reference}/urgency")
def urgency(reference: m.ReferencePath, asked: m.SetUrgency, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Set the level of a case."""
    changed = desk.acts.urgency(caller.actor, Reference(reference), asked.level, asked.reason)
    return m.CaseAnswer(case=m.row(changed))


@router.post("/cases/{reference}/language")
def language(reference: m.ReferencePath, asked: m.SetLanguage, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Say in which language a case is written; the chat's own sets it back."""
    return m.CaseAnswer(case=m.row(desk.acts.language(caller.actor, Reference(reference), asked.language)))


@router.post("/cases/{reference}/writer")
def writer(reference: m.ReferencePath, asked: m.Writer, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Say that somebody else may be writing, or that it is the person again."""
    return m.CaseAnswer(case=m.row(desk.acts.writer(caller.actor, Reference(reference), doubted=asked.doubted)))


@router.post("/cases/{reference}/tries")
def tried(reference: m.ReferencePath, asked: m.NewTry, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Note that it was tried to reach the person, in a way they chose; they are told when they come back."""
    return m.CaseAnswer(case=m.row(desk.acts.tried(caller.actor, Reference(reference), asked.way)))


@router.post("/cases/{reference}/notes")
def note(reference: m.ReferencePath, asked: m.NewNote, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Keep a sealed note."""
    kept = desk.writing.note(caller.actor, Reference(reference), ObjectId(asked.object), asked.data)
    return m.CaseAnswer(case=m.row(kept))


@router.post("/cases/{reference}/replies")
def reply(reference: m.ReferencePath, asked: m.NewReply, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Let a sealed reply wait for the person."""
    kept = desk.writing.reply(
        caller.actor,
        Reference(reference),
        object_id=ObjectId(asked.object),
        mailbox=bytes.fromhex(asked.mailbox),
        data=asked.data,
        copy=asked.copied,
        stage=asked.stage,
    )
    return m.CaseAnswer(case=m.row(kept))


@router.post("/cases/{reference}/nudge")
def nudge(reference: m.ReferencePath, asked: m.NewNudge, desk: Desk, caller: SignedIn) -> m.CaseAnswer:
    """Ask for one neutral line in the person's chat."""
    kept = desk.writing.nudge(caller.actor, Reference(reference), bytes.fromhex(asked.token))
    return m.CaseAnswer(case=m.row(kept))


@router.get("/rewraps")
def rewraps(desk: Desk, caller: SignedIn, after: Cursor = None) -> m.StalePage:
    """List cases that await a re-wrap."""
    found = desk.rewrapping.stale(caller.actor, after)
    listed = [m.Stale(reference=each, compartments=list(compartments)) for each, compartments in found.cases]
    return m.StalePage(cases=listed, next=found.next, serial=found.serial)


@router.post("/cases/{reference}/rewraps")
def rewrap(reference: m.ReferencePath, asked: m.NewRewrap, desk: Desk, caller: SignedIn) -> m.Rewrapped:
    """Put a new case-key file in the place of the one in use."""
    sealed = Sealed(
        compartment=asked.compartment,
        object_id=ObjectId(asked.object),
        version=asked.version,
        serial=asked.serial,
        data=asked.data,
        signature=asked.signature,
    )
    return m.Rewrapped(version=desk.rewrapping.rewrap(caller.actor, Reference(reference), sealed))


@router.post("/cases/{reference}/rewraps/keys")
def rewrap_keys(reference: m.ReferencePath, desk: Desk, caller: SignedIn) -> m.SealedFiles:
    """Hand out the case-key files that the caller may seal anew, and what proves them; nothing counts as read.

    With a key that was sealed anew before comes the first manifest of its compartment. The audit notes it.
    """
    found = desk.rewrapping.keys(caller.actor, Reference(reference))
    return m.SealedFiles(objects=[m.SealedFile(object=each.id, data=each.data) for each in found])


@router.post("/cases/{reference}/rewraps/restore")
def restore(reference: m.ReferencePath, asked: m.Restore, desk: Desk, caller: SignedIn) -> Done:
    """Put the case-key file before the last re-wrap back."""
    desk.rewrapping.restore(caller.actor, Reference(reference), asked.compartment)
    return Done()


@router.get("/changes")
async def changes(
    desk: Desk, caller: Waiting, still: Still, since: Annotated[int | None, Query(ge=0, le=2**53 - 1)] = None
) -> m.Changes:
    """Wait until something changes, half a minute at most; without ``since`` say at once where to begin."""
    if since is not None:
        await desk.watch.after(since)
        caller = await asyncio.to_thread(still)
    begin = since if since is not None else 2**53 - 1
    found = await asyncio.to_thread(desk.queue.changes, caller.actor, begin)
    return m.Changes(number=found.number, references=list(found.references))
