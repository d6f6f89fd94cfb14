// The page as a whole: what stands where, drawn again when the selection, the language or the data changes.

// Sections in their order; what a section shows beside its panels is `sectionContent[id](view)`, null for nothing.
const SECTIONS = ["first", "fault", "compare", "when", "what", "who", "entries", "uncatalogued", "health"];

const page = { filters: null, panels: new Map(), language: null, turn: 0, rest: null };

function renderAll() {
  const view = new View(data.payload, selection);
  const isNew = page.language !== words.language || page.payload !== data.payload;
  page.language = words.language;
  page.payload = data.payload;
  document.title = text("page.title");
  document.getElementById("masthead").replaceChildren(...masthead(view));
  if (isNew) buildSections();
  page.filters.update(view);
  document.getElementById("notices").replaceChildren(...notices(view));
  document.getElementById("totals").replaceChildren(el("h2.hidden", { id: "totals-title" }, text("section.totals")), totalsCards(view));
  const tasks = SECTIONS.filter((id) => sectionContent[id]).map((id) => {
    const place = document.getElementById(`own-${id}`);
    return { place: place.parentElement, run: () => renderOwn(place, sectionContent[id](view)) };
  });
  for (const panel of page.panels.values()) tasks.push({ place: panel.card, run: () => panel.update(view) });
  const focus = focusedPick();
  const waiting = runVisible(tasks);
  showContents(view);
  refocus(focus);
  document.documentElement.classList.add("ready");
  runRest(waiting, () => showContents(view));
}

// What is in sight is drawn at once, the rest when the browser is idle; `data-settled` says that all is.
function runVisible(tasks) {
  document.documentElement.removeAttribute("data-settled");
  const isInSight = ({ place }) => {
    if (place.contains(document.activeElement)) return true;
    const box = place.getBoundingClientRect();
    return box.top < window.innerHeight && box.bottom > 0;
  };
  const [near, far] = [[], []];
  for (const task of tasks) (isInSight(task) ? near : far).push(task);
  for (const task of near) task.run();
  return far;
}

const IDLE_SLICE = 15;

function runRest(tasks, done) {
  page.turn += 1;
  page.rest = () => {
    for (const task of tasks.splice(0)) task.run();
    page.rest = null;
    done();
    document.documentElement.setAttribute("data-settled", "");
  };
  const turn = page.turn, later = window.requestIdleCallback ?? ((run) => setTimeout(run, 30));
  const step = () => {
    if (turn !== page.turn || !page.rest) return;
    const until = performance.now() + IDLE_SLICE;
    while (tasks.length && performance.now() < until) tasks.shift().run();
    if (tasks.length) later(step, { timeout: 100 });
    else page.rest();
  };
  later(step, { timeout: 100 });
}

// Rows are made anew with each selection; the keyboard stays where it was.
function focusedPick() {
  const button = document.activeElement?.closest?.("button.pick");
  const home = button?.closest("[id]");
  return button ? { home: home.id, key: button.dataset.pick, title: home.id.startsWith("panel-") ? `${home.id}-title` : null } : null;
}

function refocus(focus) {
  if (!focus || document.activeElement !== document.body) return;
  const home = document.getElementById(focus.home);
  const button = [...(home?.querySelectorAll("button.pick") ?? [])].find((found) => found.dataset.pick === focus.key);
  (button ?? document.querySelector("#chips button"))?.focus({ preventScroll: true });
}

function renderOwn(place, content) {
  const open = new Set([...place.querySelectorAll("details[open][data-key]")].map((part) => part.dataset.key));
  place.replaceChildren();
  append(place, [content]);
  for (const part of place.querySelectorAll("details[data-key]")) if (open.has(part.dataset.key)) part.open = true;
}

// Sections and the cards of panels, without numbers yet.
function buildSections() {
  const main = document.getElementById("sections");
  dropCharts(main);
  page.panels.clear();
  const parts = SECTIONS.map((id) => {
    const heads = data.payload.panels.filter((head) => head.section === id && panelMakers[head.id]);
    const cards = heads.map((head) => {
      const made = panelCard(head);
      page.panels.set(head.id, made);
      return made.card;
    });
    return section(id, el("div", { id: `own-${id}` }), cards.length ? el("div.panels", null, cards) : null);
  });
  main.replaceChildren(...parts);
}

// A section without anything to show is not there, and not in the list of contents.
function showContents(view) {
  const links = [];
  for (const id of SECTIONS) {
    const place = document.getElementById(id);
    const hasPanels = data.hasFailures && place.querySelector(".panel") !== null;
    place.hidden = !hasPanels && document.getElementById(`own-${id}`).childNodes.length === 0;
    if (!place.hidden) links.push(el("a", { href: `#${id}`, onclick: (event) => goTo(event, id) }, text(`section.${id}`)));
  }
  const languages = Object.keys(data.payload.texts).filter((language) => language !== words.language);
  const switches = languages.map((language) => el("button.link.language", { type: "button", id: `language-${language}`, lang: data.payload.texts[language]["language.tag"], onclick: () => speak(language) }, data.payload.texts[language]["language.name"]));
  document.getElementById("contents").replaceChildren(...links);
  document.getElementById("languages").replaceChildren(...switches);
  document.querySelector("nav.contents").setAttribute("aria-label", text("page.contents"));
}

// The fragment keeps the selection, so a link within the page moves without changing it.
function goTo(event, id) {
  event.preventDefault();
  const title = document.getElementById(`${id}-title`);
  title.setAttribute("tabindex", "-1");
  title.focus({ preventScroll: true });
  document.getElementById(id).scrollIntoView();
}

function speak(language) {
  setLanguage(data.payload, language);
  writeFragment();
  renderAll();
  document.querySelector("#languages button")?.focus();
  announce(text("page.language_changed"));
}

async function start() {
  const payload = await loadPayload();
  data.take(payload);
  setLanguage(payload, payload.language);
  const wanted = readFragment();
  if (wanted.language) setLanguage(payload, wanted.language);
  page.filters = filterBar();
  document.getElementById("filters").replaceChildren(page.filters.element);
  renderAll();
  wire();
  if (wanted.entry) openEntry(wanted.entry);
  if ("requestIdleCallback" in window) requestIdleCallback(() => loadPlotly(), { timeout: 1500 });
}

function wire() {
  const root = document.documentElement;
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redrawCharts());
  let waiting = null;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => redrawCharts(), 200);
  });
  window.addEventListener("hashchange", () => {
    const wanted = readFragment();
    setLanguage(data.payload, wanted.language ?? data.payload.language);
    renderAll();
    if (wanted.entry) openEntry(wanted.entry);
  });
  // Whoever takes a picture of the whole page asks for what is out of sight.
  window.addEventListener("drawall", () => { page.rest?.(); redrawCharts(true); });
  window.addEventListener("beforeprint", () => { page.rest?.(); root.classList.add("paper"); redrawCharts(true); });
  window.addEventListener("afterprint", () => { root.classList.remove("paper"); redrawCharts(); });
}
