// What is shown, and how figures read.
const data = JSON.parse(document.getElementById("data").textContent);
const SPARK = 13;
const GRAINS = { month: "month", week: "week", quarter: "quarter", year: "year", rolling_28_days: "28 days, rolling", day: "day" };
const state = { grain: "month", period: "", family: "" };
const SHARES = data.shares;
const TIMES = data.times;

/** Rounded as the runner rounds: by what the number is, not by how it prints, and exact halves to the even digit. */
function fixed(value, digits) {
  const scaled = Math.abs(value) * 10 ** digits;
  const isHalf = Number.isInteger(value * 2 ** (digits + 1)) && scaled % 1 === 0.5;
  const even = Math.floor(scaled) + (Math.floor(scaled) % 2);
  return (isHalf ? (Math.sign(value) * even) / 10 ** digits : value).toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1");
}

const grouped = (text) => text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
const number = (value, digits) => grouped(fixed(value, digits));
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });

/** A value in its unit: `27.8 %`, `1,234.50 EUR`, `12.5 days`; a dash where there is none. */
function valueText(value, unit) {
  if (value === null || value === undefined) return "-";
  if (SHARES.includes(unit)) return `${fixed(value * 100, 1)} %`;
  if (unit === "currency") return `${number(value, 2)} ${data.currency}`;
  if (unit === "count") return number(value, 0);
  if (TIMES.includes(unit)) return `${number(value, 1)} ${unit}`;
  return number(value, 2);
}

const signed = (value) => (value > 0 && Number(fixed(value, 1)) ? "+" : "") + fixed(value, 1);

/** A change: of shares in points, of everything else in per cent. */
function changeText(change, relative, unit) {
  if (change === null || change === undefined) return "-";
  if (SHARES.includes(unit)) return `${signed(change * 100)} points`;
  return relative === null || relative === undefined ? "-" : `${signed(relative * 100)} %`;
}

/** A first day as its period: `2026-10`, `2026 Q3`, `week of 2026-10-05`. */
function periodText(day, grain = state.grain) {
  if (!day) return "-";
  if (grain === "month") return day.slice(0, 7);
  if (grain === "year") return day.slice(0, 4);
  if (grain === "quarter") return `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
  if (grain === "week") return `week of ${day}`;
  return grain === "day" ? day : `28 days from ${day}`;
}

/** The points of a KPI over everything, oldest first; periods without a figure are not among them. */
function points(name, grain = state.grain, last = Infinity) {
  const series = data.kpis[name].series[grain];
  const days = data.periods[grain] || [];
  if (!series || !series.value) return [];
  const from = Math.max(0, days.length - last);
  const at = (column, place) => (series[column] ? series[column][place] : null);
  return days.slice(from).map((day, offset) => {
    const place = from + offset;
    return {
      day, date: new Date(`${day}T00:00:00Z`), value: at("value", place), low: at("low", place), high: at("high", place),
      numerator: at("numerator", place), denominator: at("denominator", place), complete: at("complete", place) === 1,
    };
  }).filter((point) => point.value !== null);
}

/** The point that is shown: that of the chosen period, or of the latest complete one. */
function shownPoint(name, grain = state.grain) {
  const all = points(name, grain);
  if (state.period) return all.find((point) => point.day === state.period);
  const latest = data.kpis[name].scorecard[grain];
  return latest && all.find((point) => point.day === latest.period_start);
}

/** An element with attributes and children; text is text, whatever it holds. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A table of texts: the first column heads its row, the others are numbers. */
function table(caption, heads, rows) {
  const row = (cells) => element("tr", {}, ...cells.map((cell, place) =>
    place ? element("td", { class: "number" }, cell) : element("th", { scope: "row" }, cell)));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads.map((head, place) => element("th", { scope: "col", class: place ? "number" : null }, head)))),
      element("tbody", {}, ...rows.map(row))));
}

/** Figures as a table that is made when it is asked for. */
function tableOnDemand(summary, make) {
  const details = element("details", {}, element("summary", {}, summary));
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(make()); });
  return details;
}
