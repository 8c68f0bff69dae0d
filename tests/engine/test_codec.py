"""A conversation survives canonical JSON, and its digest tells two versions apart."""

import json
from dataclasses import replace

import pytest

from bot.engine.codec import digest, from_json, to_json
from bot.engine.conversation import Conversation
from tests.engine.playbook import reprisal, umbrella

both = pytest.mark.parametrize("table", [umbrella(), reprisal()], ids=["umbrella", "reprisal"])


@both
def test_what_is_written_is_read_back(table: Conversation) -> None:
    read = from_json(to_json(table))
    assert read == table
    assert list(read.nodes) == list(table.nodes)
    assert list(read.flags) == list(table.flags)
    assert to_json(read) == to_json(table)


@both
def test_it_is_canonical(table: Conversation) -> None:
    text = to_json(table)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    shuffled = replace(
        table, texts={locale: dict(reversed(list(texts.items()))) for locale, texts in table.texts.items()}
    )
    assert digest(shuffled) == digest(table)


def test_the_digest_is_of_every_word_and_of_the_order() -> None:
    table = umbrella()
    reworded = replace(table, texts={**table.texts, "en": {**table.texts["en"], "Q2_rain.say": "Is it raining?"}})
    turned = replace(table, nodes=dict(reversed(list(table.nodes.items()))))
    assert len({digest(table), digest(reworded), digest(turned)}) == 3
    assert len(digest(table)) == 64
