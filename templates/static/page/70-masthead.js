// The head of the page, its notices, and the totals.

function masthead(view) {
  const { totals, compared, payload } = view;
  const [current] = payload.spans;
  const facts = [
    ["page.interval", payload.overview.events ? say("page.interval_value", { since: moment(view.selection.from === null ? current.since : data.starts[view.from]), until: moment(view.selection.to === null ? current.until : data.starts[view.to]) }) : text("page.no_data")],
    ["page.time_zone", words.zone],
    ["page.data_until", payload.stored.last_ts ? moment(payload.stored.last_ts) : text("page.no_data"), isStale(payload) || isAhead(payload) ? "old" : null],
    ...(payload.spans[1] ? [["compare.with", view.beside ? say("page.interval_value", { since: moment(view.beside.since), until: moment(view.beside.until) }) : text("number.nothing")]] : []),
    ["page.written", moment(payload.written)],
    ["page.version", `analyzer ${payload.analyzer}`],
  ];
  const first = view.isFiltered ? null : view.by("remedy").find((group) => !UNSURE.has(group.key) && group.failures);
  return [
    el("p.kicker", null, text("page.title")),
    el("h1", null, lead(totals, payload)),
    el("p.lead", null, first ? leadRemedy(view, first) : view.isFiltered ? text("page.selected") : totals.failures ? text("page.first_unsure") : "",
      compared ? ` ${say("page.compared", { rate: percent(compared.rate), failures: count("failures", compared.failures) })}` : ""),
    el("dl.facts", null, facts.map(([title, value, kind]) => el("div", null, el("dt", null, text(title)), el("dd", { class: kind ?? null }, value)))),
  ];
}

const UNSURE = new Set(["several", "uncatalogued"]);
const STALE_AFTER = 86400000;

function isStale(payload) {
  return payload.stored.last_ts !== null && payload.written - payload.stored.last_ts > STALE_AFTER;
}

// Events of tomorrow tell of a wrong clock or time zone, and would hide that the newest are old.
function isAhead(payload) {
  return payload.stored.last_ts !== null && payload.stored.last_ts - payload.written > STALE_AFTER;
}

function lead(totals, payload) {
  if (!totals.events) return text("page.lead_nothing");
  if (!totals.failures) return say("page.lead_no_failures", { requests: count("requests", totals.events) });
  if (totals.rate === null) return say("page.lead_no_rate", { failures: count("failures", totals.failures) });
  return say("page.lead", { rate: percent(totals.rate), requests: count("requests", totals.requests) });
}

function leadRemedy(view, group) {
  const row = remedyOf(view, group.key);
  return say("page.first_remedy", { action: word("action", row.action), share: percent(group.share), owner: word("owner", row.owner) });
}

// What the errors seen of one remedy have in common; `several` where they differ.
function remedyOf(view, remedy) {
  const errors = view.payload.errors.values.filter((error, place) => place && (error.remedy_id ?? "uncatalogued") === remedy);
  const shared = (name) => {
    const values = new Set(errors.map((error) => error[name]).filter((value) => value !== undefined));
    return values.size > 1 ? "several" : [...values][0] ?? null;
  };
  return { action: shared("action"), owner: shared("owner"), retry: shared("retry"), words: errors[0]?.[`remedy_${words.language}`] ?? null };
}

function notices(view) {
  const { payload } = view, { overview, stored } = payload, said = [];
  if (!overview.events && stored.first_ts === null) said.push(["warning", text("page.empty_store")]);
  else if (!overview.events) said.push(["warning", say("page.empty_range", { first: moment(stored.first_ts), last: moment(stored.last_ts) })]);
  else if (payload.lacks_status) said.push(["warning", text("page.no_status")]);
  else if (!overview.failures) said.push(["good", text("page.no_failures")]);
  if (isStale(payload)) said.push(["warning", say(payload.followed ? "page.stale_followed" : "page.stale", { age: ago(payload.written - stored.last_ts), moment: moment(stored.last_ts) })]);
  if (isAhead(payload)) said.push(["warning", say("page.ahead", { moment: moment(stored.last_ts) })]);
  if (overview.failures && overview.error_rate === null) said.push(["note", text("page.no_rate")]);
  else if (overview.failures_without_rate) said.push(["note", say("page.part_rate", { failures: count("failures", overview.failures_without_rate) })]);
  if (overview.failures_without_time) said.push(["note", say("page.untimed", { failures: count("failures", overview.failures_without_time) })]);
  const folded = foldedWords(payload);
  if (folded) said.push(["note", say("page.folded", { what: folded })]);
  return said.map(([kind, sentence]) => el("p.notice", { class: `notice ${kind}`, role: "note" }, log(sentence)));
}

// Which values were folded into "other", by dimension; empty where none were.
function foldedWords(payload) {
  const parts = ["model", "endpoint", "api_key"].map((name) => [name, payload.dimensions[name].folded]);
  parts.push(["error", payload.errors.folded]);
  return parts.filter(([, folded]) => folded).map(([name, folded]) => say("page.folded_part", { name: text(`filter.${name}`), n: number(folded) })).join(words.language === "zh" ? "、" : ", ");
}

function totalsCards(view) {
  const { totals, compared, payload } = view;
  const outside = view.by("level").find((group) => group.key === "none")?.failures ?? 0;
  const outsideBefore = view.by("level").find((group) => group.key === "none")?.compared?.failures ?? 0;
  const rated = payload.health.filter((source) => source.population === "requests").length;
  const noRate = text(totals.events ? "totals.rate_not_known_note" : "number.nothing");
  const explained = totals.failures ? 1 - outside / totals.failures : null;
  return el("dl.cards", null,
    totalCard("error_rate", totals.rate === null ? text("totals.rate_not_known") : percent(totals.rate), totals.rate === null ? noRate : say("totals.error_rate_note", { failures: count("failures", totals.rated), requests: count("requests", totals.requests) }), compared && [percent, totals.rate, compared.rate], "main"),
    totalCard("failures", compact(totals.failures), say("totals.failures_note", { codes: codesSeen(view), entries: count("entries", view.by("error").filter((group) => group.failures && payload.errors.values[Number(group.key)].level === "entry").length) }), compared && [compact, totals.failures, compared.failures]),
    totalCard("requests", rated ? compact(totals.requests) : text("totals.rate_not_known"), rated ? say("totals.requests_note", { sources: count("sources", rated) }) : noRate, compared && [compact, totals.requests, compared.requests]),
    !totals.failures && !compared?.failures ? null : totalCard("catalogued", explained === null ? text("number.nothing") : percent(explained), outside ? outsideNote(view, outside) : text("totals.catalogued_all"), compared && compared.failures && [percent, explained, 1 - outsideBefore / compared.failures]),
  );
}

// What no entry explains; those whose client went away are among them, and a row of their own where faults are told.
function outsideNote(view, outside) {
  const gone = faultsOf(view, 0).client_gone.failures;
  return say(gone ? "totals.catalogued_gone_note" : "totals.catalogued_note", { n: number(outside), gone: number(gone) });
}

// How many codes failed. Which of the folded ones a selection holds is not known.
function codesSeen(view) {
  const keys = view.by("code").filter((group) => group.failures && group.key !== "(none)").map((group) => group.key);
  if (!keys.includes("(other)")) return count("codes", keys.length);
  if (view.isFiltered) return say("totals.codes_more", { codes: count("codes", keys.length - 1) });
  return count("codes", keys.length - 1 + view.payload.errors.folded);
}

function totalCard(id, value, note, compared, kind) {
  const was = compared ? comparison({ type: compared[0] === percent ? "percent" : "number" }, compared[1], compared[2]) : null;
  return el("div.card", { class: kind ? `card ${kind}` : "card", "data-total": id }, el("dt", null, text(`totals.${id}`)), el("dd.figure", null, value, was), el("dd.note", null, note));
}
