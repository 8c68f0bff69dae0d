"""Puts the files of one conversation together: opening, sections, screens, vocabulary.

Before: YAML in ``conversations/``. After: ``bot.engine.conversation.Conversation`` with its English texts, ready for
``bot.i18n.with_locales``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.conversation import (
    ALWAYS,
    Conversation,
    Level,
    MenuItem,
    Node,
    RouteStep,
    Rule,
    Screen,
    Section,
)
from bot.engine.state import OPENING
from bot.loader.compiling import Texts, Vocabulary, Written, compile_node, compile_screen, option_ids
from bot.loader.guards import GuardReader
from bot.loader.models import ConversationFile, ScreensFile, SectionFile, VocabularyFile
from bot.loader.source import Source, read_source
from bot.loader.validation import validated

SOURCE_LOCALE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authored:
    """A conversation as its authors wrote it.

    ``places`` says ``file:line`` of every text key, node, screen, section and rule; ``notes`` what authors tell
    translators, by text key.
    """

    conversation: Conversation
    places: Mapping[str, str] = field(repr=False)
    notes: Mapping[str, str] = field(repr=False)


def load(directory: Path) -> Conversation:
    """Read the conversation in this folder, in English.

    Raises:
        ConversationFileError: ``file:line: what was expected``.
    """
    return load_authored(directory).conversation


def load_with_places(directory: Path) -> tuple[Conversation, Mapping[str, str]]:
    """Read the conversation and say where each part of it stands.

    Raises:
        ConversationFileError: ``file:line: what was expected``.
    """
    authored = load_authored(directory)
    return authored.conversation, authored.places


def load_authored(directory: Path) -> Authored:
    """Read the conversation with the places and notes that authors' and translators' tools need.

    ``directory`` holds ``conversation.yaml`` and the files of the sections; ``screens.yaml`` and ``vocabulary.yaml``
    lie beside the folder. Places are written from the folder above, so that they are the same on every machine.

    Raises:
        ConversationFileError: ``file:line: what was expected``.
    """
    return _Loading(directory.resolve()).run()


class _Loading:
    """One reading of one conversation."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._texts = Texts()

    def run(self) -> Authored:
        source = self._read("conversation.yaml")
        file = validated(ConversationFile, source)
        self._texts.places["conversation"] = source.place()
        sections = self._section_files(file, source)
        vocabulary = self._vocabulary()
        written = self._written(file, source, sections)
        options = {name: option_ids(each, vocabulary) for name, each in written.items()}
        guards = GuardReader(options, file.guards, source)
        guards.named()
        nodes = {name: compile_node(each, guards, vocabulary, self._texts) for name, each in written.items()}
        screens = self._screens(guards)
        menu = self._menu(file, source, sections, guards)
        opening = self._opening(file, source, nodes, guards)
        if file.more not in nodes:
            raise source.wrong(("more",), f"more: expected the id of a question; there is no {file.more!r}")
        conversation = Conversation(
            id=file.id,
            version=file.version,
            nodes=_in_order(nodes, opening, menu),
            sections=self._sections(sections, guards),
            opening=opening,
            menu=menu,
            more=file.more,
            screens=screens,
            urgency=self._urgency(file, source, guards),
            flags={name: guards.read(raw, source, ("flags", name)) for name, raw in file.flags.items()},
            texts={SOURCE_LOCALE: self._texts.english},
        )
        return Authored(conversation=conversation, places=self._texts.places, notes=self._texts.notes)

    def _read(self, name: str, *, beside: bool = False) -> Source:
        folder = self._directory
        if beside:
            return read_source(folder.parent / name, f"{folder.parent.name}/{name}")
        return read_source(folder / name, f"{folder.parent.name}/{folder.name}/{name}")

    def _section_files(self, file: ConversationFile, source: Source) -> dict[str, tuple[SectionFile, Source]]:
        found: dict[str, tuple[SectionFile, Source]] = {}
        for place, name in enumerate(file.sections):
            section_source = self._read(name)
            section = validated(SectionFile, section_source)
            if section.id in found or section.id == OPENING:
                raise source.wrong(("sections", place), f"expected another id than {section.id!r} in {name}")
            found[section.id] = (section, section_source)
        return found

    def _vocabulary(self) -> Vocabulary:
        source = self._read("vocabulary.yaml", beside=True)
        lists = validated(VocabularyFile, source).lists
        for list_name, entries in lists.items():
            for code, entry in entries.items():
                key = f"vocabulary.{list_name}.{code}"
                self._texts.put(f"{key}.chat", entry.chat, source.place(("lists", list_name, code, "chat")), entry.note)
                if entry.full is not None:
                    self._texts.put(
                        f"{key}.full", entry.full, source.place(("lists", list_name, code, "full")), entry.note
                    )
        return lists

    def _written(
        self, file: ConversationFile, source: Source, sections: Mapping[str, tuple[SectionFile, Source]]
    ) -> dict[str, Written]:
        found: dict[str, Written] = {}
        for written in _all_written(file, source, sections):
            path = (*written.path, "id")
            if fault := written.wrong_id():
                raise written.source.wrong(path, fault)
            if written.file.id in found:
                earlier = found[written.file.id]
                where = earlier.source.place((*earlier.path, "id"))
                raise written.source.wrong(path, f"id: expected a new name; {written.file.id!r} stands at {where}")
            found[written.file.id] = written
        return found

    def _screens(self, guards: GuardReader) -> dict[str, Screen]:
        source = self._read("screens.yaml", beside=True)
        file = validated(ScreensFile, source)
        for name, words in file.understood.items():
            self._texts.put(f"words.{name}", words, source.place(("understood", name)))
        return {
            name: compile_screen(name, screen, source, guards, self._texts) for name, screen in file.screens.items()
        }

    def _sections(self, sections: Mapping[str, tuple[SectionFile, Source]], guards: GuardReader) -> dict[str, Section]:
        found: dict[str, Section] = {}
        for name, (file, source) in sections.items():
            place = source.place(("title",))
            found[name] = Section(
                id=name,
                title=self._texts.put(f"section.{name}", file.title, place, file.note),
                nodes=tuple(node.id for node in file.nodes),
                when=ALWAYS if file.when is None else guards.read(file.when, source, ("when",)),
                intro=file.intro,
            )
        return found

    def _menu(
        self,
        file: ConversationFile,
        source: Source,
        sections: Mapping[str, tuple[SectionFile, Source]],
        guards: GuardReader,
    ) -> tuple[MenuItem, ...]:
        found: list[MenuItem] = []
        for place, item in enumerate(file.menu):
            path = ("menu", place)
            if item.section not in sections:
                raise source.wrong(path, f"menu: expected the id of a section; there is no {item.section!r}")
            first = ALWAYS if item.first is None else guards.read(item.first, source, (*path, "first"))
            found.append(MenuItem(section=item.section, first=first))
        return tuple(found)

    def _opening(
        self, file: ConversationFile, source: Source, nodes: Mapping[str, Node], guards: GuardReader
    ) -> tuple[RouteStep, ...]:
        found: list[RouteStep] = []
        for place, step in enumerate(file.opening):
            path = ("opening", place)
            self._texts.places[f"opening.{place + 1}"] = source.place(path)
            for index, node in enumerate(step.ask):
                if node not in nodes:
                    raise source.wrong((*path, "ask", index), f"ask: expected a question; there is no {node!r}")
            when = ALWAYS if step.when is None else guards.read(step.when, source, (*path, "when"))
            found.append(RouteStep(ask=tuple(step.ask), when=when))
        return tuple(found)

    def _urgency(self, file: ConversationFile, source: Source, guards: GuardReader) -> tuple[Rule, ...]:
        found: list[Rule] = []
        for place, rule in enumerate(file.urgency):
            path = ("urgency", place)
            self._texts.places[f"urgency.{rule.id}"] = source.place(path)
            if (rule.level is None) == (rule.lift is None) and rule.flag is None:
                raise source.wrong(path, f"{rule.id}: expected either level or raise")
            found.append(
                Rule(
                    id=rule.id,
                    when=guards.read(rule.when, source, (*path, "when")),
                    level=Level(rule.level) if rule.level is not None else None,
                    lift=rule.lift or 0,
                    flag=rule.flag,
                )
            )
        return tuple(found)


def _all_written(
    file: ConversationFile, source: Source, sections: Mapping[str, tuple[SectionFile, Source]]
) -> Iterator[Written]:
    for place, node in enumerate(file.nodes):
        yield Written(file=node, source=source, path=("nodes", place), section=OPENING)
    for section, (section_file, section_source) in sections.items():
        for place, node in enumerate(section_file.nodes):
            yield Written(file=node, source=section_source, path=("nodes", place), section=section)


def _in_order(nodes: Mapping[str, Node], opening: tuple[RouteStep, ...], menu: tuple[MenuItem, ...]) -> dict[str, Node]:
    """Return the nodes in the order in which they are asked: the opening, the menu, then what nobody asks."""
    asked = [node for step in opening for node in step.ask]
    for item in menu:
        asked += [name for name, node in nodes.items() if node.section == item.section]
    return {name: nodes[name] for name in dict.fromkeys([*asked, *nodes])}
