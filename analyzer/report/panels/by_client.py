"""Which clients see the most failures."""

from __future__ import annotations

from analyzer.report.panel import Panel
from analyzer.report.rows import as_seen, draw_rows, say_rows

_MOST = {
    "en": "{first} sees the most failures ({share}).",
    "zh": "遇到失败最多的客户端是 {first}（{share}）。",
}
_WORST = {"en": "Highest error rate: {name}, {rate}.", "zh": "错误率最高的是 {name}：{rate}。"}

PANEL = Panel(
    section="who",
    order=40,
    query="errors_by_client",
    titles={"en": "By client", "zh": "按客户端"},
    draw=draw_rows("client", as_seen),
    say=say_rows("client", as_seen, _MOST, _WORST),
    parameters={"limit": 200},
    wide=False,
)
