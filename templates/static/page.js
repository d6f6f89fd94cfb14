// Draws the charts in the page's colours, again when these change, and filters the list of entries.
"use strict";

(function () {
  const root = document.documentElement;
  const store = document.getElementById("figures");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const config = { displayModeBar: false, responsive: true, showTips: false, typesetMath: false };

  // Colours and fonts in the figures are names of the style sheet's custom properties.
  function resolved(value, style) {
    if (typeof value === "string") {
      const name = /^var\((--[a-z-]+)\)$/.exec(value);
      return name ? style.getPropertyValue(name[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((part) => resolved(part, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, style)]));
    }
    return value;
  }

  // In a narrow place a row's label ends before its number does, instead of running into it.
  function fitted(annotations, width) {
    if (!annotations || width >= 460) return annotations;
    return annotations.map((part) => (part.xanchor === "left" ? { ...part, width: width - 110 } : part));
  }

  function drawAll(content) {
    const style = getComputedStyle(root);
    const template = resolved(content.template, style);
    for (const place of document.querySelectorAll("[data-figure]")) {
      const figure = resolved(content.figures[place.dataset.figure], style);
      const annotations = fitted(figure.layout.annotations, place.clientWidth);
      Plotly.react(place, figure.data, { ...figure.layout, annotations, template, autosize: true }, config);
    }
  }

  function filterEntries(list, text) {
    const wanted = text.trim().toLowerCase();
    const more = document.getElementById("more-entries");
    if (more && wanted !== "") more.open = true;
    let hits = 0;
    for (const entry of list.querySelectorAll(".entry")) {
      entry.hidden = wanted !== "" && !entry.textContent.toLowerCase().includes(wanted);
      hits += entry.hidden ? 0 : 1;
    }
    document.getElementById("no-hit").hidden = hits > 0;
  }

  if (store) {
    const content = JSON.parse(store.textContent);
    drawAll(content);
    let waiting;
    dark.addEventListener("change", () => drawAll(content));
    window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => drawAll(content), 200); });
    window.addEventListener("beforeprint", () => { root.classList.add("paper"); drawAll(content); });
    window.addEventListener("afterprint", () => { root.classList.remove("paper"); drawAll(content); });
  }
  const field = document.getElementById("filter");
  if (field) field.addEventListener("input", () => filterEntries(document.getElementById("entry-list"), field.value));
})();
