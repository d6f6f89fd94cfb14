// What changed between the compared span and the page's: new, gone, worse, better, and what may be chance.
// The same as analyzer/report/changes.py and sides.py, on what the filters leave.

const CHANGE_KINDS = ["all", "error", "model", "endpoint", "api_key"];
const VERDICTS = ["new", "worse", "gone", "better", "same"];
const NAMELESS = new Set(["(none)", "(other)"]);
const MOST_CHANGES = 200;
const [FIVE_MINUTES, QUARTER, HOUR, DAY] = [300000, 900000, 3600000, 86400000];

function changesOf(view) {
  return view.once("changes", () => (view.hasCompared ? judgedChanges(view) : []));
}

function judgedChanges(view) {
  const spans = [0, 1].map((span) => sidesOf(view, span));
  const lengths = [0, 1].map((span) => spanLength(view, span));
  const rows = changePairs(spans).map(([key, now, before]) => changeRow(view, key, now, before, lengths, spans)).filter((row) => row);
  const adjusted = adjustedProbabilities(rows.map((row) => row.probability));
  const plain = adjustedProbabilities(rows.map((row) => row.plain));
  rows.forEach((row, at) => {
    row.adjusted = adjusted[at];
    row.sure = adjusted[at] === null || plain[at] === null ? null : adjusted[at] <= FALSE_DISCOVERY_RATE ? "yes" : plain[at] <= FALSE_DISCOVERY_RATE ? "burst" : "no";
    row.verdict ??= changeDirection(row);
  });
  return rows;
}

// Failures and requests of every key in a span, whole and slice by slice: [failures, rated] and requests.
function sidesOf(view, span) {
  const { rows, columns } = data.cube[span], mask = view.masks[span], sides = new Map(), slots = sliceSlots(view, span);
  const errors = view.payload.errors.values.map((error, place) => (place ? errorKey(error) : null));
  const names = Object.fromEntries(["model", "endpoint", "api_key"].map((name) => [name, data.placeValues(name)]));
  const side = (kind, name) => {
    const key = `${kind} ${name}`;
    if (!sides.has(key)) sides.set(key, { kind, name, failures: 0, rated: 0, requests: 0, slices: new Map(), asked: new Map() });
    return sides.get(key);
  };
  side("all", "");
  for (let row = 0; row < rows; row += 1) {
    if (!mask[row]) continue;
    const events = columns.events[row], rated = columns.rated[row], slot = slots[columns.time[row]], failed = mask[row] === 3;
    const found = [side("all", "")];
    for (const name in names) found.push(side(name, names[name][columns[name][row]]));
    if (rated) for (const one of found) addAsked(one, slot, events);
    if (!failed) continue;
    found.push(side("error", errors[columns.error[row]]));
    for (const one of found) addFailed(one, slot, events, rated);
  }
  const whole = side("all", "");
  for (const one of sides.values()) if (one.kind === "error") [one.requests, one.asked] = [whole.requests, whole.asked];
  return sides;
}

function addAsked(side, slot, events) {
  side.requests += events;
  side.asked.set(slot, (side.asked.get(slot) ?? 0) + events);
}

function addFailed(side, slot, events, rated) {
  side.failures += events;
  if (rated) side.rated += events;
  const counts = side.slices.get(slot) ?? [0, 0];
  side.slices.set(slot, [counts[0] + events, counts[1] + (rated ? events : 0)]);
}

// For each of the page's slices the longer slice in which bursts are judged.
function sliceSlots(view, span) {
  const size = burstSlice(view), starts = view.payload.time[span];
  const shift = starts.length ? Date.parse(`${wallClock(starts[0])}Z`) - starts[0] : 0;
  return starts.map((start) => Math.floor((start + shift) / size));
}

function burstSlice(view) {
  const length = spanLength(view, 0), [first, second] = view.payload.time[0];
  const size = length < 6 * HOUR ? FIVE_MINUTES : length < DAY ? QUARTER : length < 93 * DAY ? HOUR : DAY;
  return Math.max(size, (second ?? first) - first);
}

// How long a span is; where the store begins inside of it, only from there on.
function spanLength(view, span) {
  if (view.selection.from !== null) return view.payload.time[span][view.to] - view.payload.time[span][view.from];
  const { since, until } = view.payload.spans[span];
  return until - (span ? view.payload.beside.stored_from ?? since : since);
}

function changePairs([now, before]) {
  const nothing = { failures: 0, rated: 0, requests: 0, slices: new Map(), asked: new Map(), isMissing: true };
  const of = (sides, key, kind) => {
    if (sides.has(key)) return sides.get(key);
    const whole = sides.get("all ");
    return kind === "error" ? { ...nothing, requests: whole.requests, asked: whole.asked } : nothing;
  };
  const keys = [...new Set([...now.keys(), ...before.keys()])].map((key) => {
    const { kind, name } = now.get(key) ?? before.get(key);
    return [{ key, kind, name }, of(now, key, kind), of(before, key, kind)];
  });
  keys.sort((one, other) => other[1].failures + other[2].failures - one[1].failures - one[2].failures);
  return CHANGE_KINDS.flatMap((kind) => keys.filter(([key]) => key.kind === kind).slice(0, MOST_CHANGES));
}

function changeRow(view, key, now, before, lengths, spans) {
  const isNamed = !["all", "error"].includes(key.kind), isOther = NAMELESS.has(key.kind === "error" ? errorName(key.name) : key.name);
  const appeared = !now.isMissing && before.isMissing, left = now.isMissing && !before.isMissing;
  if (isNamed && isOther) return null;
  if (!now.failures && !before.failures && key.kind !== "all" && !appeared && !left) return null;
  const whole = spans.every((sides) => sides.get("all ").requests > 0);
  const rated = now.rated + before.rated, unrated = now.failures + before.failures - rated;
  const byRequests = whole && (rated > 0 || unrated === 0);
  const counts = byRequests ? [now.rated, before.rated] : [now.failures, before.failures];
  const exposures = byRequests ? [now.requests, before.requests] : lengths.map((length) => length / HOUR);
  const scatter = dispersionOf(burstSlices(view, byRequests, now, before, lengths));
  const isNew = appeared && !isOther && view.payload.beside.fresh[key.kind]?.includes(key.name);
  return {
    kind: key.kind, key: key.name, name: changeName(key), filter: changeFilter(key), verdict: isNew ? "new" : left ? "gone" : null,
    failures: now.failures, requests: now.requests, rate: now.requests ? now.rated / now.requests : null,
    compared: { failures: before.failures, requests: before.requests, rate: before.requests ? before.rated / before.requests : null },
    dispersion: scatter, probability: changeProbability(...counts, ...exposures, scatter), plain: changeProbability(...counts, ...exposures),
    rates: counts.map((value, at) => (exposures[at] ? value / exposures[at] : null)),
  };
}

function burstSlices(view, byRequests, now, before, lengths) {
  if (byRequests) return [now, before].map((side) => [...side.asked].map(([slot, requests]) => [side.slices.get(slot)?.[1] ?? 0, requests]));
  const size = burstSlice(view);
  return [now, before].map((side, span) => {
    const empty = Math.max(Math.round(lengths[span] / size), 1) - side.slices.size;
    return [...[...side.slices.values()].map(([failures]) => [failures, 1]), ...Array.from({ length: Math.max(empty, 0) }, () => [0, 1])];
  });
}

function changeDirection({ sure, rates: [now, before] }) {
  if ((sure !== "yes" && sure !== "burst") || now === null || before === null || now === before) return "same";
  return now > before ? "worse" : "better";
}

function errorName(key) {
  return key.slice(key.indexOf(" ") + 1);
}

function changeName({ kind, name }) {
  if (kind === "all") return text("compare.all");
  if (kind !== "error") return name;
  if (errorName(name) === "(none)") return text("table.no_code");
  return name.startsWith("code ") ? say("ticket.named", { name: errorName(name), n: text("table.code_only") }) : errorName(name);
}

function changeFilter({ kind, name }) {
  if (kind === "all") return null;
  if (kind !== "error") return [kind, name];
  const error = data.payload.errors.values[data.errorPlaces.get(name)];
  return error ? ["code", error.code] : null;
}

// What the page's figures stand beside, or why beside nothing.
function besideSentence(view) {
  const { kind, release, notes, stored_from: from } = view.payload.beside, beside = view.beside;
  if (!view.payload.spans[1]) return text(`compare.${notes[0] ?? "nothing_before"}`);
  if (!beside) return text("compare.nothing_there");
  const span = say("compare.span", { since: moment(beside.since), until: moment(beside.until) });
  const said = [say(`compare.beside_${kind}`, { span, name: release?.name, at: moment(release?.at) })];
  for (const note of notes) said.push(say(`compare.${note}`, { from: moment(from) }));
  return said.join(words.language === "zh" ? "" : " ");
}

function testSentence(view) {
  const slice = { [FIVE_MINUTES]: "5minutes", [QUARTER]: "15minutes", [HOUR]: "hour", [DAY]: "day" }[burstSlice(view)] ?? view.payload.step;
  return say("compare.test", {
    exact: number(EXACT_UP_TO), slice: text(`slice.${slice}`), rate: percent(FALSE_DISCOVERY_RATE),
    n: number(changesOf(view).filter((row) => row.probability !== null).length),
  });
}

sectionContent.compare = (view) => (view.payload.spans[1]
  ? el("div.card.beside", null, el("p.says", null, log(besideSentence(view))),
    view.hasCompared ? el("details", { "data-key": "test" }, el("summary", null, text("compare.how")), el("p.note", null, testSentence(view))) : null)
  : null);
