"""A made-up conversation in three languages, and a folder of its catalogues as a translator has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo

from bot.authoring import catalogs
from bot.engine.conversation import AuthorKind, Conversation, Kind, Node, Option, Screen, Section
from bot.i18n.catalogs import catalog_path, read_catalog, translated_locales
from bot.loader import Authored

REPOSITORY = Path(__file__).parents[2]

ENGLISH = {
    "Q1.say": "May we keep it?\n\nPress No to stop.",
    "Q1.yes": "Yes",
    "Q1.no": "No",
    "Q2.say": "Which ones? {day}",
    "Q2.first": "First one",
    "LANG.say": "Choose a language",
    "LANG.en": "English",
    "LANG.tg": "Тоҷикӣ",
    "HINT.say": "Write when you can.",
    "nav.back": "Back",
    "nav.skip": "Skip",
    "nav.exit": "Exit",
    "nav.menu": "Menu",
    "READY.ready": "Ready",
    "section.topic": "Topic",
    "words.yes": "yes, ok",
}
RUSSIAN = {
    "Q1.say": "Можно сохранить?\n\nНажмите «Нет», чтобы остановиться.",
    "Q1.yes": "Да",
    "Q1.no": "Нет",
    "Q2.say": "Какие? {day}",
    "Q2.first": "Первое",
    "LANG.say": "Выберите язык",
    "LANG.en": "English",
    "LANG.tg": "Тоҷикӣ",
    "HINT.say": "Пишите, когда сможете.",
    "nav.back": "Назад",
    "nav.skip": "Пропустить",
    "nav.exit": "Выйти",
    "nav.menu": "Меню",
    "READY.ready": "Готово",
    "section.topic": "Тема",
    "words.yes": "да, ага",
}
TAJIK = {
    "Q1.say": "Нигоҳ дорем?\n\n«Не»-ро пахш кунед, агар нахоҳед.",
    "Q1.yes": "Ҳа",
    "Q1.no": "Не",
    "Q2.say": "Кадомаш? {day}",
    "Q2.first": "Якум",
    "LANG.say": "Забонро интихоб кунед",
    "LANG.en": "English",
    "LANG.tg": "Тоҷикӣ",
    "HINT.say": "Баъдтар нависед.",
    "nav.back": "Бозгашт",
    "nav.skip": "Гузаштан",
    "nav.exit": "Баромадан",
    "nav.menu": "Меню",
    "READY.ready": "Тайёр",
    "section.topic": "Мавзӯъ",
    "words.yes": "ҳа, ха",
}


def made_up(english: Mapping[str, str] = ENGLISH, **screens: Any) -> Conversation:
    return Conversation(
        id="made_up",
        version="1",
        nodes={
            "LANG": Node(
                id="LANG",
                kind=Kind.ONE,
                author_kind=AuthorKind.ONE,
                section="opening",
                say="LANG.say",
                options=(
                    Option(id="en", label="LANG.en", locale="en"),
                    Option(id="tg", label="LANG.tg", locale="tg"),
                ),
                rows=((0, 1),),
                nav="none",
            ),
            "Q1": Node(
                id="Q1",
                kind=Kind.ONE,
                author_kind=AuthorKind.CONSENT,
                section="opening",
                say="Q1.say",
                options=(Option(id="yes", label="Q1.yes"), Option(id="no", label="Q1.no")),
                rows=((0, 1),),
                nav="exit_menu",
            ),
            "Q2": Node(
                id="Q2",
                kind=Kind.MANY,
                author_kind=AuthorKind.MANY,
                section="topic",
                say="Q2.say",
                options=(Option(id="first", label="Q2.first"),),
            ),
        },
        sections={"topic": Section(id="topic", title="section.topic", nodes=("Q2",))},
        opening=(),
        menu=(),
        more="Q2",
        screens={"HINT": Screen(id="HINT", say="HINT.say", neutral=True), **screens},
        urgency=(),
        texts={"en": dict(english)},
    )


def written(conversation: Conversation) -> Authored:
    return Authored(conversation=conversation, places={}, notes={})


@dataclass
class Desk:
    """A folder of catalogues as a translator has it, with ways to change a string."""

    folder: Path
    conversation: Conversation = field(default_factory=made_up)

    def begin(self, **texts: Mapping[str, str]) -> None:
        catalogs.extract(written(self.conversation), self.folder)
        for locale, translated in texts.items():
            catalogs.update(self.folder, locale)
            for key, text in translated.items():
                self.say(locale, key, text)

    def change(self, locale: str, edit: Callable[[Any], object]) -> None:
        path = catalog_path(self.folder, locale)
        catalog = read_catalog(path)
        for message in catalog:
            if message.context:
                edit(message)
        catalogs.save(path, catalog)

    def say(self, locale: str, key: str, text: str, *, fuzzy: bool = False) -> None:
        def edit(message: Any) -> None:
            if message.context == key:
                message.string = text
                message.flags.discard("fuzzy")
                if fuzzy:
                    message.flags.add("fuzzy")

        self.change(locale, edit)

    def compile(self) -> list[Path]:
        """Write the ``.mo`` beside every ``.po``, as the build of a wheel does, and return their paths."""
        return [compiled(catalog_path(self.folder, locale)) for locale in translated_locales(self.folder)]


def compiled(source: Path) -> Path:
    target = source.with_suffix(".mo")
    with target.open("wb") as file:
        write_mo(file, read_catalog(source))
    return target
