// Panels: the files of templates/panels. The engine gives each its card, its sentence, table and download.

const panelMakers = {};

// Called for each file; the file's own call of `panel` hands over what the panel does.
function definePanel(id, run) {
  try {
    run((made) => { panelMakers[id] = made; });
  } catch (error) {
    console.error(`panel ${id}`, error);
  }
}

function panelCard(head) {
  const made = panelMakers[head.id];
  const card = el(head.wide ? "article.panel.card.wide" : "article.panel.card", { id: `panel-${head.id}`, "aria-labelledby": `panel-${head.id}-title` });
  const title = el("h3", { id: `panel-${head.id}-title` });
  const sentence = el("p.says", { id: `panel-${head.id}-says` });
  const note = el("p.note", { hidden: true });
  const tools = el("div.tools");
  const chart = made.draw ? el("div.chart", { role: "img" }) : null;
  const numbers = el("div.numbers");
  const details = made.draw ? el("details.numbers", null, el("summary"), numbers) : null;
  append(card, [el("header.panel-head", null, el("div", null, title, sentence), tools), note, chart, details ?? numbers]);
  const parts = { head, made, title, sentence, note, tools, chart, numbers, details };
  return { card, update: (view) => updateOrSay(parts, view) };
}

// A panel that fails says so in its place, and leaves the page as it is.
function updateOrSay(parts, view) {
  try {
    updatePanel(parts, view);
  } catch (error) {
    console.error(`panel ${parts.head.id}`, error);
    parts.title.textContent = told(parts.head.title);
    parts.sentence.textContent = text("panel.broken");
    parts.tools.replaceChildren();
    parts.numbers.replaceChildren();
    if (parts.details) parts.details.hidden = parts.chart.hidden = true;
  }
}

function updatePanel(parts, view) {
  const { head, made, title, sentence, note, tools, chart, numbers, details } = parts;
  view.panel = head;
  const name = told(head.title);
  const computed = made.compute(view);
  const rows = Array.isArray(computed) ? computed : computed.rows;
  const columns = typeof made.columns === "function" ? made.columns(view) : made.columns;
  title.textContent = name;
  sentence.textContent = rows.length ? made.say?.(rows, view, computed) ?? "" : told(made.empty ?? "panel.empty");
  const unsliced = made.unsliced ? made.unsliced(view) : Object.keys(head.facts).flatMap((fact) => view.fact(fact).unsliced);
  note.hidden = unsliced.length === 0;
  note.textContent = unsliced.length ? say("panel.unsliced", { names: [...new Set(unsliced)].map((id) => text(`filter.${id}`)).join(", ") }) : "";
  tools.replaceChildren(...(rows.length ? [downloadButton(head.id, columns, rows)] : []));
  const table = () => tableOf(columns, rows, name);
  if (!chart) {
    numbers.replaceChildren(...(rows.length ? table() : []));
    return;
  }
  details.firstChild.textContent = text("panel.numbers");
  details.hidden = chart.hidden = rows.length === 0;
  const fill = () => numbers.replaceChildren(...(details.open ? table() : []));
  details.ontoggle = fill;
  fill();
  if (!rows.length) return;
  chart.setAttribute("aria-label", `${name}. ${sentence.textContent}`);
  const scene = Object.create(view, { panel: { value: head } });
  setChart(chart, (width) => made.draw(rows, scene, computed, width));
  const kept = charts.get(chart);
  kept.click = (point) => {
    const row = rows[point.customdata ?? point.pointNumber];
    if (made.click) made.click(point, rows, view);
    else if (row?.filter) toggle(...row.filter);
  };
  kept.select = made.select ? (range) => made.select(range, view) : null;
}

// Panels that rank one dimension: bars by failures, with requests and rates beside them.
function rankedPanel(name, options) {
  return {
    columns: [
      { id: name, title: `table.${options.title ?? name}`, type: options.type ?? "text", of: name },
      { id: "failures", title: "table.failures", type: "number", bar: true, compare: true },
      ...(options.withRequests ? [{ id: "requests", title: "table.requests", type: "number" }] : []),
      { id: "rate", title: "table.error_rate", type: "percent", compare: true },
      { id: "share", title: "table.share", type: "percent" },
    ],
    compute: (view) => view.by(name)
      .filter((group) => group.failures || group.compared?.failures || (options.withRequests && group.requests))
      .sort(namedFirst)
      .map((group) => ({ ...group, isUnnamed: isUnnamed(group.key) > 0, [name]: group.key, filter: [name, group.key], swatch: options.colour?.(group.key) })),
    say: (rows, view) => rankedSentence(rows, view, options),
  };
}

// What was folded together is no value of its own: it stands last.
function otherLast(a, b) {
  return Number(a.keys[0] === "(other)") - Number(b.keys[0] === "(other)");
}

// What has no name, and the rest, stand last: they are no answer to "who".
function namedFirst(a, b) {
  return isUnnamed(a.key ?? a.keys[0]) - isUnnamed(b.key ?? b.keys[0]);
}

function isUnnamed(key) {
  return key === "(none)" ? 1 : key === "(other)" ? 2 : 0;
}

const ENOUGH_REQUESTS = 100;

function rankedSentence(rows, view, { most, worst }) {
  const named = rows.filter((row) => row.failures && row.key !== "(none)" && row.key !== "(other)");
  if (!named.length) return text(rows.some((row) => row.failures) ? "panel.unnamed" : "panel.empty");
  const said = [fill(most, { first: named[0].label, share: percent(named[0].share) })];
  const rated = named.filter((row) => row.requests >= ENOUGH_REQUESTS && row.rate !== null).sort((a, b) => b.rate - a.rate);
  if (worst && rated.length && rated[0] !== named[0]) said.push(fill(worst, { name: rated[0].label, rate: percent(rated[0].rate) }));
  const nameless = rows.find((row) => row.key === "(none)" && row.failures);
  if (nameless) said.push(say("panel.nameless", { share: percent(nameless.share) }));
  return said.join(words.language === "zh" ? "" : " ");
}

// A sentence {en, zh} with values in its {places}.
function fill(sentence, values) {
  return told(sentence).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
