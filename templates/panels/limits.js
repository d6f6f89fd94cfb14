/* panel
section = "entries"
order = 10
title.en = "Limits that were hit"
title.zh = "触发的限流"

[facts.hits]
query = "limits_hit"
parameters = { worst = 100 }
dimensions = ["limit_value"]
keep = 250
*/
const LIMITS = 10;
const SAYS = {
  most: { en: "{limit} was hit most: {failures} in {windows}.", zh: "触发最多的是 {limit}：{failures}，分布在 {windows}里。" },
  over: {
    en: "Where requests are limited, the logged requests of the model and key were above the limit in {n} of these spans, by {over} on average.",
    zh: "就限制请求数的上限而言，其中 {n} 个时段里记录到的该模型与密钥的请求数超出上限，平均多出 {over} 次。",
  },
  within: {
    en: "In {n} they were not: other keys share the limit, or the log does not hold every request.",
    zh: "有 {n} 个并未超出：其他密钥共用该上限，或者日志没有记全请求。",
  },
  unnamed: { en: "{failures} name no limit in their message.", zh: "{failures}的报错信息没有写明上限。" },
  tokens: { en: "No log counts the tokens of TPM.", zh: "日志里没有 TPM 所限的 Token 数。" },
};
const KINDS = [
  { id: "over", name: { en: "Requests above the limit", zh: "请求数超出上限" }, colour: "var(--category-rate-limit)" },
  { id: "within", name: { en: "Logged requests within it", zh: "记录到的请求数未超出" }, colour: "var(--accent)" },
  { id: "unknown", name: { en: "Cannot be told (tokens, or failures only)", zh: "无从判断（限 Token 数，或仅记录失败）" }, colour: "var(--category-uncatalogued)" },
];

panel({
  columns: [
    { id: "model", title: "table.model", type: "text" },
    { id: "api_key", title: "table.api_key", type: "text" },
    { id: "limit", title: { en: "Limit", zh: "上限" }, type: "text" },
    { id: "failures", title: { en: "Refused", zh: "被拒次数" }, type: "number", bar: true, compare: true },
    { id: "windows", title: { en: "Seconds or minutes with a refusal", zh: "有拒绝的秒数或分钟数" }, type: "number" },
    { id: "mean", title: { en: "Requests in each", zh: "其中平均请求数" }, type: "number" },
    { id: "over_windows", title: { en: "Of these above the limit", zh: "其中超出上限的" }, type: "number" },
    { id: "over", title: { en: "Requests above it", zh: "超出的请求数" }, type: "number" },
  ],
  empty: { en: "No rate limit was hit in this selection.", zh: "所选范围内没有触发限流。" },

  compute(view) {
    const rows = view.fact("hits").group("limit_name", "limit_value", "model", "api_key").map((row) => {
      const [name, value, model, key] = row.keys, asked = row.windows - row.blind_windows;
      return {
        ...kindsOf(row, name), model, api_key: key, limit: limitName(name, value), failures: row.failures, windows: row.windows,
        mean: asked ? row.requests / asked : null, over_windows: name === "TPM" || !asked ? null : row.windows_over,
        over: name === "TPM" || !asked ? null : row.over, filter: ["model", model], compared: row.compared && { failures: row.compared.failures },
      };
    });
    return { rows, limits: limitsOf(rows) };
  },

  say(rows, view, { limits }) {
    const said = [], sum = (name) => rows.reduce((total, row) => total + (row[name] ?? 0), 0);
    const [first] = limits.filter((limit) => limit.windows), unnamed = limits.find((limit) => !limit.windows);
    if (first) {
      const windows = count(first.limit.startsWith("QPS") ? "seconds" : "minutes", first.windows);
      said.push(fill(SAYS.most, { limit: first.limit, failures: count("refusals", first.failures), windows }));
    }
    const above = sum("over_windows");
    if (above) said.push(fill(SAYS.over, { n: number(above), over: number(Math.round(sum("over") / above * 10) / 10) }));
    if (sum("within_windows")) said.push(fill(SAYS.within, { n: number(sum("within_windows")) }));
    if (rows.some((row) => row.limit.startsWith("TPM"))) said.push(told(SAYS.tokens));
    if (unnamed) said.push(fill(SAYS.unnamed, { failures: count("failures", unnamed.failures) }));
    return said.join(words.language === "zh" ? "" : " ");
  },

  draw(rows, view, { limits }) {
    const shown = limits.filter((limit) => limit.windows).slice(0, LIMITS).reverse(), y = shown.map((limit) => chartLabel(limit.limit));
    return {
      data: KINDS.map(({ id, name, colour }) => ({
        type: "bar", orientation: "h", y, x: shown.map((limit) => limit[`${id}_windows`] ?? 0), name: told(name),
        marker: { color: colour }, hovertemplate: "%{y}: %{x:,}",
      })),
      height: 90 + 28 * shown.length,
      layout: {
        barmode: "stack", showlegend: true, legend: { traceorder: "normal" }, hovermode: "closest",
        xaxis: countAxis(Math.max(...shown.map((limit) => limit.windows), 1), { title: { text: told({ en: "Seconds (QPS) or minutes with a refusal", zh: "有拒绝的秒数（QPS）或分钟数" }) } }),
        yaxis: { type: "category" },
      },
    };
  },

  click: () => null,
});

function limitName(name, value) {
  if (name === "(none)") return told({ en: "Not named", zh: "未说明" });
  return value === "(none)" ? name : `${name} ${number(Number(value))}`;
}

// How many windows of a row were above the limit, within it, or cannot be told.
function kindsOf(row, name) {
  const seen = row.windows - row.blind_windows, over = name === "TPM" ? 0 : row.windows_over;
  const within = name === "TPM" ? 0 : seen - over;
  return { within_windows: within, unknown_windows: row.windows - over - within };
}

function limitsOf(rows) {
  const found = new Map();
  for (const row of rows) {
    const known = found.get(row.limit) ?? { limit: row.limit, failures: 0, windows: 0, over_windows: 0, within_windows: 0, unknown_windows: 0 };
    for (const name of ["failures", "windows", "over_windows", "within_windows", "unknown_windows"]) known[name] += row[name] ?? 0;
    found.set(row.limit, known);
  }
  return [...found.values()].sort((a, b) => b.failures - a.failures);
}
