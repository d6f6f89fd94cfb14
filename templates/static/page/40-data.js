// The payload, decoded once: dimensions, tables of places and measures, and labels of values.

const data = {
  payload: null,

  take(payload) {
    this.payload = payload;
    this.starts = payload.time[0];
    this.buckets = Math.max(this.starts.length - 1, 0);
    this.cube = payload.cube.map(decodeTable);
    this.facts = {};
    this.labels = {};
    this.known = {};
    this.errorPlaces = new Map();
    payload.errors.values.forEach((error, place) => {
      const key = errorKey(error);
      if (place && !this.errorPlaces.has(key)) this.errorPlaces.set(key, place);
    });
    this.kept = {};
    this.hasFailures = this.cube.some((table) => table.columns.error?.some((place) => place > 0));
  },

  // Sample lines with the places of their values.
  samples() {
    this.kept.samples ??= this.payload.samples.map((sample) => {
      const error = this.errorPlaces.get(errorKey(sample)) ?? -1, places = { error };
      for (const name of ["model", "endpoint", "api_key", "status"]) {
        const dimension = this.payload.dimensions[name], value = sample[name];
        const place = dimension.values.indexOf(value === null || value === "" ? "(none)" : value);
        places[name] = place < 0 ? dimension.other ?? -1 : place;
      }
      return { ...sample, error, places };
    });
    return this.kept.samples;
  },

  // When an error was first and last seen in the whole span, to the millisecond; null where it is not told.
  seen(place) {
    if (!this.kept.seen) {
      this.kept.seen = new Map();
      for (const row of this.payload.seen) this.kept.seen.set(this.errorPlaces.get(errorKey(row)), row);
    }
    return this.kept.seen.get(place) ?? null;
  },

  fact(key) {
    if (!this.facts[key]) {
      const fact = this.payload.facts[key];
      this.facts[key] = { ...fact, spans: fact.spans.map(decodeTable) };
    }
    return this.facts[key];
  },

  // The values that a filter may have, as texts: "(none)" and "(other)" are values too.
  filterValues(id) {
    if (!this.known[id]) this.known[id] = [...new Set(this.placeValues(id))].filter((value) => value !== null);
    return this.known[id];
  },

  // For each place of a dimension the value that `name` gives it, as a text.
  placeValues(name) {
    if (!this.labels[name]) {
      const dimension = this.payload.dimensions[name];
      if (dimension) this.labels[name] = dimension.values.map(String);
      else if (name === "error") this.labels[name] = this.payload.errors.values.map((error, place) => String(place));
      else {
        const attribute = name === "remedy" ? "remedy_id" : name;
        this.labels[name] = this.payload.errors.values.map((error, place) =>
          place === 0 ? null : String(error[attribute] ?? (attribute === "remedy_id" ? "uncatalogued" : "none")),
        );
      }
    }
    return this.labels[name];
  },

  bucketOf(milliseconds) {
    if (!(milliseconds >= this.starts[0]) || milliseconds >= this.starts[this.buckets]) return null;
    let low = 0, high = this.buckets;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= milliseconds) low = middle;
      else high = middle;
    }
    return low;
  },
};

function errorKey(row) {
  return row.level === "entry" ? `entry ${row.entry_id}` : `${row.level} ${row.code}`;
}

const ERROR_NAMES = new Set(["error", "category", "code", "owner", "action", "remedy", "level"]);

// A value of a dimension as people read it.
function label(name, value) {
  if (value === "(none)") return name === "code" ? text("table.no_code") : text("panel.none");
  if (value === "(other)") return text("panel.other");
  if (name === "category" || name === "owner" || name === "action" || name === "retry") return word(name, value);
  return String(value);
}

function shortCode(code) {
  const short = /\.(\d+)$/.exec(code)?.[1] ?? code;
  return label("code", short.length > 18 ? `${short.slice(0, 18)}…` : short);
}
