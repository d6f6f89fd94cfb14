// Evidence: masked lines of the logs with request ids and places, and tickets made of them.

function sampleList(samples) {
  return el("ul.samples", null, samples.map((sample) => el("li", null,
    el("p.place", null,
      el("span", null, moment(sample.ts, "second")), el("span", null, deepLink(`/events/${sample.source_id}/${sample.line_no}`, log(say("table.place", { source: sample.source, n: number(sample.line_no) })))),
      sample.request_id ? el("code", { title: text("table.request_id") }, log(sample.request_id)) : null),
    el("pre", { tabindex: "0" }, log(sample.line)))));
}

// A ticket for the provider as plain text, in a language; as analyzer/report/ticket.py writes it.
function ticketText(view, group, language) {
  return inLanguage(view.payload, language, () => {
    const comma = text("ticket.comma"), failures = count("failures", group.failures);
    const named = (groups) => groups.slice(0, 5).map(({ label: name, failures: n }) => say("ticket.named", { name, n: number(n) })).join(comma);
    const entries = group.entries.slice(0, 6), known = group.samples.filter((sample) => sample.request_id);
    const codes = [...new Set(group.entries.map((entry) => entry.error.code))].sort().slice(0, 6);
    return [
      say("ticket.title", { failures, codes: codes.join(comma) }), "", text("ticket.greeting"), "",
      say("ticket.when", { since: moment(group.firstSeen), until: moment(group.lastSeen), zone: words.zone }),
      say("ticket.how_many", { failures, share: percent(group.share) }),
      ...["models", "endpoints"].filter((name) => group[name].length).map((name) => say(`ticket.${name}`, { names: named(group[name].filter(isNamed)) })),
      "", text("ticket.errors"),
      ...entries.map(({ error, failures: n }) => say("ticket.error", { code: error.code, failures: count("failures", n), message: (error.message ?? "").split(/\s+/).join(" ") }).trimEnd()),
      "", text(known.length ? "ticket.request_ids" : "ticket.no_request_ids"),
      ...known.slice(0, 10).map((sample) => say("ticket.request_id", { id: sample.request_id, moment: `${moment(sample.ts, "second")} ${words.zone}` })),
    ].join("\n");
  });
}

function isNamed(group) {
  return group.key !== "(none)" && group.key !== "(other)";
}

function ticketTools(view, group) {
  const languages = Object.keys(view.payload.texts);
  return el("details.ticket", { "data-key": `ticket ${group.key}` },
    el("summary", null, text("first.ticket")),
    languages.map((language) => el("div.ticket-text", { lang: view.payload.texts[language]["language.tag"] },
      el("button.button", {
        type: "button", "data-copy": language, onclick: () => copyText(ticketText(view, group, language), text("first.copied")),
      }, say("first.copy", { language: view.payload.texts[language]["language.name"] })),
      el("pre", { tabindex: "0" }, log(ticketText(view, group, language))))));
}
