"""The shape of the authors' files: which keys there are, what each takes, and what an editor says about them.

Unknown keys are refused. Every value arrives as a text; yes and no are words here. What the names refer to is looked
up by ``bot.loader.compiling``. The descriptions end up in ``conversations/schema.json``.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

YesNo: TypeAlias = Literal["yes", "no"]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$", max_length=60)]
Act: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=4096)]
Nav: TypeAlias = Literal["full", "exit_menu", "exit", "none"]
Minutes: TypeAlias = Annotated[int, Field(ge=1, le=7 * 24 * 60)]

RawGuard: TypeAlias = Annotated[
    # Any: a guard is as deep as its author likes; bot.loader.guards reads it and says on which line it is wrong.
    Any,
    WithJsonSchema({"$comment": "guard"}),
]

GUARD_SCHEMA: dict[str, object] = {
    "description": "{node: option or list}, {answered: node}, {all: [...]}, {any: [...]}, {not: guard}, or a name from "
    "guards.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "answered": {"type": "string"},
                "all": {"type": "array", "items": {"$ref": "#/$defs/Guard"}},
                "any": {"type": "array", "items": {"$ref": "#/$defs/Guard"}},
                "not": {"$ref": "#/$defs/Guard"},
            },
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
            },
        },
    ],
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _label_alone(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class OptionAttributes(_Model):
    """One button: what stands on it and what it does."""

    label: Text | None = Field(None, description="What stands on the button.")
    label_from: str | None = Field(
        None, description="Take the label from the vocabulary instead: vocabulary.<list>.<code>."
    )
    do: Literal["keep", "send", "pause", "stop", "wipe", "leave"] | None = Field(
        None,
        description="keep: consent is given · send · pause: close for now · stop: end · wipe: end and erase · leave: "
        "send, then end.",
    )
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] | None = Field(
        None, description="Go on in this language."
    )
    alone: YesNo = Field("no", description="In a multiple choice: clears all other ticks.")
    group: Name | None = Field(None, description="The page on which it stands.")
    silence: Literal["send", "delete"] | None = Field(
        None, description="On a consent: what is done if the person falls silent."
    )
    show: Name | None = Field(
        None, description="A screen to show; with `do` after it, without `do` nothing else happens."
    )
    act: Act | None = Field(None, description="Something the program around the conversation does.")
    when: RawGuard = Field(None, description="Offered only then.")
    words: Text | None = Field(None, description="Further words, with commas, that mean this option when typed.")
    bucket: Literal["past", "48h", "7d", "14d", "later", "unknown"] | None = Field(
        None, description="Of a day range: how urgency rules read it."
    )
    note: Text | None = Field(None, description="For the translator.")


Option: TypeAlias = Annotated[
    OptionAttributes, BeforeValidator(_label_alone, json_schema_input_type=str | OptionAttributes)
]
Row: TypeAlias = Annotated[dict[Code, Option], Field(min_length=1, max_length=8)]


class NodeFile(_Model):
    """One question, or one thing said in passing."""

    id: Name = Field(description="Its name; never changes once a case may hold an answer to it.")
    kind: Literal[
        "say", "one", "many", "words", "date", "place", "country", "contact", "consent", "attachment", "code"
    ] = Field(description="How it is answered.")
    say: Text = Field(description="The question.")
    say_self: Text | None = Field(None, description="The question, asked of the person it is about.")
    self_when: RawGuard = Field(None, description="When say_self is used; without it, the guard named myself.")
    when: RawGuard = Field(None, description="Asked only then.")
    required: RawGuard = Field(None, description="yes, or a guard: while it holds there is no Skip.")
    critical: YesNo = Field("no", description="A language in which this is not translated is not offered.")
    compartment: Literal["facts", "identity"] | None = Field(
        None, description="Which staff keys open typed words; identity for kind contact, else facts."
    )
    nav: Nav = Field("full", description="Which buttons stand below: full = Back, Skip, Exit, Menu.")
    rows: list[Row] | None = Field(None, description="The buttons, row by row.")
    options: dict[Code, Option] | None = Field(None, description="The buttons, one in a row.")
    vocabulary: Name | None = Field(None, description="Take the options from this list of vocabulary.yaml …")
    only: list[Code] | None = Field(None, description="… but only these codes.")
    groups: dict[Name, Text] | None = Field(None, description="Pages of options: group to what stands on its button.")
    words: YesNo = Field("no", description="May be answered in own words too.")
    several: YesNo = Field("no", description="Takes many messages until Ready is pressed.")
    more_say: Name | None = Field(None, description="The screen shown after each message of several.")
    reply_to_story: YesNo = Field("no", description="Asked as a reply to what the person wrote before consent.")
    version: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None, description="Of a consent text; a new one whenever a word of it changes."
    )
    silence_minutes: Minutes | None = Field(
        None, description="Of a consent: after how many minutes of silence the choice is carried out, as its text says."
    )
    note: Text | None = Field(None, description="For the translator.")


class SectionFile(_Model):
    """A topic of the menu."""

    id: Name
    title: Text = Field(description="Its button in the menu.")
    when: RawGuard = Field(None, description="Offered only then.")
    intro: Name | None = Field(None, description="A screen shown before its first question.")
    note: Text | None = Field(None, description="For the translator, about the title.")
    nodes: list[NodeFile] = Field(min_length=1)


class StepFile(_Model):
    """A step of the opening: questions asked one after the other."""

    ask: list[Name] = Field(min_length=1)
    when: RawGuard = Field(None, description="Only then.")


def _section_alone(value: object) -> object:
    return {"section": value} if isinstance(value, str) else value


class MenuItemFile(_Model):
    """A topic's place in the menu."""

    section: Name
    first: RawGuard = Field(None, description="On the first list only then, else behind All topics.")


class RuleFile(_Model):
    """An urgency rule."""

    id: Name
    when: RawGuard
    level: Literal["routine", "medium", "high", "critical"] | None = Field(None, description="At least this urgent.")
    lift: Annotated[int, Field(ge=1, le=3)] | None = Field(None, alias="raise", description="Up by so many levels.")
    flag: Name | None = Field(None, description="A flag for staff.")


MenuEntryFile: TypeAlias = Annotated[
    MenuItemFile, BeforeValidator(_section_alone, json_schema_input_type=str | MenuItemFile)
]


class ConversationFile(_Model):
    """conversation.yaml: the opening, the menu and the rules."""

    id: Name
    version: Annotated[str, Field(min_length=1, max_length=40)]
    guards: dict[Name, RawGuard] = Field(default_factory=dict, description="Named conditions.")
    opening: list[StepFile] = Field(min_length=1, description="The short way to the queue.")
    menu: list[MenuEntryFile] = Field(description="The topics, in order; a topic may have two places.")
    more: Name = Field(description="The words question that takes whatever is typed elsewhere.")
    urgency: list[RuleFile] = Field(default_factory=list)
    flags: dict[Name, RawGuard] = Field(default_factory=dict, description="Flags for staff.")
    sections: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.yaml$")]] = Field(
        description="The files of the topics."
    )
    nodes: list[NodeFile] = Field(description="The questions that belong to the opening alone.")


class ScreenFile(_Model):
    """Something shown that is not a question."""

    say: Text | None = Field(None, description="Left out where only the labels of its buttons are used elsewhere.")
    rows: list[Row] | None = None
    options: dict[Code, Option] | None = None
    nav: Nav = "none"
    note: Text | None = Field(None, description="For the translator.")
    critical: YesNo = "no"
    neutral: YesNo = Field("no", description="May arrive unasked, so it does not name the matter.")


class ScreensFile(_Model):
    """screens.yaml: every message that is not a question."""

    screens: dict[Name, ScreenFile]
    understood: dict[Name, Text] = Field(
        default_factory=dict, description="Lists of words that are understood anywhere."
    )


class VocabularyEntry(_Model):
    """One code of a list."""

    chat: Text = Field(description="What the defender reads.")
    full: Text | None = Field(None, description="What staff read.")
    group: Name | None = None
    alone: YesNo = "no"
    note: Text | None = None


class VocabularyFile(_Model):
    """vocabulary.yaml: lists of codes."""

    lists: dict[Name, dict[Code, VocabularyEntry]]
