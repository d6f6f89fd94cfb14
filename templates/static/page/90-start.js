// The page as a whole: what stands where, drawn again when the selection, the language or the data changes.

// Sections in their order; what a section shows beside its panels is `sectionContent[id](view)`, null for nothing.
const SECTIONS = ["first", "fault", "compare", "when", "what", "who", "entries", "uncatalogued", "health"];

const page = { filters: null, panels: new Map(), language: null };

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
  for (const id of SECTIONS) renderOwn(document.getElementById(`own-${id}`), sectionContent[id]?.(view));
  for (const panel of page.panels.values()) panel.update(view);
  showContents(view);
  document.documentElement.classList.add("ready");
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
    const hasPanels = view.totals.events > 0 && place.querySelector(".panel") !== null;
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
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
  let waiting = null;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(redrawCharts, 200);
  });
  window.addEventListener("hashchange", () => {
    const wanted = readFragment();
    setLanguage(data.payload, wanted.language ?? data.payload.language);
    renderAll();
    if (wanted.entry) openEntry(wanted.entry);
  });
  window.addEventListener("beforeprint", () => { root.classList.add("paper"); redrawCharts(); });
  window.addEventListener("afterprint", () => { root.classList.remove("paper"); redrawCharts(); });
}
