/* panel
section = "entries"
order = 50
title.en = "Durations of failures beside successes"
title.zh = "失败与成功请求的耗时对比"

[facts.all]
query = "durations"
dimensions = ["bin"]
cells = 30000
compared = false

[facts.errors]
query = "durations_by_error"
dimensions = ["bin"]
compared = false
*/
const SAYS = {
  percentiles: { en: "{who}: half within {p50}, 95 % within {p95}, 99 % within {p99}.", zh: "{who}：半数在 {p50} 以内，95% 在 {p95} 以内，99% 在 {p99} 以内。" },
  about: { en: "Percentiles are read from bins a factor 1.4 wide.", zh: "分位数由宽 1.4 倍的区间估算。" },
  unknown: { en: "{share} of the selected failures carry no duration.", zh: "所选失败中有 {share} 没有耗时。" },
};
const KINDS = {
  success: { name: { en: "Successes", zh: "成功" }, colour: "var(--accent)" },
  failure: { name: { en: "Failures", zh: "失败" }, colour: "var(--category-server-error)" },
};
const isByError = (view) => Boolean(view.allowed.error);

panel({
  columns: [
    { id: "from", title: { en: "From", zh: "起" }, type: "duration" },
    { id: "to", title: { en: "Up to", zh: "止" }, type: "duration" },
    { id: "failure", title: "table.failures", type: "number", bar: true },
    { id: "failure_share", title: { en: "Of the failures", zh: "占失败" }, type: "percent" },
    { id: "success", title: { en: "Successes", zh: "成功" }, type: "number", bar: true },
    { id: "success_share", title: { en: "Of the successes", zh: "占成功" }, type: "percent" },
  ],
  empty: { en: "No log of this selection tells how long an attempt took.", zh: "所选范围的日志没有记录耗时。" },

  // Successes follow the time and the model. Failures do too, or, where an error is chosen, the time and the error.
  unsliced(view) {
    const chosen = view.fact("all").unsliced.filter((name) => !["category", "code", "owner"].includes(name));
    return isByError(view) ? [...new Set([...chosen, ...view.fact("errors").unsliced])] : chosen;
  },

  compute(view) {
    const found = new Map();
    const add = (bin, kind, attempts) => {
      if (!found.has(bin)) found.set(bin, { failure: 0, success: 0 });
      found.get(bin)[kind] += attempts;
    };
    for (const row of view.fact("all").group("bin", "outcome")) {
      if (row.keys[1] === "success" || !isByError(view)) add(Number(row.keys[0]), row.keys[1], row.attempts);
    }
    if (isByError(view)) for (const row of view.fact("errors").group("bin")) add(Number(row.keys[0]), "failure", row.attempts);
    const bins = [...found].filter(([, counts]) => counts.failure || counts.success).sort((a, b) => a[0] - b[0]);
    const sums = { failure: 0, success: 0 };
    for (const [, counts] of bins) for (const kind of Object.keys(sums)) sums[kind] += counts[kind];
    const rows = bins.map(([bin, counts]) => ({
      bin, from: bin < 0 ? 0 : 2 ** (bin / 2), to: 2 ** ((bin + 1) / 2), ...counts,
      failure_share: sums.failure ? counts.failure / sums.failure : null, success_share: sums.success ? counts.success / sums.success : null,
    }));
    return { rows, sums };
  },

  say(rows, view, { sums }) {
    const said = ["failure", "success"].filter((kind) => sums[kind]).map((kind) => fill(SAYS.percentiles, {
      who: told(KINDS[kind].name), p50: duration(quantile(rows, kind, 0.5)), p95: duration(quantile(rows, kind, 0.95)), p99: duration(quantile(rows, kind, 0.99)),
    }));
    const missed = view.totals.failures - sums.failure;
    if (missed > 0 && !panelUnsliced(view).length) said.push(fill(SAYS.unknown, { share: percent(missed / view.totals.failures) }));
    return [...said, told(SAYS.about)].join(words.language === "zh" ? "" : " ");
  },

  // A bin stands between its own tick and the next; beyond the first and the last there is nothing.
  draw(rows, view, { sums }, width) {
    const first = rows[0].bin - 1, known = new Map(rows.map((row) => [row.bin, row]));
    const bins = Array.from({ length: rows.at(-1).bin + 2 - first }, (nothing, at) => first + at);
    const ticks = [1, 10, 100, 1000, 10000, 60000, 600000, 3600000].filter((time) => 2 * Math.log2(time) >= first && 2 * Math.log2(time) <= bins.at(-1) + 1);
    const spans = bins.map((bin) => `${duration(bin < 0 ? 0 : 2 ** (bin / 2))} – ${duration(2 ** ((bin + 1) / 2))}`);
    return {
      data: ["success", "failure"].filter((kind) => sums[kind]).map((kind) => ({
        x: bins.map((bin) => bin + 0.5), y: bins.map((bin) => known.get(bin)?.[`${kind}_share`] ?? 0), name: told(KINDS[kind].name), mode: "lines", fill: "tozeroy",
        text: spans, line: { color: KINDS[kind].colour, width: 2, shape: "hvh", dash: kind === "failure" ? "solid" : "dot" }, hovertemplate: "%{text}: %{y:.1%}",
      })),
      height: 280,
      layout: {
        showlegend: true, hovermode: "closest",
        xaxis: { tickvals: ticks.map((time) => 2 * Math.log2(time)), ticktext: ticks.map(duration), showgrid: true },
        yaxis: { tickformat: ".0%", rangemode: "tozero", nticks: 5 },
      },
    };
  },

  click: () => null,
});

function panelUnsliced(view) {
  return isByError(view) ? view.fact("errors").unsliced : view.fact("all").unsliced;
}

// The duration that a part of the attempts stays within, even steps of a bin's logarithm assumed.
function quantile(rows, kind, part) {
  const wanted = part * rows.reduce((sum, row) => sum + row[kind], 0);
  let passed = 0;
  for (const row of rows) {
    if (row[kind] && passed + row[kind] >= wanted) {
      const low = Math.max(row.from, 0.5);
      return low * (row.to / low) ** ((wanted - passed) / row[kind]);
    }
    passed += row[kind];
  }
  return null;
}
