/* panel
section = "when"
order = 10
title.en = "Failures over time by category"
title.zh = "失败随时间的变化（按类别）"
*/
const SHOWN = 7;
const SENTENCE = {
  en: "The worst moment began on {moment}: {failures}, most of them “{category}”. Drag over the chart to look at a part of the time.",
  zh: "最严重的时段始于 {moment}：{failures}，其中最多的是“{category}”。在图上拖动可选取一段时间。",
};
const NO_TIMES = { en: "No failure of this selection carries a time.", zh: "所选范围内的失败都没有时间。" };

// A line joins neighbours; what has none is a point.
const aloneSizes = (values) => values.map((value, at) => (value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? 5 : 0));

panel({
  columns: (view) => [
    { id: "start", title: "table.bucket", type: "moment" },
    { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
    { id: "requests", title: "table.requests", type: "number" },
    { id: "rate", title: "table.error_rate", type: "percent", compare: true },
    ...view.over("category").groups.map((group) => ({ id: `category ${group.key}`, title: `category.${group.key}`, type: "number" })),
  ],

  compute(view) {
    const now = view.over("category"), before = view.hasCompared ? view.over("category", 1) : null;
    const at = (series, slot) => ({
      failures: series.failures[slot],
      requests: series.requests[slot],
      rate: series.requests[slot] ? series.rated[slot] / series.requests[slot] : null,
    });
    const rows = [];
    if (!now.groups.length && !before?.groups.length) return { rows, series: now, before };
    for (let slot = 0; slot < view.to - view.from; slot += 1) {
      const row = { start: now.starts[slot], slot: view.from + slot, ...at(now, slot), compared: before ? at(before, slot) : null };
      for (const group of now.groups) row[`category ${group.key}`] = group.failures[slot];
      rows.push(row);
    }
    return { rows, series: now, before };
  },

  empty: NO_TIMES,

  say(rows, view, { series }) {
    const worst = rows.reduce((a, b) => (b.failures > a.failures ? b : a));
    if (!worst.failures) return text("panel.empty");
    const slot = worst.slot - view.from;
    const first = series.groups.reduce((a, b) => (b.failures[slot] > a.failures[slot] ? b : a));
    return fill(SENTENCE, { moment: moment(worst.start), failures: count("failures", worst.failures), category: first.label });
  },

  draw(rows, view, { series, before }) {
    const x = rows.map((row) => wallClock(row.start));
    const shown = series.groups.slice(0, SHOWN), rest = series.groups.slice(SHOWN);
    const traces = shown.map((group) => stacked(x, group.failures, group.label, categoryColour(group.key)));
    if (rest.length) {
      const sum = x.map((start, slot) => rest.reduce((total, group) => total + group.failures[slot], 0));
      traces.push(stacked(x, sum, text("panel.other"), "var(--muted)"));
    }
    const rates = rows.map((row) => row.rate);
    traces.push({
      x, y: rates, name: text("table.error_rate"), yaxis: "y2", mode: "lines+markers", line: { color: "var(--ink)", width: 1.5, shape: "hvh" }, marker: { color: "var(--ink)", size: aloneSizes(rates) }, hovertemplate: "%{y:.1%}",
    });
    if (before) {
      traces.push({
        x, y: rows.map((row) => row.compared.rate), name: text("compare.rate_before"), yaxis: "y2", mode: "lines", line: { color: "var(--muted)", width: 1.2, dash: "dot", shape: "hvh" }, hovertemplate: "%{y:.1%}",
      });
    }
    return {
      data: traces,
      height: 360,
      layout: {
        barmode: "stack", showlegend: true, hovermode: "x unified", dragmode: "select", selectdirection: "h",
        xaxis: timeAxis(), yaxis: { ...countAxis(Math.max(...series.failures)), domain: [0, 0.64] },
        yaxis2: { anchor: "x", domain: [0.74, 1], rangemode: "tozero", tickformat: ".1~%", nticks: 4 },
        legend: { traceorder: "normal" },
      },
    };
  },

  click: (point, rows) => selectTime(rows[point.pointNumber].slot, rows[point.pointNumber].slot + 1),

  select: selectRange,
});

function stacked(x, y, name, colour) {
  return { type: "bar", x, y, name, marker: { color: colour, line: { width: 0 } }, hovertemplate: "%{y:,}" };
}
