"use strict";
/* The report: filters choose articles, tabs show them, their entities, and what they say of times, parties, places and topics. */

const DATA = read("data");
const DOCS = DATA.documents;
const ENTITIES = DATA.entities;
const EVENT_TYPES = ["CONSULT", "AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"];
const TABS = ["articles", "entities", "timeline", "network", "map", "topics"];
const PERIOD = { day: 10, month: 7, year: 4 };

const byKey = new Map(ENTITIES.map((entity, n) => [entity.key, n]));
const named = ENTITIES.map(() => []); // entity -> [document, mention] of each mention
const countriesOf = []; // document -> ISO codes
DOCS.forEach((doc, d) => {
  const codes = new Set();
  doc.mentions.forEach((m, n) => {
    if (m[6] >= 0) named[m[6]].push([d, n]);
    if (m[2] === "COUNTRY" || m[2] === "NATIONALITY") codes.add(m[3]);
  });
  codes.delete("");
  countriesOf.push(codes);
});

const state = { tab: "", chosen: [], stale: true, hidden: new Set(), grain: "month", level: "people", kind: "CONSULT" };
const $ = (id) => document.getElementById(id);
const main = $("main");

/* Names of things */

const mention = (doc, n) => {
  const [start, end, label, value, score, rule, entity] = doc.mentions[n];
  return { n, start, end, label, value, score, by: DATA.rules[rule], entity, text: doc.text.slice(start, end) };
};
const firstLine = (text) => text.trimStart().split("\n", 1)[0].trim();
const short = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);
const titleOf = (doc) => short(doc.title || firstLine(doc.text) || doc.id, 100);
const countryName = (iso) => (DATA.countries[iso] ? DATA.countries[iso][language] : iso);
const topicName = (id) => (DATA.topics[id] ? DATA.topics[id][language === "ar" ? 0 : 1] : id);
const latinName = (n) => ENTITIES[n].attributes.name_en || ENTITIES[n].attributes.romanised || "";
const entityName = (n) => (language === "en" && latinName(n)) || ENTITIES[n].name;
const partyName = (doc, n) => (doc.mentions[n][6] >= 0 ? entityName(doc.mentions[n][6]) : mention(doc, n).text);
const toArticle = (d, n, ...children) => link(n === undefined ? `#articles/${d}` : `#articles/${d}/${n}`, ...children);
const toMention = (d, n) => (n < 0 ? null : toArticle(d, n, bdi(partyName(DOCS[d], n))));
const toEntity = (n) => link(`#entities/${n}`, bdi(entityName(n)));
const listed = (nodes) => nodes.flatMap((node, n) => (n ? [language === "ar" ? "، " : ", ", node] : [node]));

/** The valid part of a date's value that places it, at a unit; empty where the value is coarser. */
function periodOf(edtf, grain) {
  const found = /\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(edtf);
  return found && found[0].length >= PERIOD[grain] ? found[0].slice(0, PERIOD[grain]) : "";
}

/* Search and filters */

const folded = new Map(); // the words of a language are few and come again and again

function fold(term) {
  let form = folded.get(term);
  if (form === undefined) {
    form = Array.from(term, (letter) => (Object.hasOwn(DATA.folds, letter) ? DATA.folds[letter] : letter)).join("");
    folded.set(term, form);
  }
  return form;
}

// Names of mentions are a field of their own: they are free of the clitics of the text.
const index = new MiniSearch({ fields: ["title", "names", "text"], processTerm: fold, searchOptions: { boost: { title: 3, names: 2 }, prefix: true, combineWith: "AND" } });
let indexed = false;

/** Index all articles little by little, so that the page answers meanwhile. */
async function makeIndex() {
  for (let d = 0; d < DOCS.length; d++) {
    const doc = DOCS[d];
    const names = [...new Set(doc.mentions.map((m) => doc.text.slice(m[0], m[1])))];
    for (const n of new Set(doc.mentions.map((m) => m[6]))) if (n >= 0) names.push(ENTITIES[n].name, ENTITIES[n].attributes.name_en ?? "");
    index.add({ id: d, title: `${doc.title} ${doc.id} ${doc.outlet}`, names: names.join(" "), text: doc.text });
    if (d % 5 === 4) await new Promise((done) => setTimeout(done));
  }
  indexed = true;
}

function choose() {
  const query = indexed ? $("q").value.trim() : "";
  const [from, to, topic, country] = ["from", "to", "topic", "country"].map((id) => $(id).value);
  const fits = (d) => {
    const doc = DOCS[d];
    return (!from || (doc.date && doc.date >= from)) && (!to || (doc.date && doc.date <= to))
      && (!topic || doc.topics.some(([id]) => id === topic)) && (!country || countriesOf[d].has(country));
  };
  const order = query ? index.search(query).map((hit) => hit.id)
    : DOCS.map((_, d) => d).sort((a, b) => (DOCS[b].date > DOCS[a].date ? 1 : DOCS[b].date < DOCS[a].date ? -1 : a - b));
  state.chosen = order.filter(fits);
  state.stale = true;
  $("found").textContent = indexed || !$("q").value ? t("of_articles", number(state.chosen.length), number(DOCS.length)) : t("indexing");
}

function fillChoices() {
  const counted = (sets, name) => {
    const counts = new Map();
    for (const set of sets) for (const id of set) counts.set(id, (counts.get(id) ?? 0) + 1);
    const options = [...counts].map(([id, n]) => [id, `${name(id)} (${n})`, n]).sort((a, b) => b[2] - a[2]);
    return [["", t("all")], ...options];
  };
  const fill = (id, options) => {
    const kept = $(id).value;
    replace($(id), options.map(([value, name]) => h("option", { value, selected: value === kept }, name)));
  };
  fill("topic", counted(DOCS.map((doc) => doc.topics.map(([id]) => id)), topicName));
  fill("country", counted(countriesOf, countryName));
}

/* Articles */

function drawArticles(d, n) {
  const doc = DOCS[d] ? Number(d) : state.chosen[0];
  if (state.stale || !$("article")) {
    const list = h("nav", { class: "card list", "aria-label": t("article_list") });
    const at = Math.max(0, Math.floor(state.chosen.indexOf(doc) / 50));
    replace(list, state.chosen.length ? pager(state.chosen, 50, (page) => h("ul", { class: "plain" }, page.map(listItem)), at) : t("nothing"));
    replace(main, h("div", { class: "columns" }, list, h("article", { class: "card", id: "article" }), h("aside", { class: "card empty", id: "detail", "aria-live": "polite", "aria-label": t("mention") })));
  }
  if (doc === undefined) return replace($("article"), t("nothing"));
  const another = $("article").dataset.doc !== String(doc);
  if (another) drawArticle(doc);
  if (another && DOCS[d]) uncover($("article"));
  for (const item of document.querySelectorAll(".list a")) {
    const open = item.getAttribute("href") === `#articles/${doc}`;
    if (open && !item.hasAttribute("aria-current")) {
      const list = item.closest(".list"); // scrolled by itself: the page stays where it is
      if (item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight || item.offsetTop < list.scrollTop) list.scrollTop = item.offsetTop - 60;
    }
    if (open) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  return selectMention(doc, n === undefined ? -1 : Number(n));
}

/** Where the list stands above what is chosen in it, as on a phone, go down to that. */
function uncover(chosen) {
  if (matchMedia("(max-width: 800px)").matches) chosen.scrollIntoView({ block: "start" });
}

const listItem = (d) => h("li", {}, toArticle(d, undefined, bdi(titleOf(DOCS[d])), h("small", {}, DOCS[d].date || t("no_date"), " · ", bdi(DOCS[d].outlet || DOCS[d].id))));

function drawArticle(d) {
  const doc = DOCS[d];
  const shown = doc.mentions.map((_, n) => mention(doc, n)).filter((m) => !state.hidden.has(m.label));
  const text = h("div", { class: "text", lang: "ar", dir: "rtl", tabindex: "0", role: "group", "aria-label": t("text_hint") });
  text.append(...paragraphs(doc.text, shown, (m) => h("span", {
    class: `m ${m.label}`, "data-m": m.n, role: "link", tabindex: "-1", title: `${t(m.label)}${m.value ? ` · ${m.value}` : ""}`,
  })));
  walkable(text, (mark) => { location.hash = `articles/${d}/${mark.dataset.m}`; });
  $("article").dataset.doc = d;
  replace($("article"),
    h("header", {},
      h("h2", {}, bdi(doc.title || doc.id)),
      h("p", { class: "soft" }, listed([
        doc.date ? `${doc.date} (${t(doc.dated)})` : t("no_date"), ...[doc.outlet, doc.source].filter(Boolean).map(bdi)])),
      h("p", {}, doc.topics.flatMap(([id]) => [h("span", { class: "chip TOPIC" }, topicName(id)), " "]))),
    legend(d), text, eventTable(doc.events.map((_, n) => [d, n])), relationTable(d), quotationTable(doc.quotations.map((_, n) => [d, n])), valueTable(d));
}

function legend(d) {
  return h("div", { class: "legend no-print", role: "group", "aria-label": t("show_labels") }, LABELS.map((label) => h("button", {
    type: "button", class: label, "aria-pressed": String(!state.hidden.has(label)),
    onclick: () => {
      if (!state.hidden.delete(label)) state.hidden.add(label);
      drawArticle(d);
      document.querySelector(`.legend .${label}`).focus();
    },
  }, t(label))));
}

function selectMention(d, n) {
  const aside = $("detail");
  for (const mark of document.querySelectorAll(".m.on")) mark.classList.remove("on");
  const doc = DOCS[d];
  aside.classList.toggle("empty", !doc.mentions[n]);
  if (!doc.mentions[n]) return replace(aside, h("p", { class: "soft" }, t("mention_hint")));
  const marks = [...document.querySelectorAll(`[data-m="${n}"]`)];
  for (const mark of marks) mark.classList.add("on");
  if (marks.length && document.activeElement !== marks[0]) marks[0].scrollIntoView({ block: "nearest" });
  const m = mention(doc, n);
  replace(aside, h("h2", {}, bdi(short(m.text, 200))), chip(m.label), h("dl", {},
    row("value", m.value && bdi(m.value)), row("entity", m.entity >= 0 && toEntity(m.entity)),
    row("in_articles", m.entity >= 0 && number(new Set(named[m.entity].map(([at]) => at)).size)),
    row("score", m.score.toFixed(2)), row("by", m.by && bdi(m.by)), row("place", `${m.start}–${m.end}`)));
  if (m.entity >= 0) aside.append(...facts(m.entity));
  return m;
}

const row = (word, value) => (value ? [h("dt", {}, t(word)), h("dd", {}, value)] : []);

function facts(n) {
  const { links, attributes } = ENTITIES[n];
  const rows = (pairs) => h("dl", {}, Object.entries(pairs).map(([name, value]) => [h("dt", {}, bdi(factName(name))), h("dd", {}, plain(value))]));
  const linked = Object.fromEntries(Object.entries(links).map(([name, value]) => [name, linkOut(name, value)]));
  return [Object.keys(links).length ? [h("h3", {}, t("links")), rows(linked)] : [], Object.keys(attributes).length ? [h("h3", {}, t("facts")), rows(attributes)] : []].flat();
}

function linkOut(name, value) {
  const known = { wikidata: /^Q\d+$/, geonames: /^\d+$/ };
  const homes = { wikidata: "https://www.wikidata.org/wiki/", geonames: "https://www.geonames.org/" };
  if (!known[name]?.test(value)) return value;
  return h("a", { href: homes[name] + value, rel: "noopener noreferrer external", target: "_blank" }, value);
}

function plain(value) {
  if (value instanceof Node) return value;
  if (Array.isArray(value)) return listed(value.map(plain));
  if (typeof value === "object" && value !== null) return h("span", {}, Object.values(value).flatMap((part, n) => [n ? " · " : "", plain(part)]));
  return bdi(Object.hasOwn(DATA.countries, value) ? countryName(value) : value);
}

const factName = (name) => t(Object.hasOwn(WORDS, `fact_${name}`) ? `fact_${name}` : name);

function valueTable(d) {
  const doc = DOCS[d];
  const groups = new Map();
  doc.mentions.forEach((_, n) => {
    const m = mention(doc, n);
    const key = JSON.stringify([m.label, m.value || m.entity]);
    const group = groups.get(m.value || m.entity >= 0 ? key : `${key}${m.text}`) ?? { first: m, names: new Set(), count: 0 };
    group.names.add(m.text);
    group.count += 1;
    groups.set(m.value || m.entity >= 0 ? key : `${key}${m.text}`, group);
  });
  const rows = [...groups.values()].sort((a, b) => LABELS.indexOf(a.first.label) - LABELS.indexOf(b.first.label) || b.count - a.count);
  return rows.length ? h("section", {}, h("h3", {}, t("values_table")), pager(rows, 60, (page) => table(t("values_table"),
    [t("label"), t("text"), t("value"), t("entity"), t("count")], page.map(({ first, names, count }) => [
      chip(first.label), listed([...names].slice(0, 6).map((name) => toArticle(d, first.n, bdi(short(name, 120))))), bdi(first.label === "TOPIC" ? topicName(first.value) : first.value),
      first.entity >= 0 ? toEntity(first.entity) : "", number(count)])))) : null;
}

/** A table of events given as `[document, event]`. */
function eventTable(pairs, withArticle = false) {
  if (!pairs.length) return null;
  const parties = (d, side) => listed(side.map(([n, iso]) => h("span", {}, toMention(d, n), iso ? ` (${iso})` : "")));
  const heads = ["kind", "who", "whom", "when", "where", "forum", "trigger", ...(withArticle ? ["article"] : [])].map((word) => t(word));
  return h("section", {}, h("h3", {}, t("events")), pager(pairs, 25, (page) => table(t("events"), heads, page.map(([d, n]) => {
    const doc = DOCS[d];
    const e = doc.events[n];
    const kind = [t(e.type), e.mode && t(e.mode), e.modality !== "actual" && t(e.modality)].filter(Boolean);
    return [listed(kind), parties(d, e.who), parties(d, e.whom), bdi(e.when), toMention(d, e.where), toMention(d, e.forum),
      bdi(doc.text.slice(...e.trigger)), ...(withArticle ? [toArticle(d, e.who[0]?.[0], bdi(titleOf(doc)))] : [])];
  }))));
}

function relationTable(d) {
  const rows = DOCS[d].relations.map(([type, subject, object, from, to]) => [toArticle(d, from, bdi(entityName(subject))), t(type), toArticle(d, to, bdi(type === "holds_role" ? mention(DOCS[d], to).text : entityName(object)))]);
  return rows.length ? h("section", {}, h("h3", {}, t("relations")), pager(rows, 25, (page) => table(t("relations"), [t("who"), t("kind"), t("entity")], page))) : null;
}

/** A table of what is quoted, given as `[document, quotation]`. */
function quotationTable(pairs, withArticle = false) {
  if (!pairs.length) return null;
  const heads = [withArticle ? "article" : "who", "words"].map((word) => t(word));
  return h("section", {}, h("h3", {}, t("quotations")), pager(pairs, 25, (page) => table(t("quotations"), heads, page.map(([d, n]) => {
    const [start, end, speaker, named] = DOCS[d].quotations[n];
    return [withArticle ? toArticle(d, named, bdi(titleOf(DOCS[d]))) : speaker < 0 ? "" : toArticle(d, named, bdi(entityName(speaker))), bdi(short(DOCS[d].text.slice(start, end), 400))];
  }))));
}

/* Entities */

function drawEntities(n) {
  const chosen = new Set(state.chosen);
  const counts = new Map();
  named.forEach((places, e) => {
    const here = new Set(places.map(([d]) => d).filter((d) => chosen.has(d))).size;
    if (here) counts.set(e, here);
  });
  const all = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const list = h("div", {});
  const show = () => {
    const words = fold(find.value.trim());
    const label = labels.querySelector("select").value;
    const kept = all.filter((e) => (!label || ENTITIES[e].label === label)
      && (!words || [ENTITIES[e].name, latinName(e), ...ENTITIES[e].aliases].some((name) => fold(name).includes(words))));
    replace(list, kept.length ? pager(kept, 60, (page) => h("ul", { class: "plain" }, page.map((e) => h("li", {},
      h("a", { href: `#entities/${e}`, "aria-current": String(e) === n ? "page" : undefined }, bdi(entityName(e)), h("small", {}, t(ENTITIES[e].label), " · ", t("documents", number(counts.get(e))))))))) : t("nothing"));
  };
  const find = h("input", { type: "search", dir: "auto", "aria-label": t("find_entity"), placeholder: t("find_entity"), oninput: calm(show) });
  const labels = choice("label", [["", t("all")], ...LABELS.map((label) => [label, t(label)])], state.label ?? "", (label) => { state.label = label; show(); });
  show();
  replace(main, h("div", { class: "columns two" },
    h("nav", { class: "card list", "aria-label": t("entity_list") }, find, labels, list),
    h("section", { class: "card", id: "entity" }, ENTITIES[n] ? entityPage(Number(n), chosen) : h("p", { class: "soft" }, t("choose_entity")))));
  if (ENTITIES[n]) uncover($("entity"));
}

function entityPage(n, chosen) {
  const entity = ENTITIES[n];
  const places = named[n].filter(([d]) => chosen.has(d));
  const events = [...new Set(places.map(([d]) => d))].flatMap((d) => DOCS[d].events
    .map((e, at) => [d, at, e]).filter(([, , e]) => [...e.who, ...e.whom].some(([m]) => DOCS[d].mentions[m][6] === n)).map(([, at]) => [d, at]));
  const said = [...new Set(places.map(([d]) => d))].flatMap((d) => DOCS[d].quotations.flatMap(([, , speaker], at) => (speaker === n ? [[d, at]] : [])));
  return [h("h2", {}, bdi(entityName(n))), chip(entity.label), h("dl", {},
    row("names", listed(entity.aliases.map(bdi))), row("key", bdi(entity.key)), row("in_articles", number(new Set(places.map(([d]) => d)).size))),
  ...facts(n), eventTable(events, true), quotationTable(said, true), h("h3", {}, t("in_context"), ` (${number(places.length)})`),
  pager(places, 40, (page) => h("ul", { class: "plain" }, page.map(([d, m]) => {
    const { start, end, label } = mention(DOCS[d], m);
    return h("li", {}, toArticle(d, m, bdi(titleOf(DOCS[d]))), " ", h("span", { class: "soft" }, DOCS[d].date), inContext(DOCS[d].text, start, end, label));
  })))];
}

/* Timeline */

function drawTimeline() {
  const { grain } = state;
  const events = []; // [period, document, event]
  const dates = []; // [period, document, mention]
  for (const d of state.chosen) {
    DOCS[d].events.forEach((e, n) => events.push([periodOf(e.when, grain), d, n]));
    DOCS[d].mentions.forEach((m, n) => { if (m[2] === "DATE") dates.push([periodOf(m[3], grain), d, n]); });
  }
  const placed = (things) => things.filter(([period]) => period);
  const all = [...placed(events), ...placed(dates)].map(([period]) => period);
  const periods = filled(all, grain);
  const place = new Map(periods.map((period, n) => [period, n]));
  const counts = (things) => things.reduce((made, [period]) => { made[place.get(period)] += 1; return made; }, periods.map(() => 0));
  const types = EVENT_TYPES.filter((type) => events.some(([, d, n]) => DOCS[d].events[n].type === type));
  const series = [[t("dates_named"), counts(placed(dates))], ...types.map((type) => [t(type), counts(placed(events).filter(([, d, n]) => DOCS[d].events[n].type === type))])];
  const below = h("div", { id: "below", "aria-live": "polite" });
  const show = (period) => {
    const inside = (things) => things.filter(([at]) => (period ? at === period : at)).sort((a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0));
    const contexts = period ? inside(dates) : [];
    replace(below, h("h3", {}, period ? bdi(period) : t("timeline_hint")), eventTable(inside(events).map(([, d, n]) => [d, n]), true) ?? h("p", { class: "soft" }, t("no_events")),
      contexts.length ? [h("h3", {}, t("dates_named")), pager(contexts, 25, (page) => h("ul", { class: "plain" }, page.map(([, d, n]) => {
        const m = mention(DOCS[d], n);
        return h("li", {}, toArticle(d, n, bdi(m.value)), inContext(DOCS[d].text, m.start, m.end, "DATE"));
      })))] : null);
  };
  const rows = periods.map((period, n) => [period, ...series.map(([, count]) => count[n])]).filter((cells) => cells.slice(1).some(Boolean)).reverse();
  replace(main, h("section", { class: "card" }, h("h2", {}, t("timeline")),
    h("div", { class: "controls" }, choice("grain", Object.keys(PERIOD).map((unit) => [unit, t(unit)]), grain, (unit) => { state.grain = unit; route(); })),
    periods.length ? stackedBars(t("timeline"), periods, series, busiest(periods, all), ({ name }) => show(name)) : h("p", {}, t("nothing")),
    asTable(t("timeline"), [t("period"), ...series.map(([name]) => name)], rows.map(([period, ...cells]) => [h("button", { type: "button", onclick: () => show(period) }, period), ...cells.map((n) => n || "")])), below));
  show("");
}

const asTable = (caption, heads, rows) => (rows.length ? h("details", {}, h("summary", {}, t("as_table")), pager(rows, 50, (page) => table(caption, heads, page))) : null);

/* Who met whom */

function ties() {
  const edges = new Map();
  for (const d of state.chosen) {
    DOCS[d].events.forEach((e, n) => {
      if (state.kind && e.type !== state.kind) return;
      const [who, whom] = [e.who, e.whom].map((side) => [...new Map(side.map((party) => node(d, party)).filter(Boolean).map((made) => [made.id, made])).values()]);
      const pairs = whom.length ? who.flatMap((a) => whom.map((b) => [a, b])) : who.flatMap((a, at) => who.slice(at + 1).map((b) => [a, b]));
      for (const pair of pairs) {
        if (pair[0].id === pair[1].id) continue;
        const [a, b] = pair[0].id < pair[1].id ? pair : [pair[1], pair[0]];
        const key = JSON.stringify([a.id, b.id]);
        if (!edges.has(key)) edges.set(key, { a, b, events: [] });
        edges.get(key).events.push([d, n]);
      }
    });
  }
  return [...edges.values()].sort((x, y) => y.events.length - x.events.length);
}

function node(d, [n, iso]) {
  if (state.level === "countries") return iso ? { id: iso, name: countryName(iso), label: "COUNTRY", entity: byKey.get(`country:${iso}`) } : null;
  const [, , label, , , , entity] = DOCS[d].mentions[n];
  return { id: entity >= 0 ? `#${entity}` : mention(DOCS[d], n).text, name: partyName(DOCS[d], n), label: entity >= 0 ? ENTITIES[entity].label : label, entity: entity >= 0 ? entity : undefined };
}

function drawNetwork() {
  const edges = ties();
  const most = edges.slice(0, 150);
  const weight = new Map();
  const nodes = new Map();
  for (const { a, b, events } of most) for (const end of [a, b]) {
    nodes.set(end.id, end);
    weight.set(end.id, (weight.get(end.id) ?? 0) + events.length);
  }
  const below = h("div", { id: "below", "aria-live": "polite" });
  const show = (edge) => replace(below, h("h3", {}, bdi(edge.a.name), " – ", bdi(edge.b.name)), eventTable(edge.events, true));
  const labels = [...new Set([...nodes.values()].map((made) => made.label))];
  const option = {
    tooltip: { confine: true, formatter: ({ dataType, data }) => h("bdi", {}, dataType === "edge" ? `${most[data.at].a.name} – ${most[data.at].b.name}: ${data.value}` : `${data.name}: ${data.value}`) },
    legend: { top: 0, backgroundColor: colour("card"), data: labels.map((label) => t(label)), textStyle: { color: colour("ink") } },
    series: [{
      type: "graph", layout: "force", top: 70, roam: true, draggable: true, zoom: Math.min(1, 7.6 / Math.sqrt(nodes.size)), force: { repulsion: 110, edgeLength: [30, 90], gravity: 0.22, layoutAnimation: false },
      categories: labels.map((label) => ({ name: t(label), itemStyle: { color: colour(label) } })),
      label: { show: true, position: "right", color: colour("ink"), width: 140, overflow: "truncate" }, labelLayout: { hideOverlap: true },
      emphasis: { focus: "adjacency" }, lineStyle: { color: "source", opacity: 0.5, curveness: 0.08 },
      data: [...nodes.values()].map((made) => ({ id: made.id, name: made.name, value: weight.get(made.id), entity: made.entity, category: labels.indexOf(made.label), symbolSize: 8 + 5 * Math.sqrt(weight.get(made.id)) })),
      links: most.map(({ a, b, events }, at) => ({ source: a.id, target: b.id, value: events.length, at, lineStyle: { width: 1 + Math.sqrt(events.length) } })),
    }],
  };
  const click = ({ dataType, data }) => {
    if (dataType === "edge") show(most[data.at]);
    else if (data.entity !== undefined) location.hash = `entities/${data.entity}`;
  };
  const party = (end) => (end.entity === undefined ? bdi(end.name) : toEntity(end.entity));
  const kinds = EVENT_TYPES.filter((type) => DOCS.some((doc) => doc.events.some((e) => e.type === type)));
  replace(main, h("section", { class: "card" }, h("h2", {}, t("network")),
    h("div", { class: "controls" },
      choice("level", [["people", t("people")], ["countries", t("countries")]], state.level, (level) => { state.level = level; route(); }),
      choice("kind", [["", t("all")], ...kinds.map((type) => [type, t(type)])], state.kind, (kind) => { state.kind = kind; route(); }),
      h("span", { class: "soft" }, t("edges_shown", number(most.length), number(edges.length)))),
    most.length ? chart(t("network"), option, click) : h("p", {}, t("no_events")), below,
    asTable(t("network"), [t("who"), t("whom"), t("events")], edges.map((edge) => [party(edge.a), party(edge.b), h("button", { type: "button", onclick: () => show(edge) }, number(edge.events.length))]))));
}

/* Map */

/** Let a ring that crosses the 180th meridian go on beyond it, in place of jumping across the map. */
function unwrap(ring) {
  for (let n = 1; n < ring.length; n++) {
    const step = ring[n][0] - ring[n - 1][0];
    if (Math.abs(step) > 180) ring[n] = [ring[n][0] - 360 * Math.sign(step), ring[n][1]];
  }
}

function worldMap() {
  const world = read("world-110m");
  const isoOf = new Map(Object.entries(DATA.countries).filter(([, c]) => c.m49).map(([iso, c]) => [c.m49, iso]));
  const features = topojson.feature(world, world.objects.countries).features.filter((feature) => feature.properties.name !== "Antarctica");
  const drawnAs = new Set();
  for (const feature of features) {
    const iso = isoOf.get(feature.id) ?? (feature.properties.name === "Kosovo" ? "XK" : undefined);
    feature.properties = { name: iso ?? feature.properties.name };
    const { type, coordinates } = feature.geometry;
    for (const polygon of type === "Polygon" ? [coordinates] : coordinates) polygon.forEach(unwrap);
    drawnAs.add(feature.properties.name);
  }
  echarts.registerMap("world", { type: "FeatureCollection", features });
  return { drawnAs, points: DATA.points.map(([m49, lon, lat]) => [isoOf.get(m49), lon, lat]).filter(([iso]) => iso) };
}

let world = null;

function drawMap() {
  world ??= worldMap();
  const counts = new Map();
  for (const d of state.chosen) for (const iso of countriesOf[d]) counts.set(iso, (counts.get(iso) ?? 0) + 1);
  const most = Math.max(1, ...counts.values());
  const scale = { min: 0, max: Math.log1p(most), show: false, inRange: { color: [colour("line"), colour("COUNTRY")] } };
  const value = (iso) => Math.log1p(counts.get(iso) ?? 0);
  const option = {
    tooltip: { confine: true, formatter: ({ name }) => h("bdi", {}, `${countryName(name)}: ${number(counts.get(name) ?? 0)}`) },
    visualMap: scale,
    geo: { map: "world", roam: true, top: 6, bottom: 6, boundingCoords: [[-170, 78], [190, -56]], itemStyle: { areaColor: colour("paper"), borderColor: colour("soft"), borderWidth: 0.4 }, emphasis: { label: { show: false } } },
    series: [
      { type: "map", geoIndex: 0, data: [...world.drawnAs].map((iso) => ({ name: iso, value: value(iso) })) },
      { type: "scatter", coordinateSystem: "geo", symbolSize: 9, itemStyle: { borderColor: colour("soft"), borderWidth: 1 },
        data: world.points.filter(([iso]) => counts.has(iso)).map(([iso, lon, lat]) => ({ name: iso, value: [lon, lat, value(iso)] })) },
    ],
  };
  const page = (iso) => byKey.get(`country:${iso}`);
  const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([iso, n]) => [
    page(iso) === undefined ? bdi(countryName(iso)) : toEntity(page(iso)), iso, h("button", { type: "button", onclick: () => filterBy({ country: iso }) }, number(n))]);
  replace(main, h("section", { class: "card" }, h("h2", {}, t("map")), h("p", { class: "soft" }, t("map_hint")),
    chart(t("map"), option, ({ name }) => { if (page(name) !== undefined) location.hash = `entities/${page(name)}`; }),
    rows.length ? pager(rows, 20, (page) => table(t("countries"), [t("country"), "ISO", t("in_articles")], page)) : t("nothing")));
}

/* Topics by time */

function drawTopics() {
  const { grain } = state;
  const told = state.chosen.flatMap((d) => DOCS[d].topics.map(([id]) => [periodOf(DOCS[d].date, grain), id]));
  const dated = told.filter(([period]) => period);
  const undated = state.chosen.filter((d) => !periodOf(DOCS[d].date, grain)).length;
  const totals = new Map();
  for (const [, id] of told) totals.set(id, (totals.get(id) ?? 0) + 1);
  const ids = [...totals.keys()].sort((a, b) => totals.get(b) - totals.get(a));
  const periods = filled(dated.map(([period]) => period), grain);
  const place = new Map(periods.map((period, n) => [period, n]));
  const series = ids.slice(0, 12).map((id) => [topicName(id), dated.filter((one) => one[1] === id).reduce((made, [period]) => { made[place.get(period)] += 1; return made; }, periods.map(() => 0))]);
  const rows = ids.map((id) => [topicName(id), h("button", { type: "button", onclick: () => filterBy({ topic: id }) }, number(totals.get(id)))]);
  replace(main, h("section", { class: "card" }, h("h2", {}, t("topics")),
    h("p", { class: "soft" }, t("topics_hint"), undated ? ` · ${t("undated", number(undated))}` : ""),
    h("div", { class: "controls" }, choice("grain", Object.keys(PERIOD).map((unit) => [unit, t(unit)]), grain, (unit) => { state.grain = unit; route(); })),
    periods.length ? stackedBars(t("topics"), periods, series, busiest(periods, dated.map(([period]) => period)),
      ({ name, seriesIndex }) => filterBy({ topic: ids[seriesIndex], from: `${name}-01-01`.slice(0, 10), to: lastDay(name) })) : null,
    table(t("topics"), [t("topic"), t("in_articles")], rows) ?? t("nothing"),
    asTable(t("topics_hint"), [t("period"), ...series.map(([name]) => name)], periods.map((period, n) => [period, ...series.map(([, counts]) => counts[n] || "")]))));
}

/** The last day of a day, month or year. */
function lastDay(period) {
  const [year, month, day] = period.split("-");
  if (day) return period;
  const last = new Date(Date.UTC(Number(year), month ? Number(month) : 12, 0));
  return last.toISOString().slice(0, 10);
}

/** Show the articles that a chart counts. */
function filterBy(values) {
  for (const [id, value] of Object.entries(values)) $(id).value = value;
  choose();
  location.hash = "articles";
}

/* What is open */

const DRAW = { articles: drawArticles, entities: drawEntities, timeline: drawTimeline, network: drawNetwork, map: drawMap, topics: drawTopics };

function route() {
  const [tab, ...rest] = location.hash.slice(1).split("/");
  const name = Object.hasOwn(DRAW, tab) ? tab : "articles";
  const moved = state.tab && state.tab !== name;
  clearCharts();
  selectTab(name);
  DRAW[name](...rest);
  state.tab = name;
  state.stale = false;
  if (moved) scrollTo(0, 0);
  if (moved && document.activeElement === document.body) main.focus({ preventScroll: true });
}

function redraw() {
  fillChoices();
  choose();
  replace(main);
  route();
}

tabs(TABS, (name) => { location.hash = name; });
translate();
tools(redraw);
const changed = calm(() => { choose(); route(); });
$("filters").addEventListener("input", changed);
$("filters").addEventListener("reset", () => setTimeout(changed));
$("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", route);
redraw();
makeIndex().then(() => { if ($("q").value) changed(); });
document.documentElement.dataset.ready = "yes";
