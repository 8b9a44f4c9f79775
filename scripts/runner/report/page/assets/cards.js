// A card per KPI: its value, where it comes from, and how it stands.
/** A difference without its base: of shares in points, of everything else in the unit. */
const differenceText = (value, unit) => (SHARES.includes(unit) ? changeText(value, null, unit) : valueText(value, unit));
const tone = (verdict) => (["better", "met"].includes(verdict) ? "better" : ["worse", "missed"].includes(verdict) ? "worse" : null);

function benchmarkText(judged, unit) {
  const [low, high] = [valueText(judged.benchmark_low, unit), valueText(judged.benchmark_high, unit)];
  return `Sector ${low === high ? low : `${low} to ${high}`}${judged.benchmark_sources ? ` (${sourcesText(judged.benchmark_sources)})` : ""}`
    + (judged.benchmark_sector === "all" ? ", all sectors" : "") + (judged.benchmark_caveat ? `; ${judged.benchmark_caveat}` : "");
}

/** `Campaign Monitor 2019: 0.143; …` as `Campaign Monitor 2019`: the figures stand before it. */
const sourcesText = (sources) => sources.split("; ").map((source) => source.replace(/: -?[0-9.e-]+$/, "")).join("; ");

function judgedLines(judged, unit) {
  const lines = [];
  if (judged.is_thin) lines.push(element("p", { class: "thin" }, "Rests on few observations"));
  if (judged.change !== undefined) {
    lines.push(element("p", { class: "change" }, `${changeText(judged.change, judged.relative_change, unit)} against ${periodText(judged.previous_period_start)}`,
      judged.verdict ? element("span", { class: `verdict ${tone(judged.verdict) || ""}` }, ` ${judged.verdict}`) : null));
  } else if (judged.verdict) {
    lines.push(element("p", { class: "change" }, judged.verdict));
  }
  if (judged.year_ago_value !== undefined) {
    const relative = judged.year_ago_value ? judged.year_ago_change / Math.abs(judged.year_ago_value) : null;
    lines.push(element("p", { class: "quiet" }, `A year ago ${valueText(judged.year_ago_value, unit)} (${changeText(judged.year_ago_change, relative, unit)})`));
  }
  if (judged.target !== undefined) {
    lines.push(element("p", { class: "target" }, `Target ${valueText(judged.target, unit)}`, judged.status ? element("span", { class: tone(judged.status) }, ` ${judged.status}`) : null));
  }
  if (judged.benchmark_low !== undefined) {
    lines.push(element("p", { class: "benchmark" }, benchmarkText(judged, unit),
      judged.against_benchmark ? element("span", { class: tone(judged.against_benchmark) }, ` ${judged.against_benchmark}`) : null));
  }
  if (judged.uplift !== undefined) {
    lines.push(element("p", { class: "automation" }, `Since automation ${valueText(judged.baseline_value + judged.uplift, unit)}, before ${valueText(judged.baseline_value, unit)}`
      + (judged.uplift_low === undefined ? "" : ` (difference ${differenceText(judged.uplift_low, unit)} to ${differenceText(judged.uplift_high, unit)})`)));
  }
  return lines;
}

function card(name) {
  const kpi = data.kpis[name];
  const judged = kpi.scorecard[state.grain] || {};
  const point = shownPoint(name);
  const isJudged = point && point.day === judged.period_start;
  const interval = point && point.low !== null ? element("p", { class: "quiet interval" }, `95 % interval ${valueText(point.low, kpi.unit)} to ${valueText(point.high, kpi.unit)}`) : null;
  return element("li", { class: "card", "data-card": name },
    element("h3", {}, element("a", { href: `#kpi-${name}` }, kpi.label)),
    element("p", { class: "value" }, point ? valueText(point.value, kpi.unit) : "-"),
    element("p", { class: "quiet" }, point ? periodText(point.day) + (point.complete ? "" : ", not complete yet") : state.period ? `nothing in ${periodText(state.period)}` : "no complete period yet"),
    sparkline(name), interval,
    ...(isJudged ? judgedLines(judged, kpi.unit) : []));
}

function showCards() {
  for (const list of document.querySelectorAll("[data-cards]")) {
    const names = Object.keys(data.kpis).filter((name) => data.kpis[name].family === list.dataset.cards);
    const held = names.filter((name) => points(name).length);
    list.replaceChildren(...held.map(card));
    list.hidden = !held.length;
    const absent = names.filter((name) => !held.includes(name)).map((name) => data.kpis[name].label);
    document.querySelector(`[data-absent="${CSS.escape(list.dataset.cards)}"]`).textContent = absent.length ? `Without data: ${absent.join(", ")}.` : "";
  }
}
