// What is selected: values of each filter, and a part of the time. It lives in the URL's fragment.

// Filters of the page in their order; `slice` ones cut requests too, the others only failures.
const FILTERS = [
  { id: "category", of: "error", attribute: "category" },
  { id: "code", of: "error", attribute: "code" },
  { id: "owner", of: "error", attribute: "owner" },
  { id: "model", of: "model", slice: true },
  { id: "endpoint", of: "endpoint", slice: true },
  { id: "api_key", of: "api_key", slice: true },
  { id: "status", of: "status" },
];

const selection = { values: {}, from: null, to: null };

function isSelected(filter, value) {
  return selection.values[filter]?.includes(value) ?? false;
}

function isFiltered() {
  return selection.from !== null || Object.values(selection.values).some((values) => values.length > 0);
}

function toggle(filter, value) {
  const values = selection.values[filter] ?? [];
  selection.values[filter] = values.includes(value) ? values.filter((kept) => kept !== value) : [...values, value];
  selectionChanged();
}

// Select the slices of time [from, to); null selects all of them.
function selectTime(from, to) {
  const all = from === null || (from <= 0 && to >= data.buckets);
  selection.from = all ? null : Math.max(from, 0);
  selection.to = all ? null : Math.min(to, data.buckets);
  selectionChanged();
}

function clearSelection() {
  selection.values = {};
  selection.from = selection.to = null;
  selectionChanged();
}

function selectionChanged() {
  writeFragment();
  renderAll();
}

// The fragment: lang=zh&model=a&model=b&from=<ISO moment>&to=<ISO moment>. An entry is shown by entry=<id>.
function writeFragment() {
  const parts = new URLSearchParams();
  if (words.language !== data.payload.language) parts.append("lang", words.language);
  for (const filter of FILTERS) {
    for (const value of selection.values[filter.id] ?? []) parts.append(filter.id, value === null ? "" : value);
  }
  if (selection.from !== null) {
    parts.append("from", new Date(data.starts[selection.from]).toISOString());
    parts.append("to", new Date(data.starts[selection.to]).toISOString());
  }
  const fragment = parts.toString();
  const address = location.pathname + location.search + (fragment ? `#${fragment}` : "");
  if (address === location.pathname + location.search + location.hash) return;
  // A step of the browser's history for each choice: its back button takes the last one back.
  try {
    history.pushState(null, "", address);
  } catch {
    location.hash = fragment;
  }
}

function readFragment() {
  const fragment = location.hash.slice(1);
  const parts = new URLSearchParams(fragment.includes("=") ? fragment : "");
  selection.values = {};
  for (const filter of FILTERS) {
    const known = new Set(data.filterValues(filter.id));
    const wanted = [...new Set(parts.getAll(filter.id))].filter((value) => known.has(value));
    if (wanted.length) selection.values[filter.id] = wanted;
  }
  const from = Date.parse(parts.get("from") ?? ""), to = Date.parse(parts.get("to") ?? "");
  const first = data.bucketOf(from), after = data.bucketOf(to - 1);
  const fits = first !== null && after !== null && after >= first;
  selection.from = fits ? first : null;
  selection.to = fits ? after + 1 : null;
  return { language: parts.get("lang"), entry: parts.get("entry") };
}
