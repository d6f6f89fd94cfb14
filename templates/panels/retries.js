/* panel
section = "entries"
order = 20
title.en = "Retries"
title.zh = "重试"

[facts.retries]
query = "retries"

[facts.storms]
query = "storms"
parameters = { largest = 100 }
keep = 250
compared = false
*/
const SHOWN = 12;
const SAYS = {
  calls: { en: "{attempts} make up {calls}: {retries}, of which {helped} helped.", zh: "{attempts}属于 {calls}：有 {retries}，其中 {helped} 次奏效。" },
  retries: { en: "After these failures came {retries}, of which {helped} helped.", zh: "这些失败之后有 {retries}，其中 {helped} 次奏效。" },
  never: { en: "{n} followed an error that no retry can cure.", zh: "{n} 次是在重试无济于事的错误之后。" },
  wasted: { en: "Wasted, with those of storms: {n}.", zh: "连同重试风暴，白白浪费了 {n}。" },
  untold: {
    en: "{share} of the failures carry no operation id: whether they were tried again is not known.",
    zh: "{share}的失败没有操作标识（operation id），无从得知是否重试过。",
  },
};
const KINDS = [
  { id: "helped", name: { en: "Helped", zh: "奏效" }, colour: "var(--good)" },
  { id: "again", name: { en: "Failed again", zh: "再次失败" }, colour: "var(--category-rate-limit)" },
  { id: "hopeless", name: { en: "Failed again, as no retry can cure it", zh: "再次失败（重试本就无效）" }, colour: "var(--category-server-error)" },
];

panel({
  columns: [
    { id: "code", title: "table.code", type: "code" },
    { id: "message", title: "table.message", type: "text" },
    { id: "retry", title: "table.retry", type: "word", section: "retry" },
    { id: "failures", title: { en: "Failures whose call is known", zh: "可知所属调用的失败" }, type: "number" },
    { id: "retries", title: { en: "Retries", zh: "重试" }, type: "number", bar: true, compare: true },
    { id: "helped", title: { en: "Helped", zh: "奏效" }, type: "number" },
    { id: "share", title: { en: "Helped, of these", zh: "奏效比例" }, type: "percent" },
    { id: "wasted", title: { en: "Failed again", zh: "再次失败" }, type: "number" },
  ],
  empty: {
    en: "The logs of this selection tell of no retry: no operation id, no attempt's number, no storm.",
    zh: "所选范围的日志没有重试的线索：没有操作标识，没有尝试序号，也没有重试风暴。",
  },

  compute(view) {
    const errors = view.payload.errors.values;
    const rows = view.fact("retries").group("error").filter((row) => row.failures || row.retries || row.compared?.retries).map((row) => {
      const error = errors[Number(row.keys[0])], wasted = row.retries - row.helped;
      const isNameless = error.level === "success";
      return {
        code: isNameless ? "(none)" : error.code, message: isNameless ? told({ en: "Tried again, after what is not known", zh: "重试过，此前的失败不详" }) : error.message ?? null,
        retry: isNameless ? null : error.retry ?? (error.level === "code" ? "several" : null), failures: row.failures, retries: row.retries, helped: row.helped,
        share: row.retries ? row.helped / row.retries : null, wasted, again: error.retry === "never" ? 0 : wasted, hopeless: error.retry === "never" ? wasted : 0,
        filter: isNameless ? null : ["code", error.code], compared: row.compared && { retries: row.compared.retries },
      };
    });
    rows.sort((a, b) => b.retries - a.retries || b.failures - a.failures);
    const storms = view.fact("storms").total();
    return { rows: rows.length || storms.storms ? rows : [], storms };
  },

  say(rows, view, { storms }) {
    const sum = (name) => rows.reduce((total, row) => total + row[name], 0), said = [];
    const retries = sum("retries"), helped = number(sum("helped")), isWhole = !view.allowed.error && !view.allowed.status;
    const attempts = view.totals.events;
    if (isWhole) said.push(fill(SAYS.calls, { attempts: count("attempts", attempts), calls: count("calls", attempts - retries), retries: count("retries", retries), helped }));
    else said.push(fill(SAYS.retries, { retries: count("retries", retries), helped }));
    const never = rows.reduce((total, row) => total + (row.retry === "never" ? row.retries : 0), 0);
    if (never) said.push(fill(SAYS.never, { n: number(never) }));
    const wasted = sum("wasted") + storms.untold;
    if (wasted) said.push(fill(SAYS.wasted, { n: count("requests", wasted) }));
    const untold = view.totals.failures - sum("failures");
    if (untold > 0) said.push(fill(SAYS.untold, { share: percent(untold / view.totals.failures) }));
    return said.join(words.language === "zh" ? "" : " ");
  },

  draw(rows, view, computed, width) {
    const shown = rows.filter((row) => row.retries).slice(0, SHOWN).reverse();
    const y = shown.map((row) => chartLabel(`${shortCode(row.code)} ${(row.message ?? "").replaceAll("%s", "…")}`.trim(), width < 600 ? 18 : 48));
    return {
      data: KINDS.map(({ id, name, colour }) => ({
        type: "bar", orientation: "h", y: y.map((name, at) => at), x: shown.map((row) => row[id]), name: told(name), customdata: shown.map((row) => rows.indexOf(row)),
        marker: { color: colour }, text: y, textposition: "none", hovertemplate: "%{text}: %{x:,}",
      })),
      height: 90 + 28 * Math.max(shown.length, 1),
      layout: {
        barmode: "stack", showlegend: true, legend: { traceorder: "normal" }, hovermode: "closest",
        xaxis: countAxis(Math.max(...shown.map((row) => row.retries), 1)), yaxis: { tickvals: y.map((name, at) => at), ticktext: y },
      },
    };
  },
});
