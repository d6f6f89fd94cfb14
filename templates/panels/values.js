/* panel
section = "entries"
order = 40
title.en = "Values in messages"
title.zh = "报错信息中的取值"

[facts.values]
query = "values_seen"
parameters = { top = 12 }
dimensions = ["position", "different"]
keep = 700
cells = 30000
*/
const PLACEHOLDERS = 8, PARTS = 6;
const SAYS = {
  most: { en: "{place}: most often {value}, in {failures} ({share}).", zh: "{place}：最常见的是 {value}，{failures}（{share}）。" },
  over: { en: "{share} of the lengths that were refused lie less than a quarter above the most allowed.", zh: "被拒的长度中有 {share} 超出上限不到四分之一。" },
  rest: { en: "Of each placeholder the twelve commonest values stand alone, or numbers in ranges.", zh: "每个占位符单列最常见的十二个取值，数字则按区间归并。" },
};

panel({
  columns: [
    { id: "place", title: { en: "Placeholder", zh: "占位符" }, type: "text" },
    { id: "value", title: { en: "Value", zh: "取值" }, type: "code" },
    { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
    { id: "share", title: { en: "Of this placeholder", zh: "在该占位符中占" }, type: "percent" },
    { id: "different", title: { en: "Different values", zh: "不同取值" }, type: "number" },
  ],
  empty: { en: "No message of this selection has a value in it.", zh: "所选范围的报错信息中没有取值。" },

  compute(view) {
    const places = placeholders(view);
    const rows = places.flatMap((place) => place.values.map((value) => ({
      place: place.name, value: value.shown, failures: value.failures, share: place.failures ? value.failures / place.failures : null,
      different: place.different, filter: ["code", place.code], compared: value.compared && { failures: value.compared.failures },
    })));
    return { rows, places };
  },

  say(rows, view, { places }) {
    const said = [], first = places.find((place) => place.values.length > 1 && place.kind !== "part") ?? places[0], [most] = [...first.values].sort((a, b) => b.failures - a.failures);
    said.push(fill(SAYS.most, { value: most.shown, place: first.name, failures: count("failures", most.failures), share: percent(most.failures / first.failures) }));
    const part = places.find((place) => place.kind === "part");
    if (part) {
      const near = part.values.reduce((sum, value) => sum + (["1-1.1", "1.1-1.25"].includes(value.key) ? value.failures : 0), 0);
      const above = part.values.reduce((sum, value) => sum + (value.key === "0-1" ? 0 : value.failures), 0);
      if (above) said.push(fill(SAYS.over, { share: percent(near / above) }));
    }
    return [...said, told(SAYS.rest)].join(words.language === "zh" ? "" : " ");
  },

  // One bar a placeholder, as long as the whole, cut into its values.
  draw(rows, view, { places }, width) {
    const shown = places.slice(0, PLACEHOLDERS).reverse(), depth = Math.max(...shown.map((place) => place.values.length));
    const length = width < 600 ? 26 : 52, y = shown.map((place, at) => at);
    const data = Array.from({ length: depth }, (nothing, rank) => ({
      type: "bar", orientation: "h", y, x: shown.map((place) => (place.values[rank] ? place.values[rank].failures / place.failures : 0)),
      text: shown.map((place) => (place.values[rank] && place.values[rank].failures / place.failures > 0.06 ? chartLabel(place.values[rank].shown, 24) : "")),
      customdata: shown.map((place) => rows.findIndex((row) => row.place === place.name && row.value === place.values[rank]?.shown)),
      hovertext: shown.map((place) => (place.values[rank] ? `${chartLabel(place.values[rank].shown)}: ${count("failures", place.values[rank].failures)}` : "")),
      hoverinfo: "text", textposition: "inside", insidetextanchor: "middle", insidetextfont: { color: rank % 2 ? "var(--ink)" : "var(--surface)", size: 12 }, textangle: 0,
      marker: { color: rank % 2 ? "var(--accent-soft)" : "var(--accent)", line: { color: "var(--surface)", width: 1 } }, constraintext: "inside",
    }));
    return {
      data, height: 60 + 34 * shown.length,
      layout: {
        barmode: "stack", showlegend: false, uniformtext: { mode: "hide", minsize: 10 }, bargap: 0.3,
        xaxis: { tickformat: ".0%", range: [0, 1], showgrid: false, nticks: 5 },
        yaxis: { tickvals: y, ticktext: shown.map((place) => chartLabel(place.name, length)) },
      },
    };
  },
});

// The placeholders of the selection, the most failures first, each with its values in their order.
function placeholders(view) {
  const errors = view.payload.errors.values, found = new Map();
  for (const row of view.fact("values").group("error", "position", "kind", "value", "different")) {
    const [error, position, kind, value, different] = row.keys, isPart = kind === "part";
    const key = `${error} ${position} ${isPart}`;
    if (!found.has(key)) found.set(key, { name: placeName(errors[Number(error)], Number(position), isPart), code: errors[Number(error)].code, failures: 0, different: different === "(none)" ? null : Number(different), kind, values: [] });
    const place = found.get(key);
    place.failures += row.failures;
    if (row.failures || row.compared?.failures) place.values.push({ key: value, shown: shownValue(kind, value), failures: row.failures, order: orderOf(kind, value, row.failures), compared: row.compared });
  }
  const places = [...found.values()].filter((place) => place.failures);
  for (const place of places) place.values.sort((a, b) => a.order - b.order || b.failures - a.failures);
  return places.sort((a, b) => b.failures - a.failures || (a.name < b.name ? -1 : 1));
}

function placeName(error, position, isPart) {
  const code = shortCode(error.code);
  if (isPart) return `${code}: ${told({ en: "length ÷ the most allowed", zh: "长度 ÷ 上限" })}`;
  if (position === 0) return `${code}: ${told({ en: "the model asked for", zh: "所请求的模型" })}`;
  let at = 0;
  const message = (error.message ?? "").replace(/%s/g, () => ((at += 1) === position ? "▢" : "…"));
  if (at >= position) return `${code}: ${excerpt(message.replace(/[.。]$/, ""))}`;
  return `${code}: ${fill({ en: "value {n} of “{message}”", zh: "“{message}”的取值 {n}" }, { n: position, message: message.length > 22 ? `${message.slice(0, 21)}…` : message })}`;
}

// The words around the placeholder that is meant.
function excerpt(message) {
  const at = message.indexOf("▢"), from = Math.max(at - 20, 0);
  return `${from ? "…" : ""}${message.slice(from, at + 22)}${message.length > at + 22 ? "…" : ""}`;
}

function shownValue(kind, value) {
  if (kind === "rest") return text("panel.other");
  if (kind === "value" || kind === "model") return label("value", value);
  const [from, to] = value.split("-");
  const sign = kind === "part" ? " ×" : "";
  if (to === "") return `≥ ${number(Number(from))}${sign}`;
  return `${number(Number(from))}–${number(Number(to))}${sign}`;
}

// Ranges stand in the order of their numbers, values by how common they are, the rest last.
function orderOf(kind, value, failures) {
  if (kind === "rest") return 1e300;
  return kind === "range" || kind === "part" ? Number(value.split("-")[0]) : -failures;
}
