// Building the page: elements whose texts are always text. Nothing on the page is made from mark-up.

// el("p.note", {id: "x", onclick: f}, "text", child, [children]); attributes that are null or false are left out.
function el(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElement(tag || "div"), classes, attributes, children);
}

function svg(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, attributes, children);
}

function filled(element, classes, attributes, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, set] of Object.entries(value)) element.style.setProperty(name, set);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

// Text from a log or a catalogue: whatever its direction, it does not turn the text around it.
function log(value) {
  return el("bdi", null, value);
}

// A link to a page of the server that shows this one; where the page is a file, the text alone.
function deepLink(address, ...content) {
  const isServed = Boolean(document.getElementById("payload").dataset.version);
  return isServed ? el("a", { href: `${address}?lang=${words.language}` }, content) : content;
}

function swatch(category) {
  return el("i.swatch", { "aria-hidden": "true", style: { background: categoryColour(category) } });
}

function categoryColour(category) {
  return `var(--category-${(category || "uncatalogued").replaceAll("_", "-")})`;
}

function ownerColour(owner) {
  return `var(--owner-${(owner || "unknown").replaceAll("_", "-")})`;
}

function categoryTag(category) {
  return el("span.category", null, swatch(category), word("category", category));
}

function ownerTag(owner) {
  return el("span.owner", { title: word("owner_meaning", owner ?? "unknown") }, word("owner", owner));
}

function bar(share, colour) {
  const width = `${Math.max(0, Math.min(share || 0, 1)) * 100}%`;
  return el("span.bar", { "aria-hidden": "true" }, el("span", { style: { width, ...(colour ? { background: colour } : {}) } }));
}

// What each section of the page shows beside its panels: id -> a function of the view.
const sectionContent = {};

// A section of the page with its heading; its content is what `children` are.
function section(id, ...children) {
  return el(
    "section.section", { id, "aria-labelledby": `${id}-title` },
    el("header.section-head", null, el("h2", { id: `${id}-title` }, text(`section.${id}`)), el("p", null, text(`intro.${id}`))),
    children,
  );
}

// Say something to screen readers, and to those who look: at the foot of the window for a while.
let toastTimer = null;
function announce(message) {
  const place = document.getElementById("toast");
  place.textContent = message;
  place.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("shown"), 3000);
}

async function copyText(value, done) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    const area = el("textarea", { "aria-hidden": "true", style: { position: "fixed", opacity: "0" } });
    const before = document.activeElement;
    area.value = value;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    before?.focus();
  }
  announce(done);
}
