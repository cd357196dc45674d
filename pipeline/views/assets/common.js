"use strict";
/* What both pages share: elements, words in two languages, tabs, tables, theme. Texts of articles only ever become text nodes. */

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const WORDS = read("words");
const LABELS = ["PERSON", "COUNTRY", "NATIONALITY", "LOCATION", "ORGANIZATION", "FORUM", "DATE", "ROLE", "TOPIC"];

let language = "ar";

/** The word for a key in the language chosen; a key without one stands for itself. */
function t(key, ...values) {
  const word = Object.hasOwn(WORDS, key) ? WORDS[key][language] : key;
  return word.replace(/\{(\d)\}/g, (_, n) => values[n]);
}

/** An element: properties by name, `on…` handlers, `data-…` and `aria-…` attributes; children are nodes or texts. */
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const TURNING = /([\u202d\u202e])/; // characters that turn the order of letters: shown, not obeyed
const SUM = /((?<![\d\u0660-\u0669+])[\d\u0660-\u0669]{1,4}(?:\+[\d\u0660-\u0669]{1,4})+)/; // 5+1 reads from left to right, also among Arabic

/** A text as nodes, with what would turn its letters around made visible and sums kept in order. */
function written(text) {
  if (!TURNING.test(text) && !SUM.test(text)) return [text];
  return text.split(TURNING).flatMap((part) => {
    if (TURNING.test(part)) return h("span", { class: "control", title: t("control") }, `U+${part.codePointAt(0).toString(16).toUpperCase()}`);
    return part.split(SUM).map((piece, n) => (n % 2 ? h("bdi", { dir: "ltr" }, piece) : piece));
  }).filter((part) => part !== "");
}

/** A text in its own direction, whatever stands around it. */
const bdi = (text) => h("bdi", {}, written(String(text)));
/** Figures with signs, brackets or dashes, which read from left to right. */
const ltr = (text) => h("bdi", { dir: "ltr" }, text);
const number = (n) => n.toLocaleString("en");
const link = (href, ...children) => h("a", { href }, ...children);

function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table with a head; cells are nodes or texts. Nothing for no rows. */
function table(caption, heads, rows) {
  if (!rows.length) return null;
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell ?? "")))))));
}

/** Items a page at a time: `draw(items)` gives the nodes of one page. Only what is on the page is ever made. */
function pager(items, size, draw, at = 0) {
  const box = h("div", { class: "pager" });
  const pages = Math.max(1, Math.ceil(items.length / size));
  const show = (n) => {
    at = Math.min(Math.max(n, 0), pages - 1);
    const turn = (word, to) => h("button", { type: "button", "aria-disabled": String(to < 0 || to >= pages), onclick: () => to >= 0 && to < pages && turned(to) }, t(word));
    replace(box,
      draw(items.slice(at * size, (at + 1) * size)),
      pages > 1 ? h("nav", { "aria-label": t("page_of", at + 1, pages) },
        turn("previous", at - 1), h("span", { "aria-live": "polite" }, t("page_of", number(at + 1), number(pages))), turn("next", at + 1)) : null);
  };
  const turned = (n) => {
    const button = n > at ? ":scope > nav button:last-child" : ":scope > nav button:first-child";
    show(n);
    box.querySelector(button).focus();
  };
  show(at);
  return box;
}

/** Fill the words of the fixed parts of the page in the language chosen. */
function translate() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", t(element.dataset.tLabel));
  for (const element of document.querySelectorAll("[data-t-placeholder]")) element.placeholder = t(element.dataset.tPlaceholder);
}

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

/** The buttons for language, theme and print; `redraw` draws what is open anew. */
function tools(redraw) {
  const on = (id, act) => document.getElementById(id).addEventListener("click", act);
  on("language", () => { language = language === "ar" ? "en" : "ar"; translate(); redraw(); });
  on("theme", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; redraw(); });
  on("print", () => print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** Tabs after the ARIA pattern: arrows, Home and End go from tab to tab; `open(name)` is called for the one chosen. */
function tabs(names, open) {
  const list = document.getElementById("tabs");
  const go = (name) => { open(name); list.querySelector(`[data-tab="${name}"]`).focus(); };
  list.append(...names.map((name) => h("button", {
    type: "button", role: "tab", id: `tab-${name}`, "data-tab": name, "data-t": name, "aria-controls": "main", tabindex: "-1", onclick: () => go(name),
  })));
  list.addEventListener("keydown", (event) => {
    const at = names.indexOf(event.target.dataset.tab);
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.documentElement.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(names[(to + names.length) % names.length]);
  });
}

/** Show which tab is open. */
function selectTab(name) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const open = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(open));
    tab.tabIndex = open ? 0 : -1;
  }
  document.getElementById("main").setAttribute("aria-labelledby", `tab-${name}`);
}

/** A choice of options `[value, word]`. */
function choice(word, options, chosen, changed) {
  return h("label", {}, h("span", {}, t(word)), " ",
    h("select", { onchange: (event) => changed(event.target.value) },
      options.map(([value, name]) => h("option", { value, selected: value === chosen }, name))));
}

const chip = (label) => h("span", { class: `chip ${label}` }, t(label));

/** Call `act` when nothing has called for it again in a moment. */
function calm(act, wait = 150) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
