// Charts, drawn by Observable Plot; each says in words what it shows.
const INK = { accent: "var(--accent)", band: "var(--band)", quiet: "var(--quiet)" };

function drawn(label, options) {
  const chart = Plot.plot({ style: { background: "transparent", color: "var(--text)", fontSize: "12px" }, ...options });
  const svg = chart.tagName.toLowerCase() === "svg" ? chart : chart.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  for (const part of svg.querySelectorAll("[aria-label], [aria-description]")) { // Plot labels marks that have no role
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-description");
  }
  return chart;
}

const widthOf = (place, most) => Math.max(260, Math.min(most, place.clientWidth || most));
const tick = (unit) => (value) => SHARES.includes(unit) ? `${number(value * 100, Math.abs(value) < 0.01 && value !== 0 ? 2 : 0)} %`
  : compact.format(value);

/** Complete periods as a line, the last of them joined with dashes to those that are not complete. */
function lines(all) {
  const lastComplete = all.findLastIndex((point) => point.complete);
  return [
    Plot.line(all.slice(0, lastComplete + 1), { x: "date", y: "value", stroke: INK.accent, strokeWidth: 2 }),
    Plot.line(all.slice(Math.max(0, lastComplete)), { x: "date", y: "value", stroke: INK.accent, strokeWidth: 1.5, strokeDasharray: "3,3" }),
  ];
}

const dots = (all, size, shown) => Plot.dot(all, {
  x: "date", y: "value", r: (point) => (shown && point.day === shown.day ? size + 2 : size), stroke: INK.accent,
  fill: (point) => (point.complete ? "var(--accent)" : "var(--ground)"),
});

function sparkline(name) {
  const all = points(name, state.grain, SPARK);
  if (!all.length) return null;
  const unit = data.kpis[name].unit;
  const incomplete = all.filter((point) => !point.complete).length;
  const label = `Last ${all.length} periods, from ${valueText(all[0].value, unit)} to ${valueText(all.at(-1).value, unit)}`
    + (incomplete ? `; ${incomplete} not complete yet` : "");
  return drawn(label, {
    width: 220, height: 46, margin: 6, axis: null, x: { type: "utc" }, y: { zero: false }, marks: [...lines(all), dots(all, 2, shownPoint(name))],
  });
}

function seriesChart(name, width) {
  const kpi = data.kpis[name];
  const all = points(name);
  const judged = kpi.scorecard[state.grain] || {};
  const benchmark = judged.benchmark_low !== undefined && judged.benchmark_low !== null;
  return drawn(`${kpi.label} by ${GRAINS[state.grain]}, ${all.length} periods; the figures are in the table below`, {
    width, height: 220, marginLeft: 64, marginRight: 16, x: { type: "utc", label: null }, y: { label: null, grid: true, zero: kpi.unit === "count", tickFormat: tick(kpi.unit), ticks: 5 },
    marks: [
      benchmark ? Plot.rectY([judged], { y1: "benchmark_low", y2: "benchmark_high", fill: "var(--benchmark)", stroke: "var(--benchmark)" }) : null,
      Plot.areaY(all.filter((point) => point.low !== null), { x: "date", y1: "low", y2: "high", fill: INK.band }),
      judged.target === undefined ? null : Plot.ruleY([judged.target], { stroke: "var(--target)", strokeDasharray: "6,3" }),
      ...lines(all),
      dots(all, all.length > 60 ? 1.5 : 3, shownPoint(name)),
      Plot.tip(all, Plot.pointerX({ x: "date", y: "value", fill: "var(--ground)", title: (point) => `${periodText(point.day)}: ${valueText(point.value, kpi.unit)}${point.complete ? "" : " (not complete)"}` })),
    ],
  });
}

const short = (text) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** Bars in the order in which they come; rows are [name, value, text]. `ends` are what the scale must hold. */
function bars(label, rows, width, { colour = INK.accent, ends = [] } = {}) {
  const named = rows.map(([name, value, text], place) => ({ name, value, text, place: String(place) }));
  const [low, high] = d3.extent([0, ...ends, ...named.map((row) => row.value)]);
  return drawn(label, {
    width, height: 14 + 22 * rows.length, marginLeft: 150, marginRight: 90, marginTop: 4, marginBottom: 8, x: { axis: null, domain: [low, high > low ? high : low + 1] }, y: { axis: null, domain: named.map((row) => row.place) },
    marks: [
      Plot.barX(named, { x: "value", y: "place", fill: colour, fillOpacity: 0.75, insetTop: 3, insetBottom: 3 }),
      Plot.ruleX([0], { stroke: INK.quiet }),
      Plot.text(named, { y: "place", text: (row) => short(row.name), frameAnchor: "left", textAnchor: "end", dx: -8, fill: "currentColor", title: "name" }),
      Plot.text(named, { x: (row) => Math.max(0, row.value), y: "place", text: "text", textAnchor: "start", dx: 5, fill: "currentColor" }),
    ],
  });
}
