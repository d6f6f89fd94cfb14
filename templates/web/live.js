// The live page: asks which state the store is in, and draws anew what has changed. The selection stays.

const LIVE = {
  place: document.getElementById("payload"),
  every: 3000,
  mark: null,
  readAt: null,
  problem: null,
  isAway: false,
  isAsking: false,
  choosingSince: 0,
};

function liveBar() {
  const bar = el("p.live", { id: "live" }, el("span.live-dot", { "aria-hidden": "true" }), el("span.live-words"));
  const inner = el("div.inner.live-row", null, bar, el("a", { href: "/docs", id: "live-docs" }));
  document.getElementById("filters").before(el("div.live-band", null, inner));
  return bar;
}

// What a person sees of it: how old the numbers are, and why nothing newer can be had.
function showLive() {
  const bar = document.getElementById("live") ?? liveBar();
  const seconds = LIVE.readAt === null ? 0 : Math.max((Date.now() - LIVE.readAt) / 1000, 0);
  const age = seconds < 90 ? say("live.seconds", { n: number(Math.round(seconds)) }) : ago(seconds * 1000);
  const key = LIVE.isAway ? "live.away" : LIVE.problem ? "live.held" : "live.current";
  bar.className = `live ${LIVE.isAway || LIVE.problem ? "old" : "fresh"}`;
  bar.lastChild.textContent = say(key, { age, reason: LIVE.problem ?? "" });
  const docs = document.getElementById("live-docs");
  docs.textContent = text("live.docs");
  docs.href = `/docs?lang=${words.language}`;
  showIncidents();
}

// What the alert rules found and what is still open, over the age of the numbers; nothing where nothing is.
function showIncidents() {
  const { shown, open, judged_at } = data.payload.incidents;
  const total = Object.values(open).reduce((sum, n) => sum + n, 0);
  const mark = JSON.stringify([words.language, shown, open, judged_at]);
  const before = document.getElementById("incidents");
  if (before?.dataset.mark === mark || (!before && !total)) return;
  before?.remove();
  if (!total) return;
  const items = shown.map((one) => el("li", { class: one.level }, log(say("live.incident", { head: one.head[words.language], moment: moment(one.started_at, "short"), lasting: ago(judged_at - one.started_at) }))));
  if (total > shown.length) items.push(el("li", null, say("live.more_incidents", { n: number(total - shown.length) })));
  const head = el("p", null, el("strong", null, say("live.incidents", { n: number(total) })), " · ", el("span.note", null, say("live.judged", { moment: moment(judged_at, "short") })));
  const strip = el("div.incidents", { id: "incidents", class: `incidents ${shown[0].level}`, "data-mark": mark }, el("div.inner", null, head, el("ul", null, items)));
  document.querySelector(".live-band").prepend(strip);
}

async function takePayload() {
  const answer = await fetch(LIVE.place.dataset.src, { cache: "no-store", headers: LIVE.mark ? { "If-None-Match": LIVE.mark } : {} });
  noteAge(answer);
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(`${answer.status}`);
  LIVE.mark = answer.headers.get("ETag");
  showPayload(await answer.json());
}

function noteAge(answer) {
  LIVE.readAt = Date.now() - 1000 * Number(answer.headers.get("Age") ?? 0);
  LIVE.problem = answer.headers.get("Analyzer-Stale");
}

function showPayload(payload) {
  const isSame = payload.panels.map((head) => head.id).join() === data.payload.panels.map((head) => head.id).join();
  data.take(payload);
  words.texts = payload.texts[words.language];
  words.zone = payload.zone;
  readFragment();
  // The same panels are filled anew instead of being built anew, so that nothing jumps or closes.
  if (isSame) page.payload = payload;
  renderAll();
}

// A list of choices that is open would close under the reader's hand, so for a while nothing is drawn anew.
const CHOOSING = 20000;

function isChoosing() {
  return Date.now() - LIVE.choosingSince < CHOOSING;
}

function noteChoosing(event) {
  LIVE.choosingSince = event.type === "pointerdown" && event.target.tagName === "SELECT" ? Date.now() : 0;
}

async function lookAgain() {
  if (LIVE.isAsking || document.hidden || !data.payload) return;
  LIVE.isAsking = true;
  LIVE.mark ??= LIVE.place.dataset.mark || null;
  try {
    const answer = await fetch(LIVE.place.dataset.version, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const state = await answer.json();
    LIVE.isAway = false;
    const isCurrent = state.version === state.payload && state.mark === LIVE.mark;
    if (isCurrent) { LIVE.readAt = Date.now(); LIVE.problem = null; }
    else if (!isChoosing()) await takePayload();
  } catch {
    LIVE.isAway = true;
  } finally {
    LIVE.isAsking = false;
  }
  if (data.payload) showLive();
}

if (LIVE.place.dataset.version) {
  setInterval(lookAgain, LIVE.every);
  const first = setInterval(() => { if (data.payload) { clearInterval(first); lookAgain(); } }, 100);
  document.addEventListener("visibilitychange", lookAgain);
  for (const kind of ["pointerdown", "change", "focusout"]) document.addEventListener(kind, noteChoosing);
}
