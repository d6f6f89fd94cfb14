// The bar of filters: a strip of time to drag over, moments to choose, values to choose, and chips of what is on.

function filterBar() {
  const strip = timeStrip();
  const from = chooser("filter-from", () => pickTimes("from"));
  const to = chooser("filter-to", () => pickTimes("to"));
  const choices = FILTERS.map((filter) => ({ filter, select: chooser(`filter-${filter.id}`, (select) => pickValue(filter, select)) }));
  const chips = document.getElementById("chips");
  const titles = new Map();
  const field = (id, select) => {
    const title = el("label", { for: select.id });
    titles.set(title, id);
    return el("div.field", null, title, select);
  };
  const summary = el("summary");
  titles.set(summary, "title");
  const bar = el("section.filters", { "aria-label": text("filter.title") },
    el("div.inner", null,
      el("details", { id: "filter-more", open: window.innerWidth > 768 }, summary,
        strip.element,
        el("div.fields", null, field("from", from), field("to", to), choices.map(({ filter, select }) => field(filter.id, select))))));
  function pickTimes(which) {
    let [first, after] = [Number(from.value), Number(to.value)];
    if (first >= after) [first, after] = which === "from" ? [first, first + 1] : [after - 1, after];
    selectTime(first, after);
  }
  function pickValue(filter, select) {
    if (select.value !== "") toggle(filter.id, select.value);
    document.getElementById(select.id).focus();
  }
  return {
    element: bar,
    update(view) {
      for (const [title, id] of titles) title.textContent = text(`filter.${id}`);
      bar.setAttribute("aria-label", text("filter.title"));
      strip.update(view);
      fillTimes(from, to, view);
      for (const { filter, select } of choices) fillValues(select, filter, view);
      fillChips(chips, view);
    },
  };
}

// A list whose choice counts at once, or, stepped through with the arrow keys, with Enter, on leaving or after a pause.
function chooser(id, choose) {
  const PAUSE = 1200;
  let timer = null, isStepping = false;
  const settle = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    choose(select);
  };
  const select = el("select", {
    id,
    onkeydown: (event) => {
      isStepping = /^(Arrow|Page|Home|End)/.test(event.key) || event.key.length === 1;
      if (event.key === "Enter") settle();
    },
    onpointerdown: () => { isStepping = false; },
    onblur: settle,
    onchange: () => {
      clearTimeout(timer);
      timer = setTimeout(settle, PAUSE);
      if (!isStepping) settle();
    },
  });
  return select;
}

function fillTimes(from, to, view) {
  const option = (place) => el("option", { value: place }, moment(data.starts[place], "short"));
  if (from.dataset.of !== `${words.language} ${data.payload.written}`) {
    from.dataset.of = `${words.language} ${data.payload.written}`;
    from.replaceChildren(...data.starts.slice(0, -1).map((start, place) => option(place)));
    to.replaceChildren(...data.starts.slice(1).map((start, place) => option(place + 1)));
  }
  from.value = String(view.from);
  to.value = String(view.to);
}

function fillValues(select, filter, view) {
  // What the filter itself has chosen does not hide what else it could choose.
  const groups = view.without(filter.id).by(filter.id);
  const known = filter.slice ? groups.filter((group) => group.requests || group.failures) : groups.filter((group) => group.failures);
  const chosen = selection.values[filter.id] ?? [];
  const options = known.filter((group) => !chosen.includes(group.key)).slice(0, 200).map((group) => el("option", { value: group.key }, `${shortText(group.label, 60)} (${number(group.failures)})`));
  select.replaceChildren(el("option", { value: "" }, chosen.length ? say("filter.chosen", { n: number(chosen.length) }) : text("filter.all")), ...options);
  select.value = "";
}


function fillChips(chips, view) {
  const items = [];
  if (selection.from !== null) {
    const span = say("page.interval_value", { since: moment(data.starts[view.from], "short"), until: moment(data.starts[view.to], "short") });
    items.push(chip("time", span, () => selectTime(null, null)));
  }
  for (const filter of FILTERS) {
    for (const value of selection.values[filter.id] ?? []) items.push(chip(filter.id, label(filter.id, value), () => toggle(filter.id, value)));
  }
  if (items.length > 1) items.push(el("li", null, el("button.chip.clear", { type: "button", id: "clear", onclick: clearSelection }, text("filter.clear"))));
  chips.replaceChildren(...items);
}

function chip(id, value, remove) {
  return el("li", null, el("button.chip", {
    type: "button", "data-filter": id, "aria-label": say("filter.remove", { name: text(`filter.${id}`), value }),
    onclick: () => { remove(); (document.querySelector("#chips button") ?? document.getElementById("filter-from")).focus(); },
  }, el("span.chip-name", null, text(`filter.${id}`)), log(value), el("span.chip-end", { "aria-hidden": "true" }, "×")));
}

// A small picture of failures over the whole time, to drag over. Keyboards use the lists of moments beside it.
function timeStrip() {
  const WIDTH = 1000, HEIGHT = 40;
  const bars = svg("path.strip-bars"), shade = svg("rect.strip-shade", { y: 0, height: HEIGHT });
  const picture = svg("svg.strip", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, bars, shade);
  let start = null;
  const slotAt = (event) => {
    const box = picture.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 0.999999) * data.buckets;
  };
  const draw = (from, to) => {
    shade.setAttribute("x", (from / data.buckets) * WIDTH);
    shade.setAttribute("width", (Math.max(to - from, 0) / data.buckets) * WIDTH);
  };
  picture.addEventListener("pointerdown", (event) => { start = slotAt(event); picture.setPointerCapture(event.pointerId); });
  picture.addEventListener("pointermove", (event) => {
    if (start !== null) draw(Math.floor(Math.min(start, slotAt(event))), Math.ceil(Math.max(start, slotAt(event))));
  });
  picture.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [low, high] = [Math.min(start, slotAt(event)), Math.max(start, slotAt(event))];
    start = null;
    selectTime(Math.floor(low), Math.max(Math.ceil(high), Math.floor(low) + 1));
  });
  picture.addEventListener("pointercancel", () => { start = null; });
  return {
    element: picture,
    update(view) {
      const whole = view.wholeTime(), top = Math.max(...whole, 1), width = WIDTH / whole.length;
      let path = "";
      whole.forEach((failures, slot) => {
        if (failures) path += `M${(slot * width).toFixed(2)} ${HEIGHT}v${(-failures / top * (HEIGHT - 2)).toFixed(2)}h${Math.max(width * 0.85, 0.6).toFixed(2)}V${HEIGHT}z`;
      });
      bars.setAttribute("d", path);
      draw(view.from, view.to);
      shade.classList.toggle("whole", selection.from === null);
    },
  };
}
