// The filters, and what is drawn when.
const control = (name) => document.getElementById(name);
const articles = [...document.querySelectorAll(".kpi")];
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting && !entry.target.dataset.drawn) showKpi(entry.target);
}, { rootMargin: "600px" });

function fillPeriods() {
  const days = [...(data.periods[state.grain] || [])].reverse();
  state.period = "";
  control("period").replaceChildren(element("option", { value: "" }, "latest complete"), ...days.map((day) => element("option", { value: day }, periodText(day))));
}

function show() {
  for (const part of document.querySelectorAll("section[data-family], .kpi")) part.hidden = Boolean(state.family) && part.dataset.family !== state.family;
  showGlance();
  showCards();
  showChannels();
  showFunnel();
  showJourneys();
  showCohorts();
  showClaims();
  for (const article of articles) {
    delete article.dataset.drawn;
    seen.unobserve(article);
    seen.observe(article);
  }
  control("told").textContent = state.period ? `Shown: ${periodText(state.period)}. Changes are judged in the latest complete period alone.` : "";
}

const drawAll = () => articles.filter((article) => !article.dataset.drawn).forEach(showKpi);

function start() {
  const grains = Object.keys(GRAINS).filter((grain) => data.periods[grain]);
  if (!data.periods[state.grain] && grains.length) [state.grain] = grains;
  control("grain").replaceChildren(...grains.map((grain) => element("option", { value: grain }, GRAINS[grain])));
  control("grain").value = state.grain;
  fillPeriods();
  control("grain").addEventListener("change", (event) => { state.grain = event.target.value; fillPeriods(); show(); });
  control("period").addEventListener("change", (event) => { state.period = event.target.value; show(); });
  control("family").addEventListener("change", (event) => { state.family = event.target.value; show(); });
  control("filters").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", drawAll);
  showAttribution();
  show();
  document.documentElement.dataset.ready = "yes";
}

start();
