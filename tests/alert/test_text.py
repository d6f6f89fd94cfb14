"""Messages in words: golden in both languages, and harmless whatever the logs say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.alert.text import headline, markdown, plain
from analyzer.text import languages, texts

GOLDEN = Path(__file__).parent.parent / "golden" / "alert"
BODIES = sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_a_message_reads_as_it_did(path: Path, language: str) -> None:
    body, words = json.loads(path.read_text(encoding="utf-8")), texts(language)
    for suffix, text in (("txt", plain(body, words)), ("md", markdown(body, words))):
        assert text == path.with_suffix(f".{language}.{suffix}").read_text(encoding="utf-8")


def test_what_logs_say_is_shown_and_never_obeyed() -> None:
    body: dict[str, Any] = json.loads((GOLDEN / "opened.json").read_text(encoding="utf-8"))
    evil = "\x1b[31m<img src=x>\n# [a](javascript:b) `c` *d* \u202e"
    body["errors"][0] |= {"code": evil, "message": evil, "meaning": {}, "models": [evil]}
    body["evidence"][0] |= {"request_id": evil, "source": evil}
    body["model"] = evil
    for language in languages():
        words = texts(language)
        for text in (plain(body, words), markdown(body, words), headline(body, words)):
            assert "\x1b" not in text
            assert "\u202e" not in text
        assert "\n#" not in plain(body, words)
        written = markdown(body, words)
        assert "<img" not in written
        assert "](javascript" not in written.replace("\\]", "").replace("\\[", "")
        assert "\n" not in headline(body, words)
