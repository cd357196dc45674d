"use strict";
/* Charts by Apache ECharts, each with the same figures as a table for those who read no charts. */

const drawn = new Set();
// Twenty colours told apart on white and on black.
const PALETTE = [
  "#8c96a3", "#2f7ed8", "#e8a020", "#2ca05a", "#d1495b", "#8e5bd0", "#17a2b8", "#b5651d", "#e377c2", "#9acd32",
  "#5470c6", "#f4743b", "#00a087", "#a23b72", "#c9b400", "#6c8ebf", "#ff6b6b", "#7f7f3f", "#4b8b3b", "#b39ddb",
];

/** A colour of the style sheet as the browser works it out. */
function colour(name) {
  const probe = document.body.appendChild(h("i", { style: `color: var(--${name})` }));
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** A chart that fills its box once the box stands in the page. `click` is called with what ECharts says of the thing clicked. */
function chart(description, option, click) {
  const box = h("div", { class: "chart", role: "img", "aria-label": description, dir: "ltr" });
  requestAnimationFrame(() => {
    if (!box.isConnected) return;
    const instance = echarts.init(box, isDark() ? "dark" : null, { renderer: "svg" });
    const font = getComputedStyle(document.body).fontFamily;
    instance.setOption({ backgroundColor: "transparent", textStyle: { fontFamily: font }, animation: false, color: PALETTE, ...option });
    if (click) instance.on("click", click);
    drawn.add(instance);
    box.dataset.ready = "yes";
  });
  return box;
}

function clearCharts() {
  for (const instance of drawn) instance.dispose();
  drawn.clear();
}

addEventListener("resize", calm(() => drawn.forEach((instance) => instance.resize())));

// Paper is narrower than the window, and white.
addEventListener("beforeprint", () => drawn.forEach((instance) => instance.resize({ width: 660 })));
addEventListener("afterprint", () => drawn.forEach((instance) => instance.resize({ width: "auto" })));

/** Bars by period, stacked; `series` is a list of `[name, counts]`, with a slider to choose the stretch of time. */
function stackedBars(description, periods, series, window, click) {
  return chart(description, {
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" }, order: "valueDesc" },
    legend: { type: "scroll", top: 0, textStyle: { color: colour("ink") } },
    grid: { left: 48, right: 24, top: 40, bottom: 76 },
    xAxis: { type: "category", data: periods, axisLabel: { color: colour("soft") } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: colour("soft") } },
    dataZoom: [{ type: "slider", bottom: 12, startValue: window[0], endValue: window[1] }, { type: "inside", startValue: window[0], endValue: window[1], zoomOnMouseWheel: "ctrl" }],
    series: series.map(([name, counts]) => ({ name, type: "bar", stack: "all", data: counts.map((n) => n || null), barMaxWidth: 34 })),
  }, click);
}

/** All periods of a unit from the first to the last named, or only those named where they lie too far apart. */
function filled(named, grain) {
  const sorted = [...new Set(named)].sort();
  if (!sorted.length || grain === "day") return sorted;
  const order = grain === "year" ? (p) => +p : (p) => +p.slice(0, 4) * 12 + +p.slice(5, 7) - 1;
  const name = grain === "year" ? (n) => String(n).padStart(4, "0") : (n) => `${String(Math.floor(n / 12)).padStart(4, "0")}-${String((n % 12) + 1).padStart(2, "0")}`;
  const [first, last] = [order(sorted[0]), order(sorted.at(-1))];
  return last - first > 1500 ? sorted : Array.from({ length: last - first + 1 }, (_, n) => name(first + n));
}

/** The stretch of periods that holds all but the outermost twentieths of the things counted. */
function busiest(periods, things) {
  const sorted = [...things].sort();
  const at = (share) => periods.indexOf(sorted[Math.floor(share * (sorted.length - 1))]);
  return sorted.length ? [at(0.05), at(0.95)] : [0, 0];
}
