"use strict";
/* An article's text with its mentions: nested where they nest, cut in two where they cross. */

const DEEPEST = 12;
const ARABIC = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/**
 * The paragraphs of a text as elements. `mentions` are objects `{start, end, label, …}` in the order of the text, longer first;
 * `mark(mention)` gives the element of a piece of one.
 */
function paragraphs(text, mentions, mark) {
  const made = [];
  let from = 0;
  let next = 0;
  let open = []; // those that go on into the next paragraph
  for (const line of text.split("\n")) {
    const end = from + line.length;
    const here = open.filter((m) => m.end > from);
    while (next < mentions.length && mentions[next].start < end) here.push(mentions[next++]);
    if (line.trim()) made.push(h("p", { dir: ARABIC.test(line) ? "rtl" : "auto" }, pieces(text, from, end, here, mark)));
    open = here.filter((m) => m.end > end + 1);
    from = end + 1;
  }
  return made;
}

function pieces(text, from, end, mentions, mark) {
  const root = document.createDocumentFragment();
  const waiting = mentions.map((m) => ({ mention: m, start: Math.max(m.start, from), end: Math.min(m.end, end) })).filter((p) => p.start < p.end);
  waiting.sort((a, b) => a.start - b.start || b.end - a.end);
  const stack = [{ element: root, end: Infinity, height: 0 }];
  let at = from;
  const write = (to) => { if (to > at) { stack.at(-1).element.append(...written(text.slice(at, to))); at = to; } };
  const closeUntil = (place) => {
    while (stack.at(-1).end <= place) {
      const done = stack.at(-1);
      write(done.end);
      stack.pop();
      done.element.style.setProperty("--h", done.height);
      stack.at(-1).height = Math.max(stack.at(-1).height, done.height + 1);
    }
  };
  for (let i = 0; i < waiting.length; i++) {
    const piece = waiting[i];
    closeUntil(piece.start);
    write(piece.start);
    if (stack.length > DEEPEST) continue; // still in the tables; no eye tells more layers apart
    const limit = stack.at(-1).end;
    if (piece.end > limit) { // it crosses the end of the one around it: the rest follows after that one
      const rest = { mention: piece.mention, start: limit, end: piece.end };
      let to = i + 1;
      while (to < waiting.length && (waiting[to].start < rest.start || (waiting[to].start === rest.start && waiting[to].end > rest.end))) to++;
      waiting.splice(to, 0, rest);
      piece.end = limit;
    }
    const element = mark(piece.mention);
    stack.at(-1).element.append(element);
    stack.push({ element, end: piece.end, height: 0 });
  }
  closeUntil(end);
  write(end);
  return root;
}

/** The words around a span, on one line, with the span marked. */
function inContext(text, start, end, label, width = 60) {
  const flat = (piece) => piece.replace(/\s+/g, " ");
  const before = text.slice(Math.max(0, start - width), start);
  const after = text.slice(end, end + width);
  const shown = end - start > 300 ? `${text.slice(start, start + 300)}…` : text.slice(start, end);
  return h("bdi", { class: "context", dir: ARABIC.test(before + shown + after) ? "rtl" : "auto" },
    start > width ? "…" : "", written(flat(before)), h("mark", { class: label }, written(flat(shown))), written(flat(after)), end + width < text.length ? "…" : "");
}

/** Arrow keys in a text go from mention to mention, Enter opens: the text is one stop of the Tab key, however many mentions it has. */
function walkable(box, open) {
  const step = (event) => {
    const marks = [...box.querySelectorAll("[data-m]")];
    if (!marks.length) return;
    const rtl = getComputedStyle(box).direction === "rtl";
    const moves = { ArrowDown: 1, ArrowUp: -1, [rtl ? "ArrowLeft" : "ArrowRight"]: 1, [rtl ? "ArrowRight" : "ArrowLeft"]: -1 };
    const here = marks.indexOf(document.activeElement);
    if (event.key in moves) {
      event.preventDefault();
      const to = here < 0 ? (moves[event.key] > 0 ? 0 : marks.length - 1) : Math.min(Math.max(here + moves[event.key], 0), marks.length - 1);
      marks[to].focus();
    } else if ((event.key === "Enter" || event.key === " ") && here >= 0) {
      event.preventDefault();
      open(marks[here]);
    }
  };
  box.addEventListener("keydown", step);
  box.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-m]");
    if (hit && getSelection().isCollapsed) open(hit);
  });
  return box;
}
