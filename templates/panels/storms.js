/* panel
section = "entries"
order = 21
title.en = "Retry storms"
title.zh = "重试风暴"

[facts.storms]
query = "storms"
parameters = { largest = 100 }
keep = 250
compared = false
*/
const SAYS = {
  storms: {
    en: "{storms}: a caller repeats a request that keeps failing, at least ten times within five minutes, and most of what it sends there fails. {repeats} were wasted.",
    zh: "{storms}：同一调用方反复发送一直失败的请求，五分钟内不少于十次，且它发往该处的请求大半失败。共浪费 {repeats}。",
  },
  worst: { en: "The worst came from {caller}: {failures} within {lasted}.", zh: "最严重的来自 {caller}：{lasted}内 {failures}。" },
  time: { en: "A storm counts at the time at which it began.", zh: "每次风暴按其开始时间计。" },
};

panel({
  columns: [
    { id: "caller", title: { en: "Caller", zh: "调用方" }, type: "text" },
    { id: "code", title: "table.code", type: "code" },
    { id: "began", title: { en: "Began", zh: "开始" }, type: "text" },
    { id: "lasted", title: { en: "Lasted", zh: "持续" }, type: "duration" },
    { id: "endpoint", title: "table.endpoint", type: "text" },
    { id: "model", title: "table.model", type: "text" },
    { id: "storms", title: { en: "Storms", zh: "次数" }, type: "number" },
    { id: "failures", title: "table.failures", type: "number", bar: true },
    { id: "repeats", title: { en: "Wasted requests", zh: "浪费的请求" }, type: "number" },
  ],
  empty: {
    en: "No caller repeats a failing request ten times within five minutes here.",
    zh: "所选范围内没有调用方在五分钟内把失败的请求重复十次以上。",
  },

  compute(view) {
    const groups = view.fact("storms").group("moment", "until_moment", "api_key", "client", "error", "endpoint", "model");
    const rows = groups.filter((row) => row.storms).map((row) => {
      const [first, last, key, client, error, endpoint, model] = row.keys, start = Date.parse(first), end = Date.parse(last);
      const isAlone = !Number.isNaN(start);
      return {
        caller: key !== "(none)" ? key : client, code: view.payload.errors.values[Number(error)].code, began: isAlone ? words.formats.second.format(start) : told({ en: "Several", zh: "多次" }),
        start: isAlone ? start : null, lasted: isAlone ? end - start : null, endpoint, model, storms: row.storms, failures: row.failures, repeats: row.repeats,
        filter: key !== "(none)" ? ["api_key", key] : null,
      };
    });
    rows.sort((a, b) => b.failures - a.failures || (a.start ?? 0) - (b.start ?? 0));
    return rows;
  },

  say(rows, view) {
    const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
    const said = [fill(SAYS.storms, { storms: count("storms", sum("storms")), repeats: count("requests", sum("repeats")) })];
    const alone = rows.find((row) => row.start !== null);
    if (alone) said.push(fill(SAYS.worst, { caller: label("api_key", alone.caller), failures: count("failures", alone.failures), lasted: duration(Math.max(alone.lasted, 1000)) }));
    if (view.selection.from !== null) said.push(told(SAYS.time));
    return said.join(words.language === "zh" ? "" : " ");
  },
});
