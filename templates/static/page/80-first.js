// What to do first: the remedies by the failures each would remove.

const FIRST_SHOWN = 5;

sectionContent.first = (view) => {
  if (!view.totals.failures) return null;
  const groups = remedies(view);
  const sure = groups.filter((group) => !UNSURE.has(group.key)), unsure = groups.filter((group) => UNSURE.has(group.key));
  const items = sure.map((group, at) => remedyCard(view, group, at + 1));
  return [
    el("ol.remedies", null, items.slice(0, FIRST_SHOWN)),
    items.length > FIRST_SHOWN ? el("details.more", { "data-key": "more remedies" }, el("summary", null, count("more_remedies", items.length - FIRST_SHOWN)), el("ol.remedies", { start: FIRST_SHOWN + 1 }, items.slice(FIRST_SHOWN))) : null,
    unsure.length ? el("ol.remedies.unsure", null, unsure.map((group) => remedyCard(view, group, null))) : null,
  ];
};

// The remedies with everything that stands behind each: entries, who is affected, since when, lines.
function remedies(view) {
  return view.once("remedies", () => {
    const models = view.cross("remedy", "model"), endpoints = view.cross("remedy", "endpoint");
    const keys = view.cross("remedy", "api_key"), errors = view.cross("remedy", "error");
    return view.by("remedy").filter((group) => group.failures).map((group) => {
      const entries = (errors.get(group.key) ?? []).map((part) => ({ ...part, place: Number(part.key), error: view.payload.errors.values[Number(part.key)] }));
      const places = new Set(entries.map((entry) => entry.place));
      return {
        ...group, entries, ...remedyOf(view, group.key), ...seenBetween(view, group, entries),
        models: models.get(group.key) ?? [], endpoints: endpoints.get(group.key) ?? [], api_keys: keys.get(group.key) ?? [],
        samples: view.samplesOf(places),
      };
    });
  });
}

// Since when and until when: exact where nothing is filtered, else to the slice.
function seenBetween(view, group, entries) {
  if (!view.isFiltered) {
    const rows = entries.map((entry) => data.seen(entry.place)).filter((row) => row?.first_seen);
    if (rows.length) return { firstSeen: Math.min(...rows.map((row) => row.first_seen)), lastSeen: Math.max(...rows.map((row) => row.last_seen)) };
  }
  if (group.first === undefined) return { firstSeen: null, lastSeen: null };
  return { firstSeen: data.starts[group.first], lastSeen: data.starts[group.last + 1] };
}

function remedyCard(view, group, rank) {
  const title = rank ? word("action", group.action) : text(`first.${group.key}_title`);
  const words_ = rank ? group.words : text(`first.${group.key}_text`);
  const after = view.totals.rate === null ? null : Math.max(view.totals.rate - group.rate, 0);
  return el("li", { class: rank === 1 ? "remedy top" : "remedy", "data-remedy": group.key },
    el("p.rank", { "aria-hidden": "true" }, rank ?? "?"),
    el("div.what", null,
      el("h3", null, title),
      el("p.text", null, log(words_ ?? "")),
      el("p.tags", null, ownerTag(group.owner), rank && group.retry ? el("span.tag", null, word("retry", group.retry)) : null),
      affected(view, group),
      el("div.behind", null, evidence(group), rank && group.action === "open_ticket" ? ticketTools(view, group) : null)),
    el("div.effect", null,
      el("p.share", null, el("strong", null, percent(group.share)), " ", text("first.removes")),
      bar(group.share),
      el("p.becomes", null, count("failures", group.failures), group.compared ? comparison({ type: "number" }, group.failures, group.compared.failures) : null),
      rank ? el("p.becomes", null, after === null ? text("first.becomes_none") : say("first.becomes", { before: percent(view.totals.rate), after: percent(after) })) : null,
      group.firstSeen ? el("p.becomes", null, say("first.since", { since: moment(group.firstSeen, "short"), until: moment(group.lastSeen, "short") })) : null));
}

// Entries, models, keys and endpoints with their counts; each is a filter.
function affected(view, group) {
  const entries = group.entries.map((entry) => ({ ...entry, key: entry.error.code, filter: ["code", entry.error.code], label: label("code", entry.error.code) }));
  const filtered = (name, groups) => [...groups].sort(namedFirst).map((part) => ({ ...part, filter: [name, part.key] }));
  const lists = [["codes", mergedByLabel(entries).sort(namedFirst)], ["models", filtered("model", group.models)], ["api_keys", filtered("api_key", group.api_keys)], ["endpoints", filtered("endpoint", group.endpoints)]];
  return el("dl.affected", null,
    lists.filter(([, parts]) => parts.length).map(([name, parts]) => el("div", null, el("dt", null, text(`first.${name}`)), el("dd", null, affectedParts(name, parts)))));
}

const AFFECTED_SHOWN = 3;

function affectedParts(name, parts) {
  const shown = parts.slice(0, AFFECTED_SHOWN).map((part) => [
    filterButton(part.filter, name === "codes" ? el("code", null, log(part.label)) : log(part.label)), " ", el("span.count", null, number(part.failures)),
  ]);
  const rest = parts.length - shown.length;
  return [shown.map((part) => el("span.part", null, part)), rest > 0 ? el("span.part.muted", null, say("first.more", { n: number(rest) })) : null];
}

function mergedByLabel(parts) {
  const found = new Map();
  for (const part of parts) {
    const known = found.get(part.label);
    if (known) known.failures += part.failures;
    else found.set(part.label, { ...part });
  }
  return [...found.values()];
}

function evidence(group) {
  if (!group.samples.length) return null;
  const shown = group.samples.slice(0, 3);
  return el("details.evidence", { "data-key": `evidence ${group.key}` }, el("summary", null, say("table.samples", { n: number(shown.length) })), sampleList(shown));
}
