// A view: the numbers of what is selected. Panels read nothing else. Written for people in docs/panels.md.

class View {
  constructor(payload, chosen) {
    this.payload = payload;
    this.selection = chosen;
    this.isFiltered = isFiltered();
    this.from = chosen.from ?? 0;
    this.to = chosen.to ?? data.buckets;
    // A part of the time stands beside the part of the compared span that lies at the same place in it.
    this.beside = payload.spans[1] ?? null;
    if (this.beside && chosen.from !== null) {
      const starts = payload.time[1], isThere = this.to < starts.length;
      this.beside = isThere ? { since: starts[this.from], until: starts[this.to] } : null;
    }
    this.hasCompared = this.beside !== null;
    this.kept = new Map();
    this.allowed = this.allowedPlaces();
    this.masks = data.cube.map((table) => this.mask(table.columns, table.rows));
  }

  once(key, compute) {
    if (!this.kept.has(key)) this.kept.set(key, compute());
    return this.kept.get(key);
  }

  // For each dimension with a filter: which places pass.
  allowedPlaces() {
    const allowed = {};
    for (const filter of FILTERS) {
      const values = this.selection.values[filter.id] ?? [];
      if (!values.length) continue;
      const wanted = new Set(values), known = data.placeValues(filter.id);
      const passes = allowed[filter.of] ?? new Uint8Array(known.length).fill(1);
      known.forEach((value, place) => { if (!wanted.has(value)) passes[place] = 0; });
      allowed[filter.of] = passes;
    }
    return allowed;
  }

  // For each row 0: outside; 1: within the slice (it counts as a request); 3: a failure that is selected too.
  mask(columns, rows) {
    const mask = new Uint8Array(rows);
    const { time, error, status } = columns;
    const slices = ["model", "endpoint", "api_key"].filter((name) => this.allowed[name] && columns[name]);
    const timed = this.selection.from !== null && time;
    const errors = this.allowed.error && error ? this.allowed.error : null;
    const statuses = this.allowed.status && status ? this.allowed.status : null;
    next: for (let row = 0; row < rows; row += 1) {
      if (timed && (time[row] < this.from || time[row] >= this.to)) continue;
      for (const name of slices) if (!this.allowed[name][columns[name][row]]) continue next;
      mask[row] = 1;
      if (error && error[row] === 0) continue;
      if ((errors && !errors[error[row]]) || (statuses && !statuses[status[row]])) continue;
      mask[row] = 3;
    }
    return mask;
  }

  // Numbers of the whole selection, or of the span it is compared with; null without one.
  get totals() { return this.once("totals", () => this.totalsOf(0)); }
  get compared() { return this.once("compared", () => (this.hasCompared ? this.totalsOf(1) : null)); }

  totalsOf(span) {
    const { rows, columns } = data.cube[span], mask = this.masks[span], sums = emptySums();
    for (let row = 0; row < rows; row += 1) {
      if (!mask[row]) continue;
      const events = columns.events[row];
      sums.events += events;
      if (columns.rated[row]) sums.requests += events;
      if (mask[row] === 3) addFailures(sums, events, columns.rated[row]);
    }
    return finished(sums, sums.requests);
  }

  // Groups by a dimension (model, endpoint, api_key, status) or by what an error is (error, code, category,
  // owner, action, remedy): the most failures first. Without requests of their own, all requests are theirs.
  by(name) {
    return this.once(`by ${name}`, () => {
      const found = this.groupsOf(name, 0), before = this.hasCompared ? this.groupsOf(name, 1) : null;
      if (before) for (const key of before.keys()) if (!found.has(key)) found.set(key, finished(emptySums(), this.requestsFor(name, 0)));
      const groups = [...found].map(([key, sums]) => ({
        key, label: this.labelOf(name, key), ...sums,
        share: this.totals.failures ? sums.failures / this.totals.failures : null,
        compared: before ? before.get(key) ?? finished(emptySums(), this.requestsFor(name, 1)) : null,
      }));
      // What was folded together is no value of its own: it stands last.
      const isRest = (group) => Number(group.key === "(other)");
      return groups.sort((a, b) => isRest(a) - isRest(b) || b.failures - a.failures || b.requests - a.requests || (a.key < b.key ? -1 : 1));
    });
  }

  labelOf(name, key) {
    return name === "error" ? label("code", this.payload.errors.values[Number(key)].code) : label(name, key);
  }

  requestsFor(name, span) {
    const isOwn = !ERROR_NAMES.has(name) && name !== "status";
    return isOwn ? 0 : span ? this.compared.requests : this.totals.requests;
  }

  groupsOf(name, span) {
    const { rows, columns } = data.cube[span], mask = this.masks[span];
    const isError = ERROR_NAMES.has(name), isOwn = !isError && name !== "status";
    const places = columns[isError ? "error" : name], values = data.placeValues(name);
    const byPlace = new Array(values.length);
    for (let row = 0; row < rows; row += 1) {
      if (!mask[row] || (!isOwn && mask[row] !== 3)) continue;
      const sums = byPlace[places[row]] ??= emptySums();
      const events = columns.events[row], rated = columns.rated[row];
      sums.events += events;
      if (rated && isOwn) sums.requests += events;
      if (mask[row] === 3) {
        addFailures(sums, events, rated);
        const time = columns.time[row];
        if (time < data.buckets) {
          if (!(time >= sums.first)) sums.first = time;
          if (!(time <= sums.last)) sums.last = time;
        }
      }
    }
    const groups = new Map();
    byPlace.forEach((sums, place) => {
      const key = values[place], known = groups.get(key);
      groups.set(key, known ? merged(known, sums) : sums);
    });
    for (const sums of groups.values()) finished(sums, isOwn ? sums.requests : this.requestsFor(name, span));
    return groups;
  }

  // Failures over time: {starts, requests, failures, rated, groups: [{key, label, total, failures}]}, one number a slice.
  over(name, span = 0) {
    return this.once(`over ${name} ${span}`, () => {
      const { rows, columns } = data.cube[span], mask = this.masks[span], size = this.to - this.from;
      const isError = ERROR_NAMES.has(name), places = columns[isError ? "error" : name], values = data.placeValues(name);
      const found = new Map(), series = () => new Float64Array(size);
      const requests = series(), failures = series(), rated = series();
      for (let row = 0; row < rows; row += 1) {
        const slot = columns.time[row] - this.from;
        if (!mask[row] || slot < 0 || slot >= size) continue;
        const events = columns.events[row];
        if (columns.rated[row]) requests[slot] += events;
        if (mask[row] !== 3) continue;
        failures[slot] += events;
        if (columns.rated[row]) rated[slot] += events;
        const key = values[places[row]];
        if (!found.has(key)) found.set(key, { key, label: this.labelOf(name, key), total: 0, failures: series() });
        const group = found.get(key);
        group.total += events;
        group.failures[slot] += events;
      }
      const groups = [...found.values()].sort((a, b) => b.total - a.total);
      return { starts: this.payload.time[span].slice(this.from, this.to), requests, failures, rated, groups };
    });
  }

  // Failures by two names at once: key of `outer` -> groups {key, label, failures} of `inner`, the most first.
  cross(outer, inner) {
    return this.once(`cross ${outer} ${inner}`, () => {
      const { rows, columns } = data.cube[0], mask = this.masks[0], found = new Map();
      const placesOf = (name) => columns[ERROR_NAMES.has(name) ? "error" : name];
      const [outerPlaces, innerPlaces] = [placesOf(outer), placesOf(inner)];
      const [outerValues, innerValues] = [data.placeValues(outer), data.placeValues(inner)];
      for (let row = 0; row < rows; row += 1) {
        if (mask[row] !== 3) continue;
        const key = outerValues[outerPlaces[row]], part = innerValues[innerPlaces[row]];
        if (!found.has(key)) found.set(key, new Map());
        const counts = found.get(key);
        counts.set(part, (counts.get(part) ?? 0) + columns.events[row]);
      }
      const listed = (counts) => [...counts].map(([key, failures]) => ({ key, label: this.labelOf(inner, key), failures })).sort((a, b) => b.failures - a.failures);
      return new Map([...found].map(([key, counts]) => [key, listed(counts)]));
    });
  }

  // Sample lines of errors (a set of places) that the selection leaves in, the latest first.
  samplesOf(errors) {
    return this.samples.filter((sample) => errors.has(sample.error)).sort((a, b) => (b.ts ?? 0) - (a.ts ?? 0));
  }

  get samples() {
    return this.once("samples", () => data.samples().filter((sample) => this.passes(sample)));
  }

  passes(sample) {
    for (const name of ["model", "endpoint", "api_key", "status", "error"]) {
      if (this.allowed[name] && !this.allowed[name][sample.places[name]]) return false;
    }
    if (this.selection.from === null) return true;
    return sample.ts >= data.starts[this.from] && sample.ts < data.starts[this.to];
  }

  // The same view without the values that one filter has chosen: what else there is to choose.
  without(id) {
    const values = { ...this.selection.values, [id]: [] };
    return (this.selection.values[id] ?? []).length ? this.once(`without ${id}`, () => new View(this.payload, { ...this.selection, values })) : this;
  }

  // Failures in each slice of the whole time, whatever part of it is selected.
  wholeTime() {
    const { rows, columns } = data.cube[0], series = new Float64Array(data.buckets);
    const all = this.selection.from === null ? this : new View(this.payload, { ...this.selection, from: null, to: null });
    for (let row = 0; row < rows; row += 1) {
      if (all.masks[0][row] === 3 && columns.time[row] < data.buckets) series[columns.time[row]] += columns.events[row];
    }
    return series;
  }

  // A fact of the panel that is being drawn, by the name that its head gives it.
  fact(name) {
    return this.once(`fact ${this.panel.id} ${name}`, () => new FactView(this, data.fact(this.panel.facts[name])));
  }
}

function emptySums() {
  return { events: 0, requests: 0, failures: 0, rated: 0, unrated: 0, rate: null };
}

function addFailures(sums, events, rated) {
  sums.failures += events;
  if (rated) sums.rated += events;
  else sums.unrated += events;
}

function merged(sums, more) {
  for (const name of ["events", "requests", "failures", "rated", "unrated"]) sums[name] += more[name];
  if (!(sums.first <= more.first)) sums.first = more.first ?? sums.first;
  if (!(sums.last >= more.last)) sums.last = more.last ?? sums.last;
  return sums;
}

function finished(sums, requests) {
  sums.requests = requests;
  sums.rate = requests ? sums.rated / requests : null;
  return sums;
}

// A fact as the selection leaves it.
class FactView {
  constructor(view, fact) {
    this.view = view;
    this.fact = fact;
    this.masks = fact.spans.map((table) => view.mask(table.columns, table.rows));
    // Filters that are on and that this fact does not know.
    this.unsliced = FILTERS.filter((filter) => view.selection.values[filter.id]?.length && fact.spans.every((table) => !table.columns[filter.of] && table.rows)).map((filter) => filter.id);
    if (view.selection.from !== null && fact.spans.every((table) => !table.columns.time && table.rows)) this.unsliced.push("time");
  }

  // Group by keys (page dimensions, what an error is, "time", or the query's own): rows {keys, labels, places,
  // measures..., compared}. The first measure orders them.
  group(...names) {
    const found = this.sums(names, 0), before = this.fact.spans.length > 1 && this.view.hasCompared ? this.sums(names, 1) : null;
    if (before) for (const [key, row] of before) if (!found.has(key)) found.set(key, { ...row, ...this.zeros() });
    const rows = [...found].map(([key, row]) => ({ ...row, compared: before ? { ...this.zeros(), ...before.get(key) } : null }));
    const first = this.fact.measures[0];
    return rows.sort((a, b) => b[first] - a[first]);
  }

  total() {
    return this.group()[0] ?? { keys: [], labels: [], ...this.zeros(), compared: null };
  }

  zeros() {
    return Object.fromEntries(this.fact.measures.map((name) => [name, 0]));
  }

  sums(names, span) {
    const { rows, columns } = this.fact.spans[span], mask = this.masks[span], found = new Map();
    const parts = names.map((name) => this.part(name, columns));
    for (let row = 0; row < rows; row += 1) {
      if (!mask[row] || (mask[row] === 1 && this.isOtherFailure(columns, row))) continue;
      const keys = parts.map((part) => part.key(row));
      const packed = keys.join("\u0000");
      let sums = found.get(packed);
      if (!sums) {
        sums = { keys, labels: keys.map((key, at) => parts[at].label(key)), ...this.zeros() };
        found.set(packed, sums);
      }
      for (const name of this.fact.measures) sums[name] += columns[name][row];
    }
    return found;
  }

  isOtherFailure(columns, row) {
    return columns.error ? columns.error[row] !== 0 : true;
  }

  part(name, columns) {
    if (name === "time") return { key: (row) => columns.time[row], label: (key) => moment(data.starts[key], "short") };
    const own = this.fact.own[name];
    if (own) return { key: (row) => own.values[columns[name][row]], label: (key) => label(name, key) };
    const isError = ERROR_NAMES.has(name), places = columns[isError ? "error" : name], values = data.placeValues(name);
    return { key: (row) => (places ? values[places[row]] : "(none)"), label: (key) => this.view.labelOf(name, key) };
  }
}
