/* panel
section = "uncatalogued"
order = 10
title.en = "Failures without an entry, by code and message"
title.zh = "未收录的失败：按错误码与错误信息"

[facts.messages]
query = "uncatalogued_over_time"
keep = 60
*/
const GONE = { en: " In {n} of them the client went away.", zh: "其中 {n} 次是客户端已断开。" };
const SENTENCE = { en: "{failures} fit no entry: {share} of all failures.", zh: "{failures}未匹配任何条目，占全部失败的 {share}。" };

panel({
  columns: [
    { id: "code", title: "table.code", type: "code" },
    { id: "status", title: "table.status", type: "text" },
    { id: "message", title: "table.message", type: "text" },
    { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
    { id: "share", title: "table.share", type: "percent" },
    { id: "place", title: "table.sample", type: "text" },
  ],

  compute(view) {
    const places = new Map(view.payload.uncatalogued.map((row) => [`${row.code} ${row.status} ${row.message ?? ""}`, row]));
    return view.fact("messages").group("code", "status", "message").filter((row) => row.failures || row.compared?.failures).sort(otherLast).map((row) => {
      const [code, status, message] = row.keys;
      const known = places.get(`${code} ${status === "(none)" ? null : status} ${message === "(none)" ? "" : message}`);
      return {
        ...row, code, status, message, filter: ["code", code], share: view.totals.failures ? row.failures / view.totals.failures : null,
        place: known ? say("table.place", { source: known.source, n: number(known.line_no) }) : null,
      };
    });
  },

  say(rows, view) {
    const failures = rows.reduce((sum, row) => sum + row.failures, 0);
    if (!failures) return text("uncatalogued.nothing");
    const gone = faultsOf(view, 0).client_gone.failures;
    return fill(SENTENCE, { failures: count("failures", failures), share: percent(failures / view.totals.failures) }) + (gone ? fill(GONE, { n: number(gone) }) : "");
  },
});
