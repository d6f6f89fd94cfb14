"""Which endpoints fail most, and how often."""

from __future__ import annotations

from analyzer.report.panel import Panel
from analyzer.report.rows import as_seen, draw_rows, say_rows

_MOST = {"en": "{first} has the most failures ({share}).", "zh": "失败最多的接口是 {first}（{share}）。"}
_WORST = {"en": "Highest error rate: {name}, {rate}.", "zh": "错误率最高的是 {name}：{rate}。"}

PANEL = Panel(
    section="who",
    order=30,
    query="errors_by_endpoint",
    titles={"en": "By endpoint", "zh": "按接口"},
    draw=draw_rows("endpoint", as_seen),
    say=say_rows("endpoint", as_seen, _MOST, _WORST),
    parameters={"limit": 200},
    wide=False,
)
