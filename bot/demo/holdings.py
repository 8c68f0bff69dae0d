"""What the demo's page shows beside the phone: the rows of the database as a thief would find them.

Sealed bytes as hex, sizes, the queue. Reads the database; writes and opens nothing.
"""

from datetime import datetime
from typing import Any

from bot.ids import CaseId
from bot.store.transaction import Transaction
from bot.store.values import Case, Draft, ObjectState, SealedObject, Status

HEAD = 24
"""Bytes of a sealed file that are shown."""
AT_MOST = 40
FAR_YEARS = 10


def holdings(tx: Transaction, now: datetime, open_line: str, desk: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Return what the server holds now; ``desk`` is how a visitor signs in at the desk."""
    drafts = tx.drafts.expired(now.replace(year=now.year + FAR_YEARS), AT_MOST)
    cases = [
        case
        for status in (Status.WAITING, Status.CLAIMED, Status.CLOSED)
        for case in tx.cases.page(status, None, AT_MOST)
    ]
    ids = [*(draft.case_id for draft in drafts), *(case.id for case in cases)]
    states = (ObjectState.DRAFT, ObjectState.READY, ObjectState.HELD, ObjectState.ASIDE, ObjectState.SENT)
    objects = [found for case in dict.fromkeys(ids) for found in tx.objects.of_case(CaseId(case), states)]
    return {
        "drafts": [_draft(draft, now) for draft in drafts],
        "objects": [_object(found) for found in objects[:AT_MOST]],
        "cases": [_case(case) for case in cases],
        "open_line": open_line,
        "desk": desk,
    }


def _draft(draft: Draft, now: datetime) -> dict[str, Any]:  # Any: JSON
    return {
        "id8": draft.id.hex()[:8],
        "locale": draft.locale,
        "urgency": draft.urgency.value,
        "silence": draft.silence.value,
        "sent": draft.sent,
        "expires_in_minutes": max(0, int((draft.expires_at - now).total_seconds() // 60)),
        "state_bytes": len(draft.state),
        "state_hex_head": draft.state[:HEAD].hex(),
    }


def _object(sealed: SealedObject) -> dict[str, Any]:  # Any: JSON
    return {
        "id8": sealed.id.hex()[:8],
        "compartment": sealed.compartment,
        "kind": sealed.kind,
        "size": len(sealed.data),
        "state": sealed.state.value,
        "hex_head": sealed.data[-HEAD:].hex(),
    }


def _case(case: Case) -> dict[str, Any]:  # Any: JSON
    return {
        "reference": case.reference,
        "urgency": case.urgency.value,
        "locale": case.locale,
        "status": case.status.value,
        "arrived": case.arrived_at.strftime("%Y-%m-%d %H:%M"),
    }
