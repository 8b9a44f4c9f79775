// What changed, what only seems to have, and what paid off.
const isTested = (judged) => judged.change_z !== undefined;
const sized = (row) => Math.abs(isTested(row.judged) ? row.judged.change_z : row.judged.relative_change || 0);

/** The KPIs of the family that is shown, each with how the latest complete period is judged. */
function judgedKpis() {
  return Object.entries(data.kpis).filter(([, kpi]) => !state.family || kpi.family === state.family)
    .map(([name, kpi]) => ({ name, kpi, judged: kpi.scorecard[state.grain] })).filter((row) => row.judged && row.judged.value !== undefined);
}

/** A line of KPIs, the greatest first, each a link to its section; nothing where there are none. */
function listed(title, rows, text) {
  if (!rows.length) return [];
  const links = rows.flatMap((row, place) => [place ? ", " : "", element("a", { href: `#kpi-${row.name}` }, row.kpi.label), ` (${text(row)})`]);
  return [element("p", { class: "listed" }, element("strong", {}, `${title}: `), ...links)];
}

function showGlance() {
  const place = document.getElementById("glance-figures");
  const rows = judgedKpis().sort((one, other) => sized(other) - sized(one));
  const judged = rows.filter((row) => row.judged.verdict);
  const of = (verdict, tested) => judged.filter((row) => row.judged.verdict === verdict && isTested(row.judged) === tested);
  const changed = ({ kpi, judged: found }) => changeText(found.change, found.relative_change, kpi.unit);
  const noise = judged.filter((row) => row.judged.verdict === "within noise").length;
  const missed = rows.filter((row) => row.judged.status === "missed");
  const met = rows.filter((row) => row.judged.status === "met").length;
  if (!judged.length && !missed.length && !met) return place.replaceChildren(nothing("judged figure"));
  const told = [`The latest complete period against the one before: of ${judged.length} figures with a verdict ${noise} changed no more than chance explains.`];
  if (met + missed.length) told.push(`${met} of ${met + missed.length} targets are met.`);
  return place.replaceChildren(element("p", {}, told.join(" ")),
    ...listed("Worse, beyond chance", of("worse", true), changed), ...listed("Better, beyond chance", of("better", true), changed),
    ...listed("Target missed", missed, ({ kpi, judged: found }) => `${valueText(found.value, kpi.unit)}, target ${valueText(found.target, kpi.unit)}`),
    element("details", {}, element("summary", {}, `Which no test covers, by direction alone: ${of("worse", false).length} worse, ${of("better", false).length} better`),
      ...listed("Worse", of("worse", false), changed), ...listed("Better", of("better", false), changed)));
}

const BY_CHANNEL = [["attributed_revenue", "Revenue credited"], ["marketing_profit", "Profit"], ["marketing_roi", "Return"], ["cost_per_acquisition", "Per acquisition"], ["cost_per_lead", "Per lead"]];
const BY_JOURNEY = [["journey_completion_rate", "Completed"], ["attributed_revenue", "Revenue credited"], ["automation_roi", "Return"]];

/** The values of a dimension as rows, the figures of several KPIs side by side: Map(value, {kpi: figure}). */
function besideByValue(columns, dimension) {
  const found = new Map();
  for (const [name] of columns) {
    const slices = data.kpis[name] ? slicesAt(name)[dimension] : null;
    for (const [place, value] of slices ? slices.rows : []) {
      if (!found.has(data.names[place])) found.set(data.names[place], {});
      found.get(data.names[place])[name] = value;
    }
  }
  return found;
}

function beside(caption, columns, dimension, sorting, unnamed) {
  const held = columns.filter(([name]) => data.kpis[name] && slicesAt(name)[dimension]);
  const found = besideByValue(held, dimension);
  const order = [...found.entries()].sort((one, other) => (other[1][sorting] ?? -Infinity) - (one[1][sorting] ?? -Infinity));
  const rows = order.map(([value, figures]) => [value === "(none)" ? unnamed : inWords(value), ...held.map(([name]) => valueText(figures[name], data.kpis[name].unit))]);
  return rows.length ? [table(caption, [dimension, ...held.map(([, head]) => head)], rows)] : [];
}

function showChannels() {
  const place = document.getElementById("channels-figures");
  const name = "marketing_profit";
  const slices = data.kpis[name] ? slicesAt(name).channel : null;
  if (!slices) return place.replaceChildren(nothing("channel's profit"));
  const day = periodText(shownPoint(name).day);
  const rows = slices.rows.map(([channel, value]) => [data.names[channel] === "(none)" ? "no channel" : inWords(data.names[channel]), value, valueText(value, "currency")])
    .sort((one, other) => other[1] - one[1]);
  return place.replaceChildren(
    element("figure", {}, bars(`Profit by channel, ${day}; the figures are in the table below`, rows, widthOf(place, 640))),
    ...beside(`What each channel brought and cost, ${day}`, BY_CHANNEL, "channel", name, "no channel"));
}

const journeysBeside = () => beside("Journeys: who got to the end, and what they are credited with", BY_JOURNEY, "journey", "attributed_revenue", "no journey");
