// Tables: rows of a panel as a table with a download; what a spreadsheet would run is made harmless.

const SHOWN_ROWS = 10;
const LONG_TEXT = 60;

// columns: [{id, title, type, bar, compare, section, of}]; rows: objects by column id, with `filter: [id, value]`,
// and `compared`, an object of the same ids. Types: text, number, percent, moment, duration, word, code, list.
function cellText(column, value) {
  switch (column.type) {
    case "number": return number(value);
    case "percent": return percent(value);
    case "moment": return moment(value);
    case "duration": return duration(value);
    case "word": return word(column.section ?? column.id, value);
    case "list": return (value ?? []).join(", ");
    default: return missing(value) ? text("number.nothing") : label(column.of ?? column.id, value);
  }
}

function isNumeric(column) {
  return ["number", "percent", "duration"].includes(column.type);
}

function tableOf(columns, rows, caption, shown = SHOWN_ROWS) {
  const most = {};
  const named = rows.filter((row) => !row.isUnnamed);
  for (const column of columns) if (column.bar) most[column.id] = Math.max(...(named.length ? named : rows).map((row) => row[column.id] || 0), 0);
  const body = el("tbody", null, rows.slice(0, shown).map((row) => rowOf(columns, row, most)));
  const head = el("tr", null, columns.map((column) => el(isNumeric(column) ? "th.number" : "th", { scope: "col" }, told(column.title))));
  const table = el("table.data", null, el("caption.hidden", null, caption), el("thead", null, head), body);
  const parts = [el("div.scroll", { tabindex: "0", role: "region", "aria-label": caption }, table)];
  if (rows.length > shown) parts.push(moreRows(columns, rows, most, body, shown));
  return parts;
}

function moreRows(columns, rows, most, body, shown) {
  const button = el("button.link", {
    type: "button",
    onclick: () => {
      append(body, rows.slice(shown, shown + 200).map((row) => rowOf(columns, row, most)));
      body.rows[shown]?.querySelector("button")?.focus();
      button.remove();
    },
  }, say("table.show_more", { n: number(Math.min(rows.length - shown, 200)) }));
  return button;
}

function rowOf(columns, row, most) {
  return el("tr", { class: row.kind ?? null }, columns.map((column, at) => cellOf(column, row, most, at)));
}

function cellOf(column, row, most, at) {
  const value = row[column.id], shown = cellText(column, value);
  const content = [at === 0 && row.filter ? filterButton(row.filter, column.type === "code" ? el("code", null, log(shown)) : log(shown)) : column.type === "code" ? el("code", null, log(shown)) : log(shown)];
  if (at === 0 && row.swatch) content.unshift(el("i.swatch", { "aria-hidden": "true", style: { background: row.swatch } }));
  if (column.compare && row.compared) content.push(comparison(column, value, row.compared[column.id]));
  if (column.bar && most[column.id] && (value <= most[column.id])) content.push(bar(value / most[column.id], row.swatch));
  const kind = isNumeric(column) ? "number" : column.type === "moment" ? "when" : at === 0 ? "name" : column.type === "word" ? "word" : shown.length > LONG_TEXT ? "long" : null;
  return el(at === 0 ? "th" : "td", { class: at === 0 && row.swatch ? "name with-swatch" : kind, scope: at === 0 ? "row" : null, "data-label": told(column.title) }, content);
}

function filterButton([filter, value], content) {
  const on = isSelected(filter, value);
  return el("button.pick", {
    type: "button", "data-pick": `${filter} ${value}`, "aria-pressed": on ? "true" : "false",
    title: say(on ? "filter.remove" : "filter.add", { name: text(`filter.${filter}`), value: label(filter, value) }),
    onclick: () => toggle(filter, value),
  }, content);
}

// What stood here in the compared span, and which way it went.
function comparison(column, value, before) {
  const arrow = missing(value) || missing(before) || value === before ? "" : value > before ? "▲ " : "▼ ";
  const spoken = arrow === "" ? "compare.was" : value > before ? "compare.up_from" : "compare.down_from";
  return el("small.was", { title: say(spoken, { n: cellText(column, before) }) },
    el("span", { "aria-hidden": "true" }, arrow, say("compare.from", { n: cellText(column, before) })),
    el("span.hidden", null, say(spoken, { n: cellText(column, before) })));
}

// A text as a cell of a CSV file: quoted where needed, and never something that a spreadsheet would run.
function csvCell(value) {
  let cell = Array.isArray(value) ? value.join("; ") : missing(value) ? "" : String(value);
  if (typeof value !== "number" && /^[=+\-@\t\r\n]/.test(cell)) cell = `'${cell}`;
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function csvOf(columns, rows) {
  const compared = columns.filter((column) => column.compare && rows.some((row) => row.compared));
  const titles = [...columns.map((column) => told(column.title)), ...compared.map((column) => say("compare.column", { name: told(column.title) }))];
  const cell = (column, row) => csvCell(column.type === "moment" ? (missing(row[column.id]) ? null : new Date(row[column.id]).toISOString()) : isNumeric(column) ? row[column.id] : cellText(column, row[column.id]));
  const lines = rows.map((row) => [...columns.map((column) => cell(column, row)), ...compared.map((column) => csvCell(row.compared?.[column.id]))]);
  return [titles.map(csvCell), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

function downloadButton(name, columns, rows) {
  return el("button.link", {
    type: "button", "data-csv": name, "aria-label": say("table.download", { name }),
    onclick: () => {
      const file = new Blob(["\ufeff", csvOf(columns, rows)], { type: "text/csv;charset=utf-8" });
      const address = URL.createObjectURL(file);
      el("a", { href: address, download: `${name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    },
  }, "CSV");
}
