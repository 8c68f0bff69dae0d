"""From answers and choices to sealed files: the one place where the intake calls ``bot.sealing``.

Words come in, sealed bytes go out, nothing in between is kept. Rules: an answer goes to the compartment of its node;
choices and consents go into the manifests with the wording and labels that were on the screen; the identity manifest
is sealed first, so that the facts manifest can name it.

Before: ``engine.step``. After: ``Objects.put``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from bot.engine.conversation import AuthorKind, Compartment, Conversation, Kind, Node
from bot.engine.guards import active, holds
from bot.engine.menu import entries
from bot.engine.state import Mark, State
from bot.engine.triage import Triage
from bot.ids import CaseId, ObjectId, RandomBytes, reference_of
from bot.intake.draft import Box, Chain, Hold, Part
from bot.intake.screens import text_of
from bot.sealing.answer import Answer
from bot.sealing.case import CaseKeys, new_case_keys, seal_case_keys
from bot.sealing.consent import ConsentChange
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.manifest import Choice, Consent, Listed, MailboxKey, Manifest, Pick, SealedManifest, seal_manifest
from bot.sealing.recipients import Recipient
from bot.store.values import CASE_KEY, MANIFEST, ObjectState, SealedObject

ANSWER = "answer"
CONSENT = "consent"

Members = Callable[[Compartment], Sequence[Recipient]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What accompanies a manifest besides the answers: how it came to be sent, and the way back to the person.

    ``ending`` is ``person``, ``silence`` or ``leave``.
    """

    ending: str
    judged: Triage
    box: Box | None = None
    ping: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The manifests of one sending and the chains after them."""

    objects: tuple[SealedObject, SealedObject]
    facts: Chain
    identity: Chain


class Sealer:
    """Seals for one conversation version and one deployment."""

    def __init__(
        self,
        conversation: Conversation,
        digest: str,
        *,
        deployment: bytes,
        serial: int,
        members: Members,
        random_bytes: RandomBytes,
    ) -> None:
        """``members`` returns the staff keys of a compartment from the verified keyring with this serial."""
        self._conversation = conversation
        self._digest = digest
        self._deployment = deployment
        self._serial = serial
        self._members = members
        self._random_bytes = random_bytes

    def new_hold(
        self, today: date, *, link: bytes | None = None, number: int = 1
    ) -> tuple[Hold, tuple[SealedObject, ...]]:
        """Make the keys of a case, seal their private halves to staff, forget them, and return what the draft keeps."""
        case = CaseId(self._random_bytes(16))
        members: Mapping[Compartment, Sequence[Recipient]] = {
            compartment: self._members(compartment) for compartment in Compartment
        }
        new = new_case_keys(self._random_bytes)
        files = seal_case_keys(
            new, deployment=self._deployment, case=case, members=members, random_bytes=self._random_bytes
        )
        hold = Hold(
            case=case,
            keys=new.keys.to_bytes(),
            writer=self._random_bytes(16),
            day=today.isoformat(),
            recipients=(len(members[Compartment.FACTS]), len(members[Compartment.IDENTITY])),
            number=number,
            link=link,
        )
        return hold, tuple(
            replace(
                self._row(hold, name, CASE_KEY, compartment, 1, data, today, ObjectState.DRAFT), serial=self._serial
            )
            for compartment, (name, data) in files.items()
        )

    def seal_words(
        self,
        hold: Hold,
        state: State,
        node: Node,
        words: str,
        *,
        part: int,
        today: date,
        message_id: int | None = None,
        compartment: Compartment | None = None,
        held: bool = False,
        flags: tuple[str, ...] = (),
    ) -> tuple[Part, SealedObject]:
        """Seal one piece of the person's own words to the case key of its compartment."""
        where = compartment or node.compartment
        answer = Answer(
            node=node.id,
            kind=node.author_kind.value,
            part=part,
            words=words,
            question=self._question(state, node),
            locale=state.locale,
            day=today.isoformat(),
            conversation=self._conversation.id,
            version=self._conversation.version,
            digest=self._digest,
            flags=flags,
        )
        name = ObjectId(self._random_bytes(16))
        header = Header(kind=ObjectKind.ANSWER, deployment=self._deployment, case=hold.case, object=name)
        recipient = CaseKeys.from_bytes(hold.keys).of(where)
        data = seal(header, answer.to_bytes(), (recipient,), self._random_bytes)
        row_state = ObjectState.HELD if held else ObjectState.DRAFT
        row = self._row(hold, name, ANSWER, where, 0, data, today, row_state)
        return (
            Part(
                object=name,
                sha256=sha256(data).digest(),
                node=node.id,
                part=part,
                compartment=where,
                message_id=message_id,
                held=held,
            ),
            row,
        )

    def seal_withdrawal(self, hold: Hold, before: State, node: Node, today: date) -> SealedObject:
        """Seal that a permission, as it was given before, counts no more; it says so of the latest manifest."""
        keys = CaseKeys.from_bytes(hold.keys)
        body = ConsentChange(
            node=node.id,
            option=before.picks[node.id][0],
            granted=False,
            version=node.version or self._conversation.version,
            locale=before.locale,
            day=today.isoformat(),
            question=self._question(before, node),
        ).to_bytes(keys.tag_key, hold.case)
        name, number = ObjectId(self._random_bytes(16)), hold.facts_chain.number
        header = Header(kind=ObjectKind.CONSENT, deployment=self._deployment, case=hold.case, object=name, seq=number)
        data = seal(header, body, (keys.of(Compartment.FACTS),), self._random_bytes)
        return self._row(hold, name, CONSENT, Compartment.FACTS, number, data, today, ObjectState.SENT)

    def lists(self, node: str, state: State) -> bool:
        """Tell whether a manifest sealed now lists what was written for this node."""
        return node == self._conversation.more or counts(self._conversation, state, node)

    def seal_manifests(self, hold: Hold, state: State, today: date, sending: Sending, row_state: ObjectState) -> Pair:
        """Seal what each compartment consists of now: the identity manifest, then the facts manifest that names it."""
        nodes = answered_nodes(self._conversation, state)
        keys = CaseKeys.from_bytes(hold.keys)
        identity = self._seal(keys, self._identity(hold, state, today, sending, nodes))
        facts_body = replace(self._facts(hold, state, today, sending, nodes), companion=identity.sha256)
        facts = self._seal(keys, facts_body)
        facts_chain = Chain(number=facts_body.number, previous=facts.sha256)
        identity_chain = Chain(number=hold.identity_chain.number + 1, previous=identity.sha256)
        return Pair(
            objects=(
                self._row(
                    hold,
                    identity.object,
                    MANIFEST,
                    Compartment.IDENTITY,
                    identity_chain.number,
                    identity.data,
                    today,
                    row_state,
                ),
                self._row(
                    hold, facts.object, MANIFEST, Compartment.FACTS, facts_chain.number, facts.data, today, row_state
                ),
            ),
            facts=facts_chain,
            identity=identity_chain,
        )

    def _seal(self, keys: CaseKeys, manifest: Manifest) -> SealedManifest:
        return seal_manifest(
            manifest,
            tag_key=keys.tag_key,
            recipient=keys.of(manifest.compartment),
            random_bytes=self._random_bytes,
        )

    def _identity(self, hold: Hold, state: State, today: date, sending: Sending, nodes: Sequence[str]) -> Manifest:
        return replace(
            self._common(hold, state, today, sending),
            compartment=Compartment.IDENTITY,
            number=hold.identity_chain.number + 1,
            previous=hold.identity_chain.previous,
            recipients=hold.recipients[1],
            ping=sending.ping,
            nodes=tuple(node for node in nodes if self._conversation.nodes[node].compartment is Compartment.IDENTITY),
            objects=self._listed(hold, Compartment.IDENTITY, nodes),
        )

    def _facts(self, hold: Hold, state: State, today: date, sending: Sending, nodes: Sequence[str]) -> Manifest:
        judged = sending.judged
        box = sending.box
        flags = judged.flags + (("linked:" + reference_of(CaseId(hold.link)),) if hold.link else ())
        return replace(
            self._common(hold, state, today, sending),
            number=hold.facts_chain.number + 1,
            previous=hold.facts_chain.previous,
            urgency=judged.level.value,
            reasons=judged.reasons,
            flags=flags,
            unfinished=self._unfinished(state),
            mailbox=MailboxKey(id=box.id, recipient=Recipient.from_raw(box.public).text) if box else None,
            nodes=tuple(nodes),
            choices=tuple(self._choices(hold, state, nodes)),
            consents=tuple(self._consents(hold, state, nodes)),
            objects=self._listed(hold, Compartment.FACTS, nodes),
        )

    def _unfinished(self, state: State) -> tuple[str, ...]:
        """Return the topics begun and not finished; before the first sending nobody has opened one."""
        if not state.sent:
            return ()
        return tuple(entry.section for entry in entries(self._conversation, state) if entry.status == "begun")

    def _common(self, hold: Hold, state: State, today: date, sending: Sending) -> Manifest:
        return Manifest(
            reference=reference_of(CaseId(hold.case)),
            deployment=self._deployment,
            case=hold.case,
            compartment=Compartment.FACTS,
            number=0,
            day=today.isoformat(),
            ending=sending.ending,
            conversation=self._conversation.id,
            version=self._conversation.version,
            digest=self._digest,
            locale=state.locale,
            recipients=hold.recipients[0],
        )

    def _choices(self, hold: Hold, state: State, nodes: Sequence[str]) -> Iterable[Choice]:
        for node_id in nodes:
            node = self._conversation.nodes[node_id]
            picks = state.picks.get(node_id, ())
            if not picks or node.author_kind is AuthorKind.CONSENT:
                continue
            asked = hold.answered.get(node_id)
            locale = asked.locale if asked else state.locale
            yield Choice(
                node=node_id,
                kind=node.author_kind.value,
                question=self._question(replace(state, locale=locale), node),
                locale=locale,
                day=asked.day if asked else hold.day,
                picks=tuple(Pick(option=pick, label=self._label(locale, node, pick)) for pick in picks),
            )

    def _consents(self, hold: Hold, state: State, nodes: Sequence[str]) -> Iterable[Consent]:
        for node_id in nodes:
            node = self._conversation.nodes[node_id]
            picks = state.picks.get(node_id, ())
            if not picks or node.author_kind is not AuthorKind.CONSENT:
                continue
            asked = hold.answered.get(node_id)
            locale = asked.locale if asked else state.locale
            yield Consent(
                node=node_id,
                option=picks[0],
                label=self._label(locale, node, picks[0]),
                question=self._question(replace(state, locale=locale), node),
                version=node.version or self._conversation.version,
                locale=locale,
                day=asked.day if asked else hold.day,
            )

    def _listed(self, hold: Hold, compartment: Compartment, nodes: Sequence[str]) -> tuple[Listed, ...]:
        counted = {*nodes, self._conversation.more}
        return tuple(
            Listed(object=part.object, sha256=part.sha256, node=part.node, part=part.part)
            for part in hold.parts
            if part.compartment is compartment and not part.held and part.node in counted
        )

    def _question(self, state: State, node: Node) -> str:
        own = node.say_self is not None and holds(self._conversation, state, node.self_when)
        return text_of(self._conversation, state.locale, (node.say_self if own else None) or node.say)

    def _label(self, locale: str, node: Node, option_id: str) -> str:
        option = next((option for option in node.options if option.id == option_id), None)
        return text_of(self._conversation, locale, option.label) if option else option_id

    def _row(
        self,
        hold: Hold,
        name: ObjectId,
        kind: str,
        compartment: Compartment,
        number: int,
        data: bytes,
        day: date,
        state: ObjectState,
    ) -> SealedObject:
        return SealedObject(
            id=name,
            case_id=CaseId(hold.case),
            kind=kind,
            compartment=compartment.value,
            number=number,
            data=data,
            day=day,
            state=state,
        )


def answered_nodes(conversation: Conversation, state: State) -> tuple[str, ...]:
    """Return the active answered nodes, in the order of the conversation: what a manifest counts."""
    return tuple(node for node in conversation.nodes if counts(conversation, state, node))


def counts(conversation: Conversation, state: State, node: str) -> bool:
    """Tell whether a node is answered and still asked."""
    known = conversation.nodes.get(node)
    return (
        known is not None
        and known.kind is not Kind.SAY
        and state.marks.get(node) is Mark.ANSWERED
        and active(conversation, state, node)
    )
