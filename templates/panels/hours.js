/* panel
section = "when"
order = 30
title.en = "Failures by hour and weekday"
title.zh = "失败的时段与星期分布"

[facts.hours]
query = "hours_of_week"
dimensions = ["weekday", "hour"]
compared = false
beyond = "hour"
*/
const FINE = ["minute", "5minutes", "15minutes", "hour"];
const SAYS = {
  most: { en: "Most failures fall on {day}, {hour}: {failures} ({share}).", zh: "失败最多的是{day} {hour}：{failures}（{share}）。" },
  zone: { en: "Hours are those of {zone}.", zh: "时刻以 {zone} 为准。" },
};
const SHADES = 64;
const HOURS = Array.from({ length: 24 }, (nothing, hour) => hour);

panel({
  columns: [
    { id: "day", title: { en: "Weekday", zh: "星期" }, type: "text" },
    { id: "clock", title: { en: "Hour", zh: "时段" }, type: "text" },
    { id: "failures", title: "table.failures", type: "number", bar: true },
    { id: "share", title: "table.share", type: "percent" },
  ],
  empty: { en: "No failure of this selection carries a time.", zh: "所选范围内的失败都没有时间。" },

  // The page's own slices tell the hour where they are short enough; else the fact does, which does not know the time.
  unsliced: (view) => (FINE.includes(view.payload.step) ? [] : view.fact("hours").unsliced),

  compute(view) {
    const found = FINE.includes(view.payload.step) ? fromSlices(view) : fromFact(view);
    const all = [...found.values()].reduce((sum, failures) => sum + failures, 0);
    const rows = [...found].filter(([, failures]) => failures).map(([place, failures]) => ({
      weekday: Math.floor(place / 24), hour: place % 24, day: dayName(Math.floor(place / 24)), clock: clockOf(place % 24), failures, share: failures / all,
    }));
    return { rows: rows.sort((a, b) => b.failures - a.failures || a.weekday - b.weekday || a.hour - b.hour), found };
  },

  say: (rows) => [
    fill(SAYS.most, { day: rows[0].day, hour: rows[0].clock, failures: count("failures", rows[0].failures), share: percent(rows[0].share) }),
    fill(SAYS.zone, { zone: words.zone }),
  ].join(words.language === "zh" ? "" : " "),

  draw(rows, view, { found }, width) {
    const days = [0, 1, 2, 3, 4, 5, 6].reverse();
    // An hour that the selected time does not hold stays empty.
    const z = days.map((day) => HOURS.map((hour) => found.get(day * 24 + hour) ?? null));
    const top = Math.max(...found.values()), part = 10 / width, hours = width < 600 ? [0, 6, 12, 18] : [0, 3, 6, 9, 12, 15, 18, 21];
    const look = { type: "heatmap", zmin: 0, zmax: top, showscale: false, colorscale: [["0", "var(--sunken)"], ["1", "var(--category-server-error)"]] };
    // What the colours mean is drawn as a second map: plotly writes styles into its own scale, and into a map without a gap, which the policy of a server refuses.
    const steps = Array.from({ length: SHADES }, (nothing, step) => (top * step) / (SHADES - 1));
    return {
      data: [
        {
          ...look, z, x: HOURS, y: days.map((day, at) => at), xgap: 2, ygap: 2, hoverinfo: "text", hoverongaps: false,
          text: days.map((day) => HOURS.map((hour) => `${dayName(day)} ${clockOf(hour)}: ${count("failures", found.get(day * 24 + hour) ?? 0)}`)),
        },
        { ...look, z: steps.map((step) => [step]), x: [0], y: steps, xaxis: "x2", yaxis: "y2", xgap: 1, hoverinfo: "skip" },
      ],
      height: 250,
      layout: {
        xaxis: { domain: [0, 1 - 3 * part], showgrid: false, tickvals: hours, ticktext: hours.map((hour) => `${String(hour).padStart(2, "0")}:00`) },
        yaxis: { showgrid: false, tickvals: days.map((day, at) => at), ticktext: days.map((day) => dayName(day, "short")) },
        xaxis2: { domain: [1 - part, 1], visible: false },
        yaxis2: countAxis(top, { anchor: "x2", side: "right", range: [0, top], showgrid: false, nticks: 4 }),
      },
    };
  },

  click: () => null,
});

// Monday is 0; a date of a Monday gives the days their names.
function dayName(day, length = "long") {
  return new Intl.DateTimeFormat(text("language.tag"), { weekday: length, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));
}

function clockOf(hour) {
  const two = (value) => String(value).padStart(2, "0");
  return `${two(hour)}:00–${two((hour + 1) % 24)}:00`;
}

function fromSlices(view) {
  const found = new Map(), { starts, failures } = view.over("category");
  starts.forEach((start, slot) => {
    const clock = wallClock(start), day = (new Date(`${clock.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7;
    const place = day * 24 + Number(clock.slice(11, 13));
    found.set(place, (found.get(place) ?? 0) + failures[slot]);
  });
  return found;
}

function fromFact(view) {
  const found = new Map(Array.from({ length: 168 }, (nothing, place) => [place, 0]));
  for (const row of view.fact("hours").group("weekday", "hour")) found.set((Number(row.keys[0]) - 1) * 24 + Number(row.keys[1]), row.failures);
  return found;
}
