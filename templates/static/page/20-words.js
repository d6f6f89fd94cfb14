// What the page says, and how it writes numbers, shares and moments, in the reader's language and the page's zone.

let words = { language: "en", texts: {}, zone: "UTC", formats: {} };

// The page speaks this language from now on.
function setLanguage(payload, language) {
  words = wordsOf(payload, payload.texts[language] ? language : payload.language);
  document.documentElement.lang = text("language.tag");
}

// What `write` returns when it is written in another language than the page's.
function inLanguage(payload, language, write) {
  const before = words;
  words = wordsOf(payload, language);
  try {
    return write();
  } finally {
    words = before;
  }
}

function wordsOf(payload, language) {
  const texts = payload.texts[language], tag = texts["language.tag"], zone = payload.zone;
  const year = spansYears(payload) ? { year: "numeric" } : {};
  const at = (options) => new Intl.DateTimeFormat(tag, { timeZone: zone, hourCycle: "h23", ...options });
  const fixed = (digits) => new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    language, texts, zone,
    formats: {
      whole: new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }),
      part: new Intl.NumberFormat(tag, { maximumFractionDigits: 2 }),
      compact: new Intl.NumberFormat(tag, { notation: "compact", maximumSignificantDigits: 3 }),
      fixed: [0, 1, 2].map(fixed),
      moment: at({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }),
      day: at({ year: "numeric", month: "short", day: "numeric" }),
      short: at({ ...year, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }),
      second: at({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    },
  };
}

// Whether the page's times lie in more than one year, today's included: a moment without its year would mislead.
function spansYears(payload) {
  const years = [payload.spans[0].since, payload.spans[0].until - 1, payload.written].map((time) => new Intl.DateTimeFormat("en", { timeZone: payload.zone, year: "numeric" }).format(time));
  return new Set(years).size > 1;
}

function text(key) {
  return words.texts[key] ?? key;
}

// A text with values in its {places}; a value is never read as a text itself.
function say(key, values) {
  return text(key).replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

// A text given as a key, or as {en, zh}.
function told(title) {
  return typeof title === "string" ? text(title) : title[words.language] ?? title.en;
}

// The word for a value of a fixed vocabulary; a value without a word stands for itself.
function word(section, value) {
  if (value === null || value === undefined) return words.texts[`${section}.none`] ?? text("number.nothing");
  return words.texts[`${section}.${value}`] ?? String(value);
}

function missing(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

function number(value) {
  if (missing(value)) return text("number.nothing");
  return Number.isInteger(value) ? words.formats.whole.format(value) : words.formats.part.format(value);
}

function compact(value) {
  return missing(value) || Math.abs(value) < 100000 ? number(value) : words.formats.compact.format(value);
}

// A share as a percentage that never rounds something to 0 or to all.
function percent(share) {
  if (missing(share)) return text("number.unknown");
  const value = share * 100;
  const digits = (n) => words.formats.fixed[n].format(value);
  let written;
  if (value === 0 || value === 100) written = digits(0);
  else if (Math.abs(value) < 0.01) written = value < 0 ? ">−0.01" : "<0.01";
  else if (value > 99.99 && value < 100) written = ">99.99";
  else if (Math.abs(value) < 0.995 || (value > 99 && value < 100)) written = digits(2);
  else written = digits(1);
  return say("number.percent", { n: written });
}

function count(noun, amount) {
  return say(amount === 1 ? `count.${noun}_one` : `count.${noun}`, { n: number(amount) });
}

function moment(milliseconds, kind = "moment") {
  return missing(milliseconds) ? text("number.nothing") : words.formats[kind].format(milliseconds);
}

function duration(milliseconds) {
  if (missing(milliseconds)) return text("number.nothing");
  if (milliseconds < 1000) return say("duration.milliseconds", { n: words.formats.whole.format(milliseconds) });
  if (milliseconds < 60000) return say("duration.seconds", { n: words.formats.part.format(milliseconds / 1000) });
  return ago(milliseconds);
}

function ago(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  if (minutes < 120) return count("minutes", Math.max(minutes, 1));
  if (minutes < 48 * 60) return count("hours", Math.floor(minutes / 60));
  return count("days", Math.floor(minutes / 1440));
}

// A moment as wall-clock time of the page's zone, as plotly's date axes want it: they know no zones.
const wallClocks = new Map();
function wallClock(milliseconds) {
  if (!wallClocks.has(milliseconds)) {
    if (wallClocks.size > 20000) wallClocks.clear();
    const parts = {};
    for (const part of wallFormat().formatToParts(milliseconds)) parts[part.type] = part.value;
    wallClocks.set(milliseconds, `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`);
  }
  return wallClocks.get(milliseconds);
}

let wallFormatKept = null;
function wallFormat() {
  if (!wallFormatKept || wallFormatKept.zone !== words.zone) {
    wallClocks.clear();
    wallFormatKept = {
      zone: words.zone,
      format: new Intl.DateTimeFormat("en-CA", { timeZone: words.zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    };
  }
  return wallFormatKept.format;
}
