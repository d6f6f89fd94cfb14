"""`analyzer classify`: what one pasted error means, or an answer for each of many."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import CatalogOption, ConfigurationOption, JsonOption, LanguageOption

if TYPE_CHECKING:
    from analyzer.classification.rule import Classifier

TextArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="TEXT", help="A body, log line or exception's text; - reads it from standard input."
    ),
]
LinesOption = Annotated[
    bool,
    typer.Option("--jsonl", help='Answer each {"status", "code", "message"} of standard input, a line each.'),
]


def classify(
    text: TextArgument = None,
    jsonl: LinesOption = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    catalog: CatalogOption = None,
    config: ConfigurationOption = None,
) -> int:
    """Explain one pasted error.

    Its entry, what it means, what to do, who acts, and whether to retry.

    With --jsonl, each object on standard input gets one answer: {"entry_id", "http_status", "code",
    "template", "match", "params"}. An unreadable line is answered with "error", and the exit code is 1.

    Examples:

        analyzer classify '{"error": {"code": "ModelArts.81009", "message": "Invalid model."}}'
        analyzer classify --jsonl < errors.jsonl
    """
    from analyzer.api.explanation import catalogs_in_use
    from analyzer.classification.answer import describe_explanation, explanation_as_json
    from analyzer.classification.explain import explain
    from analyzer.classification.rule import Classifier
    from analyzer.config import load_configuration
    from analyzer.errors import UsageError
    from analyzer.text import texts

    if jsonl == (text is not None):
        raise UsageError("classify takes either TEXT or --jsonl; see 'analyzer classify --help'")
    configuration = load_configuration(config)
    classifier = Classifier(catalogs_in_use(configuration, catalog or ()))
    if jsonl:
        return _answer_all(classifier)
    words = texts(lang or configuration.language)
    pasted = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text or ""
    explanation = explain(classifier, pasted)
    if as_json:
        print(explanation_as_json(classifier, explanation, words.language))
    else:
        print(describe_explanation(explanation, words, _width()))
    return 0


def _answer_all(classifier: Classifier) -> int:
    """Answer each line as it comes, so that a program at the other end can wait for it."""
    from analyzer.classification.answer import answer_lines

    readable = True
    for line, was_readable in answer_lines(classifier, sys.stdin.buffer):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        readable = readable and was_readable
    return 0 if readable else 1


def _width() -> int:
    return max(40, min(96, shutil.get_terminal_size((96, 24)).columns))
