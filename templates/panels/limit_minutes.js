/* panel
section = "entries"
order = 11
title.en = "The worst seconds and minutes"
title.zh = "超限最严重的时刻"

[facts.hits]
query = "limits_hit"
parameters = { worst = 100 }
dimensions = ["limit_value"]
keep = 250
*/
const SAYS = {
  worst: {
    en: "The worst began at {moment}: {requests} of {model} and {key} against {limit}; {failures}.",
    zh: "最严重的始于 {moment}：{model} 与 {key} 共 {requests}，上限为 {limit}，{failures}。",
  },
  listed: {
    en: "Listed are those of the selection among the {n} worst of the whole time; {all} had a refusal.",
    zh: "这里只列出全部时间里最严重的 {n} 个之中属于所选范围的；有拒绝的共 {all}。",
  },
};
const WORST = 100;

panel({
  columns: [
    { id: "began", title: "table.bucket", type: "text" },
    { id: "limit", title: { en: "Limit", zh: "上限" }, type: "text" },
    { id: "model", title: "table.model", type: "text" },
    { id: "api_key", title: "table.api_key", type: "text" },
    { id: "requests", title: "table.requests", type: "number", bar: true },
    { id: "failures", title: { en: "Refused", zh: "被拒次数" }, type: "number" },
    { id: "over", title: { en: "Above the limit", zh: "超出" }, type: "number" },
    { id: "part", title: { en: "Of the limit", zh: "占上限" }, type: "percent" },
  ],
  empty: { en: "None of the worst seconds and minutes lies in this selection.", zh: "所选范围内没有超限最严重的时刻。" },

  compute(view) {
    const groups = view.fact("hits").group("moment", "limit_name", "limit_value", "model", "api_key");
    const rows = groups.filter((row) => row.failures && row.keys[0] !== "(none)" && row.keys[0] !== "(other)").map((row) => {
      const [moment, name, value, model, key] = row.keys, start = Date.parse(moment);
      const known = row.requests > 0, limited = known && name !== "TPM" && value !== "(none)";
      return {
        start, began: words.formats.second.format(start), limit: value === "(none)" ? name : `${name} ${number(Number(value))}`, model, api_key: key,
        requests: known ? row.requests : null, failures: row.failures, over: limited ? row.over : null,
        part: limited && Number(value) ? row.requests / Number(value) : null,
      };
    });
    rows.sort((a, b) => (b.over ?? 0) - (a.over ?? 0) || b.failures - a.failures || (b.requests ?? 0) - (a.requests ?? 0) || a.start - b.start);
    return { rows, all: groups.reduce((sum, row) => sum + row.windows, 0) };
  },

  say(rows, view, { all }) {
    const [worst] = rows, said = [fill(SAYS.worst, {
      moment: worst.began, requests: count("requests", worst.requests ?? worst.failures), limit: worst.limit, failures: count("refusals", worst.failures),
      model: label("model", worst.model), key: label("api_key", worst.api_key),
    })];
    if (all > rows.length) said.push(fill(SAYS.listed, { n: number(WORST), all: count("windows", all) }));
    return said.join(words.language === "zh" ? "" : " ");
  },
});
