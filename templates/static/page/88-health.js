// How sound the data is: the ledger of each source, and why lines became no event. It is of the whole store.

sectionContent.health = (view) => {
  const { health, rejects, shared } = view.payload;
  const sum = (name) => health.reduce((total, row) => total + row[name], 0);
  const lines = sum("lines"), damaged = sum("damaged"), others = sum("not_a_request");
  const kind = damaged || shared.length ? "warning" : health.length ? "good" : "note";
  const verdict = !health.length ? text("health.nothing") : damaged ? say("health.damaged", { damaged: number(damaged), lines: count("lines", lines), share: percent(damaged / lines) }) : text("health.sound");
  const notes = [
    ...["expired", "duplicates"].filter((name) => sum(name)).map((name) => say(`health.${name}`, { n: number(sum(name)) })),
    ...shared.map((row) => say("health.shared", { n: count("requests", row.shared), source: row.source, other: row.other_source })),
  ];
  return [
    el("p.verdict", { class: `verdict ${kind}` }, verdict, others ? ` ${say("health.not_requests", { n: count("lines", others) })}` : ""),
    notes.map((note) => el("p.notice", null, log(note))),
    health.length ? sourcesCard(health) : null,
    rejects.length ? rejectsCard(rejects) : null,
  ];
};

function sourcesCard(health) {
  const counted = ["lines", "events", "failures", "damaged", "not_a_request", "blank", "continuation"];
  const columns = [
    { id: "source", title: "table.source", type: "text" }, { id: "format", title: "table.format", type: "text" }, { id: "population", title: "table.population", type: "word" },
    ...counted.map((id) => ({ id, title: `table.${id}`, type: "number" })), { id: "last_read_at", title: "table.last_read", type: "moment" },
  ];
  const rows = health.map((row) => ({ ...row, source: row.generation === 1 ? row.source : `${row.source} (${row.generation})`, kind: row.damaged ? "damaged" : null }));
  return listCard("sources", text("health.sources_title"), `${text("health.balance")}. ${text("health.whole_store")}`, columns, rows);
}

function rejectsCard(rejects) {
  const columns = [
    { id: "reason", title: "table.reason", type: "word", section: "reject" }, { id: "place", title: "table.source", type: "text" },
    { id: "rejects", title: "table.lines", type: "number" }, { id: "share", title: "table.share", type: "percent" }, { id: "line", title: "table.sample", type: "code" },
  ];
  const rows = rejects.map((row) => ({ ...row, place: say("table.place", { source: row.source, n: number(row.line_no) }), line: row.line ? shortText(row.line, 300) : null }));
  return listCard("rejects", text("health.rejects_title"), "", columns, rows);
}

function listCard(name, title, note, columns, rows) {
  return el("div.card", { id: `list-${name}` },
    el("header.panel-head", null, el("div", null, el("h3", null, title), note ? el("p.says", null, note) : null), el("div.tools", null, downloadButton(name, columns, rows))),
    tableOf(columns, rows, title, 12));
}

function shortText(value, length) {
  return value.length > length ? `${value.slice(0, length - 1)}…` : value;
}
