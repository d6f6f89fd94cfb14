// Charts: plotly, loaded once the page can be read; each chart is drawn when it comes into sight.

const CHART_OPTIONS = { displayModeBar: false, responsive: false, showTips: false, typesetMath: false, doubleClick: false };

// Plotly's script stands in the page as text (or its address), and runs when the page has been painted.
let plotlyReady = null;
function loadPlotly() {
  plotlyReady ??= whenParsed().then(() => new Promise((resolve, reject) => {
    const place = document.getElementById("plotly"), script = document.createElement("script");
    if (place.dataset.src) {
      if (place.dataset.integrity) script.integrity = place.dataset.integrity;
      script.addEventListener("load", () => resolve(window.Plotly));
      script.addEventListener("error", () => reject(new Error("plotly")));
      script.src = place.dataset.src;
      document.head.append(script);
    } else {
      script.textContent = place.textContent;
      document.head.append(script);
      place.remove();
      resolve(window.Plotly);
    }
  }));
  return plotlyReady;
}

function whenParsed() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

// Colours and fonts in figures are names of the style sheet's custom properties.
function resolved(value, style) {
  if (typeof value === "string") {
    const name = /^var\((--[a-z-]+)\)$/.exec(value);
    return name ? style.getPropertyValue(name[1]).trim() : value;
  }
  if (ArrayBuffer.isView(value)) return Array.from(value);
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((part) => resolved(part, style));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, style)]));
  return value;
}

// A label in a chart: one line, not long, and no mark-up, which plotly would obey.
function chartLabel(value, length = 60) {
  const line = String(value).split(/\s+/).join(" ");
  const half = length >> 1;
  const short = line.length > length ? `${line.slice(0, half)}…${line.slice(-half + 1)}` : line;
  return short.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function chartTemplate() {
  const muted = { color: "var(--muted)", size: 12 };
  const axis = {
    automargin: true, gridcolor: "var(--line)", linecolor: "var(--line)", zeroline: false, tickfont: muted,
    title: { font: muted, standoff: 10 }, fixedrange: true, ticks: "outside", ticklen: 5, tickcolor: "rgba(0,0,0,0)",
  };
  return {
    layout: {
      font: { family: "var(--font)", color: "var(--ink)", size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 4, r: 4, t: 4, b: 4 },
      hoverlabel: { bgcolor: "var(--surface)", bordercolor: "var(--line)", font: { color: "var(--ink)", family: "var(--font)", size: 13 }, align: "left" },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { color: "var(--ink)", size: 12 } },
      xaxis: axis, yaxis: axis, dragmode: false, separators: ".,", bargap: 0.15, barcornerradius: 2,
    },
  };
}

// An axis of counts up to `top`: whole numbers, and each of them once.
function countAxis(top, more) {
  return { tickformat: ",d", rangemode: "tozero", ...(top <= 5 ? { dtick: 1 } : { nticks: 5 }), ...more };
}

// An axis of time. Times are written in figures: plotly's names of months are English only.
function timeAxis(more) {
  const half = 43200000;
  return {
    type: "date", showgrid: false, nticks: 8, hoverformat: "%Y-%m-%d %H:%M",
    tickformatstops: [
      { dtickrange: [null, half], value: "%H:%M\n%m-%d" },
      { dtickrange: [half, "M1"], value: "%m-%d" },
      { dtickrange: ["M1", null], value: "%Y-%m" },
    ],
    ...more,
  };
}

// Select the slices that a range of wall-clock times on a chart's axis covers.
function selectRange([from, to], view) {
  const starts = data.starts.slice(0, -1).map(wallClock);
  const first = Math.max(starts.findLastIndex((start) => start <= from.replace(" ", "T")), view.from);
  const after = starts.findIndex((start) => start >= to.replace(" ", "T"));
  selectTime(first, after < 0 ? view.to : Math.max(after, first + 1));
}

const charts = new Map();
const inSight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const chart = charts.get(entry.target);
    if (!chart) continue;
    chart.isVisible = entry.isIntersecting;
    if (chart.isVisible && chart.isStale) drawChart(entry.target);
  }
}, { rootMargin: "300px" });

// Put a chart into `place`: `make` returns {data, layout, height, click, select}.
function setChart(place, make) {
  const known = charts.get(place);
  const chart = { ...known, make, isStale: true };
  charts.set(place, chart);
  if (!known) inSight.observe(place);
  else if (chart.isVisible) drawChart(place);
}

function dropCharts(within) {
  for (const place of within.querySelectorAll(".chart")) {
    inSight.unobserve(place);
    charts.delete(place);
    if (place.data) window.Plotly?.purge(place);
  }
}

async function drawChart(place) {
  const Plotly = await loadPlotly();
  const chart = charts.get(place);
  if (!chart?.isStale || !place.isConnected) return;
  chart.isStale = false;
  const style = getComputedStyle(document.documentElement);
  const figure = resolved(chart.make(place.clientWidth), style);
  place.style.minHeight = "0";
  place.style.height = `${figure.height ?? 320}px`;
  const layout = { height: figure.height ?? 320, autosize: true, ...figure.layout, template: resolved(chartTemplate(), style) };
  await Plotly.react(place, figure.data, layout, CHART_OPTIONS);
  if (!chart.isWired) wireChart(place, chart);
}

function wireChart(place, chart) {
  chart.isWired = true;
  place.on("plotly_click", (event) => charts.get(place)?.click?.(event.points[0]));
  place.on("plotly_selected", (event) => {
    if (event?.range?.x) charts.get(place)?.select?.(event.range.x);
  });
}

function redrawCharts(all = false) {
  for (const [place, chart] of charts) {
    chart.isStale = true;
    if (all || chart.isVisible) drawChart(place);
  }
}
