// A section per KPI: its chart, and its slices as sorted bars.
function showKpi(article) {
  const name = article.dataset.kpi;
  const kpi = data.kpis[name];
  const place = article.querySelector(".figures");
  const all = points(name);
  place.classList.toggle("empty", !all.length);
  article.dataset.drawn = "yes";
  if (!all.length) {
    place.replaceChildren(element("p", { class: "quiet" }, `No figures by ${GRAINS[state.grain]}.`));
    return;
  }
  const judged = kpi.scorecard[state.grain];
  const base = (value) => (value === null ? "-" : number(value, 0));
  place.replaceChildren(
    element("figure", {}, seriesChart(name, widthOf(place, 900))),
    element("p", { class: "quiet" }, [
      "Filled dots are complete periods, hollow ones are not complete yet.",
      all.some((point) => point.low !== null) ? "The band is the 95 % interval." : "",
      judged && judged.target !== undefined ? `Dashed line: target ${valueText(judged.target, kpi.unit)}.` : "",
      judged && judged.benchmark_low !== undefined ? `${benchmarkText(judged, kpi.unit)}, the shaded band.` : "",
    ].filter(Boolean).join(" ")),
    tableOnDemand(`Figures of ${kpi.label}`, () => table(`${kpi.label} by ${GRAINS[state.grain]}`, ["Period", "Value", "95 % from", "to", "Counted", "Base", "Complete"],
      [...all].reverse().map((point) => [periodText(point.day), valueText(point.value, kpi.unit), valueText(point.low, kpi.unit), valueText(point.high, kpi.unit),
        base(point.numerator), base(point.denominator), point.complete ? "yes" : "no"]))),
    slicesOf(name, widthOf(place, 560)));
}

/** What stands of a KPI's slices in the period that is shown: {dimension: {total, rows}}. */
function slicesAt(name) {
  const point = shownPoint(name);
  const slices = data.kpis[name].slices[state.grain];
  return (point && slices && slices[point.day]) || {};
}

function slicesOf(name, width) {
  const kpi = data.kpis[name];
  const found = Object.entries(slicesAt(name));
  const point = shownPoint(name);
  if (!found.length) {
    const is_sliced = Object.values(kpi.slices).length > 0;
    return element("p", { class: "quiet" }, is_sliced && point ? `The slices of ${periodText(point.day)} are in the database alone.` : "");
  }
  return element("div", { class: "slices" }, ...found.map(([dimension, { total, rows }]) => {
    const named = rows.map(([place, value, denominator]) => [data.names[place], value, valueText(value, kpi.unit), denominator]);
    const told = total > rows.length ? ` (the ${rows.length} of the largest base of ${total})` : "";
    const title = `By ${dimension.replaceAll("_", " ")}, ${periodText(point.day)}${told}`;
    return element("div", {}, element("h4", {}, title),
      element("figure", {}, bars(`${kpi.label}. ${title}; the figures are in the table below`, named, Math.min(width, 350))),
      tableOnDemand(`${kpi.label} by ${dimension.replaceAll("_", " ")} as a table`, () => table(title, [dimension.replaceAll("_", " "), "Value", "Base"],
        named.map(([label, , text, denominator]) => [label, text, denominator === null ? "-" : number(denominator, 0)]))));
  }));
}
