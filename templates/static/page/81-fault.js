// Whose fault: failures by who has to act, and what part of the requests succeeded, with and without the caller's own.

const FAULTS = ["caller", "account_admin", "provider", "client_gone", "uncatalogued", "several"];
const OWN_FAULTS = new Set(["caller", "account_admin"]);
const GONE = new Set(["499", "0", "-1"]);

sectionContent.fault = (view) => {
  if (!view.totals.failures) return null;
  const rows = faultRows(view);
  return el("div.fault-grid", null, el("div.card", { id: "faults" }, faultTable(view, rows)), availabilityCard(view, rows));
};

// Sums by fault of a span; those that nobody knows are told apart: client gone, uncatalogued, several.
function faultsOf(view, span) {
  const { rows, columns } = data.cube[span], mask = view.masks[span], found = {};
  const statuses = data.placeValues("status"), errors = view.payload.errors.values;
  for (const fault of FAULTS) found[fault] = emptySums();
  for (let row = 0; row < rows; row += 1) {
    if (mask[row] !== 3) continue;
    const { owner } = errors[columns.error[row]];
    const known = FAULTS.includes(owner) ? owner : null;
    const fault = known ?? (GONE.has(statuses[columns.status[row]]) ? "client_gone" : "uncatalogued");
    addFailures(found[fault], columns.events[row], columns.rated[row]);
  }
  const totals = span ? view.compared : view.totals;
  for (const sums of Object.values(found)) finished(sums, totals.requests);
  return found;
}

function faultRows(view) {
  const now = faultsOf(view, 0), before = view.hasCompared ? faultsOf(view, 1) : null;
  return FAULTS.filter((fault) => now[fault].failures || before?.[fault].failures).map((fault) => ({
    ...now[fault], fault, swatch: ownerColour(fault), share: view.totals.failures ? now[fault].failures / view.totals.failures : null,
    compared: before?.[fault] ?? null,
    filter: ["caller", "account_admin", "provider", "several"].includes(fault) ? ["owner", fault] : fault === "uncatalogued" ? ["category", "uncatalogued"] : null,
  }));
}

function faultTable(view, rows) {
  const columns = [
    { id: "fault", title: "table.owner", type: "word", section: "fault" },
    { id: "failures", title: "table.failures", type: "number", compare: true },
    { id: "rate", title: "table.error_rate", type: "percent", compare: true },
    { id: "share", title: "table.share", type: "percent" },
  ];
  const name = text("fault.title");
  return [
    el("header.panel-head", null, el("div", null, el("h3", null, text("fault.title")), el("p.says", null, faultSentence(rows))), el("div.tools", null, downloadButton("fault", columns, rows))),
    el("div.stacked", { "aria-hidden": "true" }, rows.map((row) => el("span", { title: `${word("fault", row.fault)} ${percent(row.share)}`, style: { "flex-grow": row.failures, background: row.swatch } }))),
    tableOf(columns, rows, name),
  ];
}

function faultSentence(rows) {
  const own = rows.filter((row) => OWN_FAULTS.has(row.fault)).reduce((sum, row) => sum + (row.share ?? 0), 0);
  const provider = rows.find((row) => row.fault === "provider")?.share ?? 0;
  return say("fault.says", { own: percent(own), provider: percent(provider), rest: percent(Math.max(1 - own - provider, 0)) });
}

function availabilityOf(totals, faults, target) {
  if (!totals.requests) return null;
  const own = ["caller", "account_admin"].reduce((sum, fault) => sum + faults[fault].rated, 0);
  const side = (failures, requests) => {
    const availability = requests > 0 ? 1 - failures / requests : null, budget = target ? requests * (1 - target / 100) : null;
    return { failures, requests, availability, burn: budget ? failures / budget : null, left: budget ? 1 - failures / budget : null };
  };
  return { all: side(totals.rated, totals.requests), without: side(totals.rated - own, totals.requests - own) };
}

function availabilityCard(view) {
  const target = view.payload.slo;
  const now = availabilityOf(view.totals, faultsOf(view, 0), target);
  const before = view.hasCompared ? availabilityOf(view.compared, faultsOf(view, 1), target) : null;
  if (!now) return el("div.card", null, el("h3", null, text("slo.title")), el("p.note", null, text("slo.no_requests")));
  const column = (side) => [
    el("td.number", null, percent(now[side].availability), before ? comparison({ type: "percent" }, now[side].availability, before[side].availability) : null),
    target ? el("td.number", null, percent(now[side].left)) : null,
    target ? el("td.number", null, say("fault.times", { n: number(Math.round(now[side].burn * 100) / 100) })) : null,
  ];
  const row = (title, side) => el("tr", null, el("th", { scope: "row" }, title), column(side));
  const head = el("tr", null, el("td"), el("th.number", { scope: "col" }, text("slo.availability")), target ? el("th.number", { scope: "col" }, text("slo.budget_left")) : null, target ? el("th.number", { scope: "col" }, text("slo.burn")) : null);
  return el("div.card", { id: "availability" },
    el("header.panel-head", null, el("div", null, el("h3", null, text("slo.title")), el("p.says", null, sloSentence(now.all, target)))),
    el("div.scroll", { tabindex: "0", role: "region", "aria-label": text("slo.title") },
      el("table", null, el("thead", null, head), el("tbody", null, row(text("fault.all"), "all"), row(text("slo.without_own"), "without")))),
    target ? el("p.note", null, text("fault.burn_note")) : el("p.note", null, text("fault.no_target")));
}

function sloSentence(all, target) {
  if (!target) return say("fault.succeeded", { availability: percent(all.availability) });
  const values = { target: percent(target / 100), availability: percent(all.availability), left: percent(all.left), burn: number(Math.round(all.burn * 100) / 100) };
  return say(all.burn <= 1 ? "slo.met" : "slo.missed", values);
}
