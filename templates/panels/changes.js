/* panel
section = "compare"
order = 10
title.en = "New, worse, better, gone"
title.zh = "新出现、变差、变好、不再出现"
*/
const RANKS = { yes: 0, burst: 0, none: 1, no: 2 };

panel({
  columns: [
    { id: "name", title: "compare.what", type: "text" },
    { id: "change", title: "compare.verdict", type: "text" },
    { id: "failures", title: "table.failures", type: "number", compare: true },
    { id: "rate", title: "table.error_rate", type: "percent", compare: true },
    { id: "kind", title: "compare.kind", type: "word", section: "compare" },
    { id: "p", title: "compare.p", type: "text" },
  ],

  get empty() {
    const [note] = data.payload.beside.notes;
    if (!data.payload.spans[1]) return `compare.${note ?? "nothing_before"}`;
    const isBeyond = selection.from !== null && selection.to >= data.payload.time[1].length;
    return isBeyond ? "compare.nothing_there" : "compare.nothing_changed";
  },

  // What is beyond chance first; within it new before worse, gone and better.
  compute(view) {
    const rank = (row) => (row.verdict === "same" ? 9 : RANKS[row.sure ?? "none"]) * 10 + VERDICTS.indexOf(row.verdict);
    const size = (row) => Math.abs(row.failures - row.compared.failures);
    return changesOf(view).map((row) => ({ ...row, change: changeWords(row), p: written(row.adjusted) })).sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
  },

  say(rows) {
    const of = (verdict) => number(rows.filter((row) => row.verdict === verdict).length);
    return say("compare.says", Object.fromEntries(VERDICTS.map((verdict) => [verdict, of(verdict)])));
  },
});

function changeWords({ verdict, sure }) {
  const change = word("compare", verdict);
  return verdict === "same" ? change : say("ticket.named", { name: change, n: word("sure", sure) });
}

function written(probability) {
  if (probability === null) return text("number.nothing");
  return probability < 0.001 ? "<0.001" : probability.toFixed(3);
}
