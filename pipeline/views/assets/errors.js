"use strict";
/* The error explorer: scores lead to errors, errors to articles with gold and what was found side by side. */

const DATA = read("data");
const DOCS = DATA.documents;
const KINDS = ["missed", "false", "boundary", "label", "value"];
const NAMES = [...LABELS, "no_label"];
const WHATS = ["event", "relation", "topic"].filter((what) => DOCS.some((doc) => doc.told.some((one) => one[0] === what)));
const TOLD_KINDS = ["right", "missed", "false", "parties", "type"];
const TABS = ["scores", "error_list", ...(WHATS.length ? ["told"] : []), "side_by_side", ...(DATA.comparison ? ["comparison"] : [])];
const $ = (id) => document.getElementById(id);
const main = $("main");
const state = { tab: "", kind: "", gold: "", found: "", change: "", words: "" };
const told = { what: "", type: "", kind: "", change: "" };

const kindName = (kind) => t({ label: "label_error", value: "value_error", type: "type_error", parties: "parties_error" }[kind] ?? kind);
const percent = (share) => (100 * share).toFixed(1);
const points = (difference) => `${difference > 0 ? "+" : ""}${(100 * difference).toFixed(1)}`;
const fold = (text) => Array.from(text, (letter) => (Object.hasOwn(DATA.folds, letter) ? DATA.folds[letter] : letter.toLowerCase())).join("");

// An error: document, kind, gold span, found span (either may be missing), and how it compares with the other run.
const ERRORS = DOCS.flatMap((doc, d) => [...doc.errors, ...doc.mended].map(([kind, gold, found, change]) => ({ d, kind, gold, found, change })));
ERRORS.forEach((error, n) => { error.n = n; });

// What articles tell: document, event, relation or topic, and the same as of an error; `differ` names the parts of a right event that are wrong.
const TOLD = DOCS.flatMap((doc, d) => [...doc.told, ...doc.told_mended].map(([what, kind, gold, found, differ, change]) => ({ d, what, kind, gold, found, differ, change, type: (gold ?? found).type })));

function show(filters) {
  Object.assign(state, { kind: "", gold: "", found: "", change: "", words: "" }, filters);
  if (location.hash === "#error_list") route();
  else location.hash = "error_list";
}

function showTold(filters) {
  Object.assign(told, { what: "", type: "", kind: "", change: "" }, filters);
  if (location.hash === "#told") route();
  else location.hash = "told";
}

const toErrors = (n, filters) => h("button", { type: "button", onclick: () => show(filters) }, number(n));
const labelName = (label) => (label === "all" ? t("all") : chip(label));

/* Scores */

function drawScores() {
  const rows = Object.entries(DATA.scores).map(([label, s]) => [labelName(label), number(s.gold), number(s.found), number(s.right),
    percent(s.strict.precision), percent(s.strict.recall), ltr(`${percent(s.strict.f1)} (${percent(s.strict.low)}–${percent(s.strict.high)})`), percent(s.value.f1)]);
  const now = ERRORS.filter((error) => error.change !== "better");
  const kinds = LABELS.filter((label) => label in DATA.scores).map((label) => [chip(label), ...KINDS.map((kind) => {
    const n = now.filter((e) => e.kind === kind && (e.gold ?? e.found)[2] === label).length;
    return n ? toErrors(n, { kind, [kind === "false" ? "found" : "gold"]: label }) : "";
  })]);
  replace(main,
    h("section", { class: "card" }, h("h2", {}, t("scores")), table(t("scores"), [t("label"), t("gold"), t("found"), t("right"), t("precision"), t("recall"), `${t("f1")} (95%)`, t("value_f1")], rows)),
    WHATS.length ? h("section", { class: "card" }, h("h2", {}, t("told")), setTable(), detailTable()) : "",
    h("section", { class: "card" }, h("h2", {}, t("kinds")), table(t("kinds"), [t("label"), ...KINDS.map(kindName)], kinds)),
    h("section", { class: "card" }, h("h2", {}, t("confusion")), matrix()));
}

function setTable() {
  const what = { events_entity: "event", events_country: "event", relations: "relation", topics: "topic" };
  return table(t("told"), [t("kind"), t("gold"), t("found"), t("right"), t("precision"), t("recall"), `${t("f1")} (95%)`], Object.entries(DATA.sets).map(([name, { gold, found, right, score }]) => [
    h("button", { type: "button", onclick: () => showTold({ what: what[name] }) }, t(name)), number(gold), number(found), number(right),
    percent(score.precision), percent(score.recall), ltr(`${percent(score.f1)} (${percent(score.low)}–${percent(score.high)})`)]));
}

function detailTable() {
  const rows = Object.entries(DATA.details).map(([name, { of, right }]) => [t(name), number(right), number(of), of ? percent(right / of) : ""]);
  return rows.length ? [h("p", { class: "soft" }, t("details_hint")), table(t("details_hint"), [t("kind"), t("right"), t("count"), "%"], rows)] : null;
}

function matrix() {
  const used = NAMES.map((_, n) => n).filter((n) => DATA.confusion[n].some(Boolean) || DATA.confusion.some((row) => row[n]));
  const cell = (row, column) => {
    const n = DATA.confusion[row][column];
    const share = n / Math.max(1, DATA.confusion[row].reduce((a, b) => a + b, 0));
    const filters = { gold: NAMES[row], found: NAMES[column] };
    return h("td", { class: row === column ? "hit" : "off", style: `--share: ${share.toFixed(3)}` }, n && row !== column ? toErrors(n, filters) : n ? number(n) : "");
  };
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("confusion") }, h("table", { class: "matrix" },
    h("caption", {}, t("confusion_hint")),
    h("thead", {}, h("tr", {}, h("td"), used.map((n) => h("th", { scope: "col" }, t(NAMES[n]))))),
    h("tbody", {}, used.map((row) => h("tr", {}, h("th", { scope: "row" }, t(NAMES[row])), used.map((column) => cell(row, column)))))));
}

/* Errors */

function drawErrors() {
  const list = h("div", {});
  const count = h("output", { "aria-live": "polite" });
  const fits = (e) => (!state.kind || e.kind === state.kind) && (!state.change || e.change === state.change)
    && (!state.gold || (e.gold ? e.gold[2] : "no_label") === state.gold) && (!state.found || (e.found ? e.found[2] : "no_label") === state.found)
    && (!state.words || fold(spanTexts(e)).includes(fold(state.words)));
  const update = () => {
    const kept = ERRORS.filter(fits);
    count.textContent = t("of_errors", number(kept.length), number(ERRORS.length));
    replace(list, kept.length ? pager(kept, 40, (page) => h("ul", { class: "plain errors" }, page.map(errorItem))) : h("p", {}, t("nothing")));
  };
  const options = (names, name) => [["", t("all")], ...names.map((one) => [one, name(one)])];
  const pick = (word, names, name, key) => choice(word, options(names, name), state[key], (value) => { state[key] = value; update(); });
  replace(main, h("section", { class: "card" }, h("h2", {}, t("error_list")), h("form", { class: "controls", role: "search", onsubmit: (event) => event.preventDefault() },
    pick("kind", KINDS, kindName, "kind"), pick("gold", NAMES, t, "gold"), pick("found", NAMES, t, "found"),
    DATA.comparison ? pick("change", ["worse", "same", "better"], t, "change") : null,
    h("label", {}, h("span", {}, t("search")), " ", h("input", { type: "search", id: "q", dir: "auto", value: state.words, oninput: calm(() => { state.words = $("q").value.trim(); update(); }) })), count), list));
  update();
}

const spanTexts = (e) => [e.gold, e.found].filter(Boolean).map((span) => `${DOCS[e.d].text.slice(span[0], span[1])} ${span[3]}`).join(" ");

function errorItem(e) {
  const { text, id } = DOCS[e.d];
  const side = (word, span) => (span ? [h("dt", {}, t(word)), h("dd", {}, chip(span[2]), " ", span[3] ? [bdi(span[3]), " "] : "", inContext(text, span[0], span[1], span[2]))] : [h("dt", {}, t(word)), h("dd", { class: "soft" }, t("no_label"))]);
  return h("li", { "data-error": e.n }, h("span", { class: "kind" }, kindName(e.kind)), " ", e.change ? h("span", { class: e.change }, t(e.change)) : "", " ",
    link(`#side_by_side/${e.d}/${(e.gold ?? e.found)[0]}`, bdi(id)), h("dl", {}, side("gold", e.gold), side("found", e.found)));
}

/* Events, relations and topics */

const typeName = (what, type) => (what === "topic" && DATA.topics[type] ? DATA.topics[type][language === "ar" ? 0 : 1] : t(type));

const fitsTold = (one, filters = told) => Object.entries(filters).every(([key, value]) => !value || one[key] === value);

function drawTold() {
  const list = h("div", {});
  const count = h("output", { "aria-live": "polite" });
  const types = () => [...new Set(TOLD.filter((one) => fitsTold(one, { what: told.what })).map((one) => `${one.what} ${one.type}`))].map((both) => both.split(" "));
  const update = () => {
    const kept = TOLD.filter((one) => fitsTold(one));
    count.textContent = t("of_told", number(kept.length), number(TOLD.length));
    replace(list, kept.length ? pager(kept, 40, (page) => toldTable(page, true)) : h("p", {}, t("nothing")));
  };
  const now = TOLD.filter((one) => one.change !== "better");
  const counts = types().map(([what, type]) => [typeName(what, type), ...TOLD_KINDS.map((kind) => {
    const n = now.filter((one) => fitsTold(one, { what, type, kind })).length;
    return n ? h("button", { type: "button", onclick: () => showTold({ what, type, kind }) }, number(n)) : "";
  })]);
  const options = (names, name) => [["", t("all")], ...names.map((one) => [one, name(one)])];
  const pick = (word, names, name, key) => choice(word, options(names, name), told[key], (value) => { told[key] = value; if (key === "what") { told.type = ""; drawTold(); $("main").querySelector("select").focus(); } else update(); });
  replace(main, h("section", { class: "card" }, h("h2", {}, t("told")), h("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
    pick("told_what", WHATS, t, "what"),
    choice("kind_of", options(types().map(([what, type]) => `${what} ${type}`), (both) => typeName(...both.split(" "))), told.type ? `${told.what} ${told.type}` : "", (both) => { [told.what, told.type] = both ? both.split(" ") : [told.what, ""]; update(); }),
    pick("kind", TOLD_KINDS, kindName, "kind"), DATA.comparison ? pick("change", ["worse", "same", "better"], t, "change") : null, count), list),
  h("section", { class: "card" }, h("h2", {}, t("told_kinds")), table(t("told_kinds"), [t("kind_of"), ...TOLD_KINDS.map(kindName)], counts)));
  update();
}

/** What gold has and what was found, a row each, the right ones on one row. */
function toldTable(some, withArticle = false) {
  const heads = [t("kind"), ...(withArticle ? [t("article")] : []), t("gold"), t("found")];
  return table(t("told"), heads, some.map((one) => [
    [h("span", { class: one.kind === "right" ? "better" : "kind" }, kindName(one.kind)), one.change ? [" ", h("span", { class: one.change }, t(one.change))] : ""],
    ...(withArticle ? [link(`#side_by_side/${one.d}`, bdi(DOCS[one.d].id))] : []),
    toldSide(one, one.gold), toldSide(one, one.found)]));
}

function toldSide({ d, what, kind, differ }, side) {
  const wrong = kind === "right" ? differ : [];
  if (!side) return h("span", { class: "soft" }, t("no_label"));
  const { text } = DOCS[d];
  const words = ([start, end, iso]) => [bdi(text.slice(start, end)), iso ? ` (${iso})` : ""];
  const parties = (some) => some.flatMap((party, n) => [n ? "، " : "", words(party)]);
  const parts = [["when", side.when && bdi(side.when)], ["where", side.where && words(side.where)], ["forum", side.forum && words(side.forum)], ["modality", side.modality && t(side.modality)]];
  return h("div", { class: "told" }, h("b", {}, typeName(what, side.type)), side.mode ? ` · ${t(side.mode)}` : "",
    side.who ? h("div", {}, parties(side.who), side.whom.length ? [language === "ar" ? " ← " : " → ", parties(side.whom)] : "") : "",
    h("div", { class: "soft" }, parts.filter(([name, value]) => value || wrong.includes(name)).flatMap(([name, value]) => [h("span", { class: wrong.includes(name) ? "differs" : "" }, t(name), ": ", value || t("no_label")), " "])),
    side.trigger ? inContext(text, side.trigger[0], side.trigger[1], "", 40) : "");
}

/* Side by side */

function drawSides(d = "0", place = "") {
  const doc = DOCS[d] ?? DOCS[0];
  const at = DOCS.indexOf(doc);
  const order = DOCS.map((_, n) => n).sort((a, b) => DOCS[b].errors.length - DOCS[a].errors.length);
  const options = order.map((n) => [String(n), `${DOCS[n].id} · ${DOCS[n].errors.length} · F1 ${percent(DOCS[n].f1)}${DOCS[n].before === null ? "" : ` (${points(DOCS[n].f1 - DOCS[n].before)})`}`]);
  const key = ([start, end, label]) => `${start} ${end} ${label}`;
  const wrong = { gold: new Map(), found: new Map() };
  for (const [kind, gold, found] of doc.errors) {
    if (gold) wrong.gold.set(key(gold), kind);
    if (found) wrong.found.set(key(found), kind);
  }
  const side = (word) => {
    const spans = doc[word].map((span, n) => ({ n, start: span[0], end: span[1], label: span[2], value: span[3], kind: wrong[word].get(key(span)) }));
    const box = h("div", { class: "text", lang: "ar", dir: "rtl", tabindex: "0", role: "group", "aria-label": `${t(word)}. ${t("text_hint")}` });
    box.append(...paragraphs(doc.text, spans, (m) => h("span", {
      class: `m ${m.label}${m.kind ? " wrong" : ""}`, "data-m": m.n, "data-start": m.start, role: "link", tabindex: "-1",
      title: [t(m.label), m.value, m.kind && kindName(m.kind)].filter(Boolean).join(" · "),
    })));
    walkable(box, (mark) => select(doc, Number(mark.dataset.start), word, spans[mark.dataset.m]));
    return h("section", { "aria-label": t(word) }, h("h3", {}, t(word), ` (${number(spans.length)})`), box);
  };
  replace(main, h("section", { class: "card" }, h("h2", {}, t("side_by_side")),
    h("div", { class: "controls" }, choice("article", options, String(at), (n) => { location.hash = `side_by_side/${n}`; })),
    h("div", { id: "detail", "aria-live": "polite", class: "soft" }, t("mention_hint")),
    h("div", { class: "sides" }, side("gold"), side("found")),
    doc.told.length ? [h("h3", {}, t("told")), toldTable(TOLD.filter((one) => one.d === at && one.change !== "better"))] : ""));
  if (place) select(doc, Number(place));
}

function select(doc, start, word, span) {
  for (const mark of document.querySelectorAll(".m.on")) mark.classList.remove("on");
  const marks = [...document.querySelectorAll(`[data-start="${start}"]`)];
  for (const mark of marks) mark.classList.add("on");
  if (!marks.includes(document.activeElement)) marks[0]?.scrollIntoView({ block: "center" });
  if (span) replace($("detail"), t(word), ": ", chip(span.label), " ", bdi(doc.text.slice(span.start, span.end)), span.value ? [" = ", bdi(span.value)] : null, " · ", span.kind ? h("span", { class: "kind" }, kindName(span.kind)) : t("right"));
}

/* Two runs */

function drawComparison() {
  const p = (value) => ltr(value < 0.0005 ? "< 0.001" : value.toFixed(3));
  const verdict = (difference) => (difference > 0 ? "better" : difference < 0 ? "worse" : "same");
  const rows = Object.entries(DATA.comparison).map(([label, c]) => [labelName(label), percent(c.f1), percent(c.other_f1),
    h("span", { class: verdict(c.f1 - c.other_f1) }, ltr(points(c.f1 - c.other_f1))), ltr(`${points(c.low)} … ${points(c.high)}`), p(c.p_articles), number(c.gained), number(c.lost), p(c.p_spans)]);
  const count = (change) => ERRORS.filter((e) => e.change === change).length;
  const changes = ["better", "worse", "same"].map((change) => [h("span", { class: change }, t(change)), toErrors(count(change), { change })]);
  const moved = DOCS.map((doc, d) => [doc, d]).filter(([doc]) => doc.f1 !== doc.before).sort(([a], [b]) => Math.abs(b.f1 - b.before) - Math.abs(a.f1 - a.before));
  const toldCount = (change) => TOLD.filter((one) => one.change === change).length;
  const toldChanges = ["better", "worse", "same"].map((change) => [h("span", { class: change }, t(change)), h("button", { type: "button", onclick: () => showTold({ change }) }, number(toldCount(change)))]);
  replace(main,
    h("section", { class: "card" }, h("h2", {}, t("comparison")), h("p", { class: "soft" }, t("comparison_hint")),
      table(t("comparison"), [t("label"), t("this_run"), t("other_run"), t("difference"), t("interval"), t("p_articles"), t("gained"), t("lost"), t("p_spans")], rows)),
    h("section", { class: "card" }, h("h2", {}, t("change")), table(t("error_list"), [t("change"), t("count")], changes),
      WHATS.length ? [h("h3", {}, t("told")), table(t("told"), [t("change"), t("count")], toldChanges)] : ""),
    h("section", { class: "card" }, h("h2", {}, t("articles")), pager(moved, 40, (page) => table(t("articles"), [t("article"), t("this_run"), t("other_run"), t("difference")],
      page.map(([doc, d]) => [link(`#side_by_side/${d}`, bdi(doc.id)), percent(doc.f1), percent(doc.before), h("span", { class: verdict(doc.f1 - doc.before) }, ltr(points(doc.f1 - doc.before)))])) ?? h("p", {}, t("same")))));
}

/* What is open */

const DRAW = { scores: drawScores, error_list: drawErrors, told: drawTold, side_by_side: drawSides, comparison: drawComparison };

function route() {
  const [tab, ...rest] = location.hash.slice(1).split("/");
  const name = TABS.includes(tab) ? tab : "scores";
  const moved = state.tab && state.tab !== name;
  selectTab(name);
  DRAW[name](...rest);
  state.tab = name;
  if (moved && !rest.length) scrollTo(0, 0);
  if (moved && document.activeElement === document.body) main.focus({ preventScroll: true });
}

tabs(TABS, (name) => { location.hash = name; });
translate();
tools(route);
addEventListener("hashchange", route);
route();
document.documentElement.dataset.ready = "yes";
