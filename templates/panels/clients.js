/* panel
section = "who"
order = 50
wide = false
title.en = "By client"
title.zh = "按客户端"

[facts.clients]
query = "clients_over_time"
keep = 30
cells = 60000
*/
const SENTENCE = { en: "{first} sees the most failures ({share}).", zh: "遇到失败最多的客户端是 {first}（{share}）。" };

panel({
  columns: [
    { id: "client", title: "table.client", type: "text" },
    { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
    { id: "share", title: "table.share", type: "percent" },
    { id: "most", title: "table.mostly", type: "code" },
  ],

  compute(view) {
    const codes = new Map();
    for (const row of view.fact("clients").group("client", "code")) if (!codes.has(row.keys[0])) codes.set(row.keys[0], row.keys[1]);
    const rows = view.fact("clients").group("client").filter((row) => row.failures || row.compared?.failures).sort(namedFirst);
    const total = rows.reduce((sum, row) => sum + row.failures, 0);
    return rows.map((row) => ({ ...row, client: row.keys[0], isUnnamed: isUnnamed(row.keys[0]) > 0, share: total ? row.failures / total : null, most: codes.get(row.keys[0]) ?? null }));
  },

  say(rows) {
    const named = rows.filter((row) => row.failures && row.client !== "(none)" && row.client !== "(other)");
    return named.length ? fill(SENTENCE, { first: named[0].client, share: percent(named[0].share) }) : text("panel.unnamed");
  },
});
