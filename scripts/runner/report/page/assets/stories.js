// What takes more than one KPI, or one with steps: funnel, journeys, attribution, cohorts.
const FUNNEL = ["mql_rate", "mql_to_sql_rate", "sql_to_opportunity_rate", "opportunity_win_rate"];
const COHORTS = ["cohort_retention_rate", "lead_conversion_rate", "predicted_customer_lifetime_value"];
const nothing = (what) => element("p", { class: "quiet" }, `No ${what} in what is shown.`);

/** Steps with what went on and what dropped off; rows are [step, reached, went on, share, period]. */
function steps(place, title, rows) {
  const dropped = (row) => row[1] - row[2];
  const texts = rows.map((row) => [row[0], 1 - row[3], `${valueText(1 - row[3], "rate")} dropped off`]);
  return [
    element("figure", {}, bars(`${title}: share that dropped off at each step; the figures are in the table below`, texts, widthOf(place, 640), { colour: "var(--bad)", ends: [1] })),
    table(`${title} as a table`, ["Step", "Period", "Reached", "Went on", "Rate", "Dropped off"],
      rows.map((row) => [row[0], periodText(row[4]), number(row[1], 0), number(row[2], 0), valueText(row[3], "rate"), number(dropped(row), 0)])),
  ];
}

function showFunnel() {
  const place = document.getElementById("funnel-figures");
  const rows = FUNNEL.filter((name) => data.kpis[name]).map((name) => [data.kpis[name].label, shownPoint(name)])
    .filter(([, point]) => point && point.denominator).map(([label, point]) => [label, point.denominator, point.numerator, point.value, point.day]);
  place.replaceChildren(...(rows.length ? steps(place, "Funnel", rows) : [nothing("funnel")]));
}

function showJourneys() {
  const place = document.getElementById("journeys-figures");
  const name = "journey_step_conversion_rate";
  const found = data.kpis[name] ? slicesAt(name).journey_step : null;
  if (!found) return place.replaceChildren(nothing("journey"));
  const day = shownPoint(name).day;
  const rows = found.rows.filter(([, , base]) => base).map(([label, value, base]) => [data.names[label], base, Math.round(value * base), value, day]);
  rows.sort((one, other) => one[0].localeCompare(other[0], "en", { numeric: true }));
  const told = found.total > found.rows.length ? [element("p", { class: "quiet" }, `The ${found.rows.length} steps of the most entries of ${found.total}.`)] : [];
  return place.replaceChildren(...steps(place, "Journey steps", rows), ...told, ...journeysBeside());
}

function showAttribution() {
  const place = document.getElementById("attribution-figures");
  if (!data.models.length) return place.replaceChildren(nothing("attributed conversion"));
  const models = [...new Set(data.models.map((row) => row.model))];
  const totals = d3.rollup(data.models, (rows) => d3.mean(rows, (row) => row.revenue), (row) => row.channel);
  const channels = [...totals.keys()].sort((one, other) => totals.get(other) - totals.get(one));
  const at = new Map(data.models.map((row) => [`${row.model} ${row.channel}`, row]));
  const row = (model, channel) => at.get(`${model} ${channel}`);
  const most = d3.max(data.models, (found) => found.revenue);
  const words = (model) => model.replaceAll("_", " ");
  const heads = ["Channel", ...models.map(words)];
  const cells = (column, digits) => channels.map((channel) => [channel, ...models.map((model) => (row(model, channel) ? number(row(model, channel)[column], digits) : "-"))]);
  const chart = (model) => element("div", {}, element("h3", {}, words(model)), element("figure", {}, bars(
    `Revenue by channel, ${words(model)}; the figures are in the table below`,
    channels.filter((channel) => row(model, channel)).map((channel) => [channel, row(model, channel).revenue, valueText(row(model, channel).revenue, "currency")]),
    Math.min(360, widthOf(place, 360)), { ends: [most] })));
  return place.replaceChildren(element("div", { class: "slices" }, ...models.map(chart)),
    table(`Revenue by channel and model, ${data.currency}`, heads, cells("revenue", 2)),
    table("Conversions by channel and model", heads, cells("conversions", 2)));
}

function showCohorts() {
  const place = document.getElementById("cohorts-figures");
  const grain = state.grain === "day" || state.grain === "rolling_28_days" ? "month" : state.grain;
  const held = COHORTS.filter((name) => data.kpis[name] && points(name, grain).length);
  if (!held.length) return place.replaceChildren(nothing("cohort"));
  const days = (data.periods[grain] || []).slice(-SPARK);
  const at = (name, day) => points(name, grain).find((point) => point.day === day);
  const cell = (name, day) => {
    const point = at(name, day);
    if (!point) return "-";
    return `${valueText(point.value, data.kpis[name].unit)}${point.denominator === null ? "" : ` of ${number(point.denominator, 0)}`}${point.complete ? "" : " so far"}`;
  };
  return place.replaceChildren(table(`The last ${days.length} cohorts by ${GRAINS[grain]}`, ["Cohort", ...held.map((name) => data.kpis[name].label)],
    days.reverse().map((day) => [periodText(day, grain), ...held.map((name) => cell(name, day))])));
}
