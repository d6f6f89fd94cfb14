"""Whose fault it is: who has to act."""

from __future__ import annotations

import pandas as pd

from analyzer.report.panel import Panel
from analyzer.report.rows import draw_rows
from analyzer.text import Texts

_SENTENCES = {"en": "{owner} can end {share} of the failures.", "zh": "{share} 的失败应由{owner}处理。"}
_UNKNOWN = {"en": "Nothing says who should act on these failures.", "zh": "无从判断这些失败应由谁处理。"}


def _owner(value: str, texts: Texts) -> str:
    return texts.word("owner", value)


def say(frame: pd.DataFrame, texts: Texts) -> str:
    """Name the owner who can end most failures, where one is known."""
    known = frame[~frame["owner"].isin(["unknown", "several"])]
    if known.empty:
        return _UNKNOWN[texts.language]
    first = known.iloc[0]
    return _SENTENCES[texts.language].format(
        owner=_owner(first["owner"], texts), share=texts.percent(first["share"])
    )


PANEL = Panel(
    section="who",
    order=10,
    query="errors_by_owner",
    titles={"en": "By owner: who has to act", "zh": "按负责方：应由谁处理"},
    draw=draw_rows("owner", _owner),
    say=say,
    wide=False,
)
