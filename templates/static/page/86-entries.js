// Every entry seen: what the catalogue says of it, how often it occurred, and lines of the logs.

const ENTRIES_SHOWN = 12;
let entryFilter = "";

sectionContent.entries = (view) => {
  const errors = view.payload.errors.values;
  const groups = view.by("error").filter((group) => group.failures && errors[Number(group.key)].level !== "none");
  if (!groups.length) return null;
  const list = el("div.entries", { id: "entry-list" });
  const search = el("input", { type: "search", id: "filter-entries", autocomplete: "off", placeholder: text("table.filter"), "aria-label": text("table.filter") });
  search.value = entryFilter;
  const show = (all) => {
    const wanted = entryFilter.trim().toLowerCase();
    const rows = groups.filter((group) => !wanted || entryWords(view, group).toLowerCase().includes(wanted));
    const shown = all || wanted ? rows : rows.slice(0, ENTRIES_SHOWN);
    list.replaceChildren(entryHead(), ...shown.map((group) => entryRow(view, group)));
    if (!rows.length) append(list, [el("p.no-hit", { id: "no-hit" }, text("table.no_hit"))]);
    if (rows.length > shown.length) append(list, [el("button.link.more-entries", { type: "button", onclick: () => { show(true); list.querySelectorAll(".entry > summary")[shown.length]?.focus(); } }, count("more_entries", rows.length - shown.length))]);
  };
  search.addEventListener("input", () => { entryFilter = search.value; show(false); });
  show(false);
  const columns = entryColumns(), rows = groups.map((group) => entryValues(view, group));
  return [el("div.list-head", null, search, downloadButton("entries", columns, rows)), list];
};

function entryColumns() {
  return [
    { id: "entry", title: "table.entry", type: "text" }, { id: "code", title: "table.code", type: "code" },
    { id: "http_status", title: "table.status", type: "text" }, { id: "category", title: "table.category", type: "word" },
    { id: "owner", title: "table.owner", type: "word" }, { id: "action", title: "table.action", type: "word" },
    { id: "failures", title: "table.failures", type: "number", compare: true }, { id: "rate", title: "table.error_rate", type: "percent", compare: true },
    { id: "share", title: "table.share", type: "percent" }, { id: "firstSeen", title: "table.first_seen", type: "moment" },
    { id: "lastSeen", title: "table.last_seen", type: "moment" }, { id: "message", title: "table.message", type: "text" },
    { id: "meaning", title: "table.meaning", type: "text" }, { id: "remedy", title: "table.remedy", type: "text" },
  ];
}

function entryValues(view, group) {
  const error = view.payload.errors.values[Number(group.key)];
  const seen = seenBetween(view, group, [{ place: Number(group.key) }]);
  const isEntry = error.level === "entry";
  return {
    ...group, ...error, ...seen,
    entry: error.entry_id ?? text("table.code_only"),
    meaning: isEntry ? error[`meaning_${words.language}`] : text("table.code_only_meaning"),
    remedy: error[`remedy_${words.language}`] ?? null,
  };
}

function entryWords(view, group) {
  const row = entryValues(view, group);
  return [row.entry, row.code, row.meaning, row.remedy, row.message, word("owner", row.owner), word("category", row.category), word("action", row.action)].join(" ");
}

function entryHead() {
  const title = (key, kind) => el("span", { class: kind ?? null }, text(`table.${key}`));
  return el("div.entry-head", { "aria-hidden": "true" }, title("error"), el("span", null, text("table.meaning"), " · ", text("table.remedy")), title("failures", "number"), title("error_rate", "number"), title("last_seen"));
}

function entryRow(view, group) {
  const row = entryValues(view, group), place = Number(group.key);
  const labelled = (key) => ({ "data-label": text(`table.${key}`) });
  const details = el("details.entry", { "data-key": `entry ${row.level} ${row.entry_id ?? row.code}`, "data-entry": row.entry_id ?? row.code },
    el("summary", null,
      el("span.error", null, el("code", null, log(row.code)), row.http_status ? el("span.status", null, ` ${row.http_status}`) : null, el("br"), categoryTag(row.category)),
      el("span.meaning", null, log(row.meaning ?? ""), row.remedy ? el("small", null, log(row.remedy)) : null),
      el("span.number", labelled("failures"), el("strong", null, number(row.failures)), " ", el("small", null, percent(row.share)), row.compared ? comparison({ type: "number" }, row.failures, row.compared.failures) : null, bar(row.share)),
      el("span.number", labelled("error_rate"), percent(row.rate)),
      el("span.when", labelled("last_seen"), moment(row.lastSeen))));
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector(".entry-body")) details.append(entryBody(view, row, place));
  });
  return details;
}

function entryBody(view, row, place) {
  const part = (key, value, kind) => (value === null || value === undefined || value === "" ? null : el("div", { class: kind ?? null }, el("dt", null, text(`table.${key}`)), el("dd", null, value)));
  const values = view.payload.params.filter((value) => value.entry_id === row.entry_id).map((value) => value.value);
  const samples = view.samplesOf(new Set([place]));
  return el("div.entry-body", null,
    el("dl", null,
      part("message", row.message ? el("code.message", null, log(row.message)) : null, "full"),
      part("remedy", row.remedy ? log(row.remedy) : null, "full"),
      part("owner", ownerTag(row.owner)), part("action", word("action", row.action)), part("retry", row.level === "entry" ? word("retry", row.retry) : null),
      part("first_seen", moment(row.firstSeen)), part("last_seen", moment(row.lastSeen)), part("entry", row.level === "entry" ? deepLink(`/entries/${encodeURIComponent(row.entry_id)}`, log(row.entry)) : log(row.entry)),
      part("params", values.length ? [...new Set(values)].map((value) => el("code.tag", null, log(value.length > 80 ? `${value.slice(0, 79)}…` : value))) : null, "full")),
    el("p.actions", null, filterButton(["code", row.code], text("table.only_this_code"))),
    samples.length ? [el("p.samples-title", null, say("table.samples", { n: number(samples.length) })), sampleList(samples)] : null);
}

// Open an entry, as a link asks for: #entry=ID.
function openEntry(id) {
  page.rest?.();
  const show = () => document.querySelector(`[data-entry="${CSS.escape(id)}"]`);
  if (!show()) document.querySelector(".more-entries")?.click();
  const entry = show();
  if (!entry) return;
  entry.open = true;
  entry.scrollIntoView({ block: "start" });
  entry.querySelector("summary").focus({ preventScroll: true });
}
