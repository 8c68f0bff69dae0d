"""From the authors' files to the table the engine walks: kinds, options, texts, and where each of them stands.

Compiled here: consent becomes a required choice, dates, places, countries and contacts a choice that takes words,
labels become text keys. Names are looked up, and a wrong one is said with its line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.conversation import (
    ALWAYS,
    NEVER,
    AuthorKind,
    Compartment,
    Do,
    Guard,
    Kind,
    Node,
    Option,
    Screen,
)
from bot.loader.guards import RESERVED, GuardReader
from bot.loader.models import NodeFile, OptionAttributes, Row, ScreenFile, VocabularyEntry
from bot.loader.source import Path_, Source

Vocabulary = Mapping[str, Mapping[str, VocabularyEntry]]

_WORDS_TOO = frozenset({AuthorKind.DATE, AuthorKind.PLACE, AuthorKind.COUNTRY, AuthorKind.CONTACT})
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_MYSELF = "myself"
_FROM_VOCABULARY = "vocabulary."


@dataclass(slots=True)
class Texts:
    """What is gathered while compiling: English texts, the place of each, and the notes for translators."""

    english: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, text: str, place: str, note: str | None = None) -> str:
        """Record a text under its key and return the key."""
        self.english[key] = text
        self.places[key] = place
        if note is not None:
            self.notes[key] = note
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A question as it was written: its file, where in it, and the section it belongs to."""

    file: NodeFile
    source: Source
    path: Path_
    section: str

    def wrong_id(self) -> str | None:
        """Return what is wrong with its name, if anything."""
        return (
            f"id: expected another name than {self.file.id!r}" if self.file.id in RESERVED | {"menu", "end"} else None
        )


def option_ids(written: Written, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the options of a question that a guard may name: those that are choices."""
    own = {option_id: attributes for row in _rows(written.file) for option_id, attributes in row.items()}
    chosen = {name for name, option in own.items() if option.act is None and not (option.show and not option.do)}
    return frozenset(chosen | set(_codes(written, vocabulary)))


def compile_node(written: Written, guards: GuardReader, vocabulary: Vocabulary, texts: Texts) -> Node:
    """Return the node.

    Raises:
        ConversationFileError: something it names does not exist.
    """
    file, source, path = written.file, written.source, written.path
    texts.places[file.id] = source.place((*path, "id"))
    author_kind = AuthorKind(file.kind)
    kind = _kind(author_kind)

    def guard(name: str, raw: object, default: Guard) -> Guard:
        return default if raw is None else guards.read(raw, source, (*path, name))

    say = texts.put(f"{file.id}.say", file.say, source.place((*path, "say")), file.note)
    say_self = None
    self_when: Guard = NEVER
    if file.say_self is not None:
        say_self = texts.put(f"{file.id}.say_self", file.say_self, source.place((*path, "say_self")), file.note)
        self_when = guards.read(file.self_when or _MYSELF, source, (*path, "say_self"))
    groups = file.groups or {}
    for name, label in groups.items():
        texts.put(f"{file.id}.group.{name}", label, source.place((*path, "groups", name)))
    options, rows = _options(written, guards, vocabulary, texts)
    for option in options:
        if option.group is not None and option.group not in groups:
            raise source.wrong(path, f"{file.id}: expected the group {option.group!r} under groups")
    identity = file.compartment == "identity" or (file.compartment is None and author_kind is AuthorKind.CONTACT)
    return Node(
        id=file.id,
        kind=kind,
        author_kind=author_kind,
        section=written.section,
        say=say,
        say_self=say_self,
        self_when=self_when,
        compartment=Compartment.IDENTITY if identity else Compartment.FACTS,
        when=guard("when", file.when, ALWAYS),
        required=_required(written, guards, default=ALWAYS if author_kind is AuthorKind.CONSENT else NEVER),
        options=options,
        rows=rows,
        words=file.words == "yes" or author_kind in _WORDS_TOO or kind is Kind.WORDS,
        nav=file.nav,
        several=file.several == "yes",
        more_say=file.more_say,
        reply_to_story=file.reply_to_story == "yes",
        critical=file.critical == "yes",
        version=file.version,
        silence_minutes=file.silence_minutes,
    )


def compile_screen(name: str, file: ScreenFile, source: Source, guards: GuardReader, texts: Texts) -> Screen:
    """Return the screen; a button of it does what its own name says unless it shows another screen.

    Raises:
        ConversationFileError: something it names does not exist.
    """
    texts.places[name] = source.place((name,))
    key = f"{name}.say"
    if file.say is not None:
        texts.put(key, file.say, source.place((name, "say")), file.note)
    options: list[Option] = []
    rows: list[tuple[int, ...]] = []
    for row_path, row in _rows_with_paths(file):
        rows.append(tuple(range(len(options), len(options) + len(row))))
        for option_id, attributes in row.items():
            at = (name, *row_path, option_id)
            option = _option(name, option_id, attributes, (source, at), guards, texts)
            acts = option.act or (option_id if option.show is None and option.locale is None else None)
            options.append(_with_act(option, acts))
    return Screen(
        id=name,
        say=key,
        options=tuple(options),
        rows=tuple(rows),
        nav=file.nav,
        critical=file.critical == "yes",
        neutral=file.neutral == "yes",
        placeholders=tuple(dict.fromkeys(_PLACEHOLDER.findall(file.say or ""))),
    )


def _with_act(option: Option, act: str | None) -> Option:
    return Option(
        id=option.id,
        label=option.label,
        locale=option.locale,
        show=option.show,
        act=act,
        when=option.when,
        words=option.words,
    )


def _kind(author_kind: AuthorKind) -> Kind:
    match author_kind:
        case AuthorKind.SAY:
            return Kind.SAY
        case AuthorKind.MANY:
            return Kind.MANY
        case AuthorKind.WORDS | AuthorKind.ATTACHMENT | AuthorKind.CODE:
            return Kind.WORDS
        case (
            AuthorKind.ONE
            | AuthorKind.DATE
            | AuthorKind.PLACE
            | AuthorKind.COUNTRY
            | AuthorKind.CONTACT
            | AuthorKind.CONSENT
        ):
            return Kind.ONE


def _required(written: Written, guards: GuardReader, *, default: Guard) -> Guard:
    match written.file.required:
        case None:
            return default
        case "no":
            return NEVER
        case "yes":
            return ALWAYS
        case raw:
            return guards.read(raw, written.source, (*written.path, "required"))


def _rows(file: NodeFile | ScreenFile) -> list[Row]:
    return [row for _, row in _rows_with_paths(file)]


def _rows_with_paths(file: NodeFile | ScreenFile) -> list[tuple[Path_, Row]]:
    found: list[tuple[Path_, Row]] = [(("rows", place), row) for place, row in enumerate(file.rows or ())]
    found += [(("options",), {name: option}) for name, option in (file.options or {}).items()]
    return found


def _codes(written: Written, vocabulary: Vocabulary) -> Mapping[str, VocabularyEntry]:
    """Return the vocabulary entries that are options of this question, in the order of the list."""
    file, source, path = written.file, written.source, written.path
    if file.vocabulary is None:
        if file.only is not None:
            raise source.wrong((*path, "only"), "expected the key 'vocabulary' beside 'only'")
        return {}
    if file.vocabulary not in vocabulary:
        known = ", ".join(vocabulary)
        raise source.wrong((*path, "vocabulary"), f"expected a list of vocabulary.yaml ({known})")
    entries = vocabulary[file.vocabulary]
    for place, code in enumerate(file.only or ()):
        if code not in entries:
            raise source.wrong((*path, "only", place), f"expected a code of {file.vocabulary}; there is no {code!r}")
    return {code: entry for code, entry in entries.items() if file.only is None or code in file.only}


def _options(
    written: Written, guards: GuardReader, vocabulary: Vocabulary, texts: Texts
) -> tuple[tuple[Option, ...], tuple[tuple[int, ...], ...]]:
    file, source, path = written.file, written.source, written.path
    options: list[Option] = []
    rows: list[tuple[int, ...]] = []
    for code, entry in _codes(written, vocabulary).items():
        rows.append((len(options),))
        group = entry.group if entry.group in (file.groups or {}) else None
        label = f"{_FROM_VOCABULARY}{file.vocabulary}.{code}.chat"
        options.append(Option(id=code, label=label, group=group, alone=entry.alone == "yes"))
    for row_path, row in _rows_with_paths(file):
        rows.append(tuple(range(len(options), len(options) + len(row))))
        for option_id, attributes in row.items():
            at = (*path, *row_path, option_id)
            if any(option.id == option_id for option in options):
                raise source.wrong(at, f"expected the option {option_id!r} only once in {file.id}")
            options.append(_option(file.id, option_id, attributes, (source, at), guards, texts))
    return tuple(options), tuple(rows)


def _option(
    owner: str,
    option_id: str,
    attributes: OptionAttributes,
    where: tuple[Source, Path_],
    guards: GuardReader,
    texts: Texts,
) -> Option:
    source, path = where
    if (attributes.label is None) == (attributes.label_from is None):
        raise source.wrong(path, f"{option_id}: expected either a label or label_from")
    if attributes.label is not None:
        label = texts.put(f"{owner}.{option_id}", attributes.label, source.place(path), attributes.note)
    else:
        label = f"{attributes.label_from}.chat"
        if not label.startswith(_FROM_VOCABULARY) or label not in texts.english:
            raise source.wrong(
                (*path, "label_from"), f"expected vocabulary.<list>.<code>, not {attributes.label_from!r}"
            )
    words: tuple[str, ...] = ()
    if attributes.words is not None:
        words = (texts.put(f"{owner}.words.{option_id}", attributes.words, source.place((*path, "words"))),)
    return Option(
        id=option_id,
        label=label,
        do=Do(attributes.do) if attributes.do is not None else None,
        locale=attributes.locale,
        alone=attributes.alone == "yes",
        group=attributes.group,
        silence=None if attributes.silence is None else attributes.silence == "send",
        show=attributes.show,
        act=attributes.act,
        when=ALWAYS if attributes.when is None else guards.read(attributes.when, source, (*path, "when")),
        words=words,
        bucket=attributes.bucket,
    )
