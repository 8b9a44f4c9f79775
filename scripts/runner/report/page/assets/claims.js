// Who claims what: each tool's claim beside ours, and the parts of the difference.
const PART_NAMES = {
  other_window: "Other window", view_through: "After a view", refunds: "Refunds", tax: "Tax", shipping: "Shipping", double_claims: "Claimed by several",
  other_model: "Split otherwise", other_day: "Other day", unknown_persons: "Nobody known", other_denominator: "Other base", unexplained: "Unexplained",
};
const CLAIM_NAMES = { revenue: "Revenue", conversions: "Conversions" };
const inWords = (text) => text.replaceAll("_", " ");

/** A claim's figure: counts may be parts of one, shares have three digits. */
function claimText(value, unit) {
  if (value === null || value === undefined) return "-";
  if (unit === "count") return number(value, Number.isInteger(value) ? 0 : 1);
  return unit === "rate" ? `${fixed(value * 100, 1)} %` : number(value, 2);
}

/** What of the difference each part is, the greatest first, in words. */
function whyText(parts, unit) {
  const held = data.claims.parts.map((part) => [part, parts[part]]).filter(([, value]) => value && claimText(Math.abs(value), unit) !== claimText(0, unit));
  held.sort((one, other) => Math.abs(other[1]) - Math.abs(one[1]));
  return held.map(([part, value]) => `${PART_NAMES[part].toLowerCase()} ${claimText(value, unit)}`).join(", ") || "equal";
}

function ofClaim(claim, rows) {
  const unit = rows[0][2];
  const used = data.claims.parts.filter((part) => rows.some((row) => row[6][part]));
  const title = `${CLAIM_NAMES[claim]}${unit === "currency" ? `, ${data.currency}` : ""}: the difference in parts`;
  return table(title, ["Tool", "Its claim", "Ours", "Difference", ...used.map((part) => PART_NAMES[part]), "Window"],
    rows.map((row) => [inWords(row[0]), ...[row[3], row[4], row[5]].map((value) => claimText(value, unit)),
      ...used.map((part) => claimText(row[6][part] || 0, unit)), data.claims.windows[row[0]] || "-"]));
}

/** The period that is shown: the chosen one, else the latest complete one with claims. */
function claimedPeriod(grain) {
  const days = data.claims.periods[grain] || {};
  if (state.period && grain === state.grain) return state.period;
  return Object.keys(days).filter((day) => days[day].complete).sort().at(-1);
}

function showClaims() {
  const place = document.getElementById("claims-figures");
  if (!place) return;
  const grain = data.claims.periods[state.grain] ? state.grain : "month";
  const day = claimedPeriod(grain);
  const found = (data.claims.periods[grain] || {})[day];
  if (!found) return place.replaceChildren(nothing("tool's claim"));
  const revenue = found.tools.filter((row) => row[1] === "revenue");
  const conversions = found.tools.filter((row) => row[1] === "conversions");
  const others = found.tools.filter((row) => !CLAIM_NAMES[row[1]]);
  const sold = points("total_revenue", grain).find((point) => point.day === day);
  const claimed = d3.sum(revenue, (row) => row[3]);
  const text = revenue.length && sold
    ? `In ${periodText(day, grain)} these tools claim ${valueText(claimed, "currency")} of revenue together; ${valueText(sold.value, "currency")} was sold in all. `
    : `In ${periodText(day, grain)}. `;
  const most = d3.greatest(revenue, (row) => row[5]);
  const why = most && most[5] > 0 ? `Furthest above ours is ${inWords(most[0])}, by ${valueText(most[5], "currency")}: ${whyText(most[6], "currency")}.` : "";
  return place.replaceChildren(element("p", { class: "claimed" }, text + why),
    ...(revenue.length ? [ofClaim("revenue", revenue)] : []),
    ...(conversions.length ? [ofClaim("conversions", conversions)] : []),
    ...(found.campaigns.length ? [tableOnDemand("Revenue by campaign", () => table(`The ${found.campaigns.length} of the greatest difference of ${found.total}, ${data.currency}`,
      ["Tool and campaign", "Its claim", "Ours", "Difference", "Why"],
      found.campaigns.map((row) => [`${inWords(row[0])}: ${row[1] === "(none)" ? row[2] : row[1]}`, ...[row[3], row[4], row[5]].map((value) => claimText(value, "currency")), whyText(row[6], "currency")])))] : []),
    ...(others.length ? [tableOnDemand("Opens, clicks and other counts", () => table("What tools count, beside our count of the same",
      ["Tool and claim", "Its claim", "Ours", "Difference", "Why"],
      others.map((row) => [`${inWords(row[0])}: ${inWords(row[1])}`, ...[row[3], row[4], row[5]].map((value) => claimText(value, row[2])), row[4] === null ? "we have none of it" : whyText(row[6], row[2])])))] : []));
}
