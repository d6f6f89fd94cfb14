/* panel
section = "what"
order = 10
wide = false
title.en = "Codes by failures"
title.zh = "按失败次数排列的错误码"
*/
const SHOWN = 15, MOST = 0.8;
const SENTENCE = {
  en: "{codes} make up {share} of all failures; {first} alone makes up {alone}.",
  zh: "{codes}合占全部失败的 {share}；仅 {first} 就占 {alone}。",
};
const ONLY = { en: "{first} makes up {alone} of all failures.", zh: "{first} 占全部失败的 {alone}。" };

panel({
  columns: [
    { id: "code", title: "table.code", type: "code" },
    { id: "category", title: "table.category", type: "word" },
    { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
    { id: "rate", title: "table.error_rate", type: "percent", compare: true },
    { id: "share", title: "table.share", type: "percent" },
    { id: "cumulative", title: "panel.cumulative", type: "percent" },
  ],

  compute(view) {
    const categories = view.cross("code", "category");
    let sum = 0;
    return view.by("code").filter((group) => group.failures || group.compared?.failures).map((group) => {
      sum += group.share ?? 0;
      const category = categories.get(group.key)?.[0]?.key ?? null;
      return { ...group, code: group.key, category, cumulative: Math.min(sum, 1), filter: ["code", group.key] };
    });
  },

  say(all) {
    // What was folded together counts as no code.
    const rows = all.filter((row) => row.code !== "(other)");
    if (!rows.length) return null;
    const needed = Math.min(rows.findIndex((row) => row.cumulative >= MOST) + 1 || rows.length, rows.length);
    return fill(needed > 1 ? SENTENCE : ONLY, {
      codes: count("codes", needed), share: percent(rows[needed - 1].cumulative), first: shortCode(rows[0].code), alone: percent(rows[0].share),
    });
  },

  draw(rows, view) {
    const shown = rows.filter((row) => row.failures).slice(0, SHOWN), places = shown.map((row, at) => at);
    const total = view.totals.failures;
    const bars = {
      type: "bar", x: places, y: shown.map((row) => row.failures), customdata: places,
      marker: { color: shown.map((row) => categoryColour(row.category)) },
      text: shown.map((row) => `${chartLabel(row.code, 40)}<br>${number(row.failures)} · ${percent(row.share)}<br>${chartLabel(word("category", row.category))}`),
      textposition: "none", hovertemplate: "%{text}<extra></extra>",
    };
    const line = {
      x: places, y: shown.map((row) => row.cumulative), customdata: places, yaxis: "y2", mode: "lines+markers", line: { color: "var(--ink)", width: 1.5 }, marker: { color: "var(--ink)", size: 5 },
      text: shown.map((row) => percent(row.cumulative)), hovertemplate: `${text("panel.cumulative")} %{text}<extra></extra>`,
    };
    return {
      data: [bars, line],
      height: 340,
      layout: {
        showlegend: false, bargap: 0.25,
        xaxis: { tickvals: places, ticktext: shown.map((row) => chartLabel(shortCode(row.code), 20)), tickangle: -40, range: [-0.6, Math.max(shown.length, 6) - 0.4] },
        // Both axes end at all failures, so that a bar and the line's step over it are equally high.
        yaxis: countAxis(total, { range: [0, total * 1.04] }),
        yaxis2: { overlaying: "y", side: "right", range: [0, 1.04], tickformat: ".0%", showgrid: false, tickmode: "array", tickvals: [0, 0.5, MOST, 1] },
      },
    };
  },
});
