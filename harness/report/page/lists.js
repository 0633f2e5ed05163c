// The lists, each with its filter: what it is set to stands in the address.
const topicOf = id => id.split("/")[0];
const worst = ["error", "fail", "inconclusive", "unsupported", "pass"];
const caseMarks = c => report.iuts.map(iut => {
  const verdicts = c.runs.filter(r => r.iut === iut).map(r => r.verdict);
  return verdicts.length ? verdictMark(worst.find(v => verdicts.includes(v)) || verdicts[0], iut) : null;
}).concat(c.comparisons.some(d => d.differences) ? el("span", { class: "badge" }, "≠ " + Math.max(...c.comparisons.map(d => d.differences))) : null);
const distinct = list => [...new Set(list)].sort((a, b) => a < b ? -1 : 1);
const classOf = Object.fromEntries(report.rows.map(r => [r.id, r.class]));
const judgements = c => [...c.runs, ...c.comparisons];
const statusFits = (status, wanted) => !wanted || (wanted === "not as recorded" ? !report.green.includes(status) : status === wanted);
const firstSentence = text => text.split(/(?<=\.) /)[0];
const lower = parts => parts.flat().filter(Boolean).join(" ").toLowerCase();

// A list says what there is, what the filter's fields offer, whether an item fits what they are set to, by which words it is
// found, and how it is drawn.
const lists = {
  cases: {
    items: report.cases, one: "case",
    offers: {
      topic: distinct(report.cases.map(c => topicOf(c.id))), iut: report.iuts, verdict: distinct(report.cases.flatMap(c => c.runs.map(r => r.verdict))),
      compared: ["alike", "different", "not compared"], status: ["not as recorded", ...distinct(report.cases.flatMap(c => judgements(c).map(j => j.status)))],
      class: distinct(report.rows.map(r => r.class)), requirement: distinct(report.cases.flatMap(c => c.requirements)),
    },
    fits: (c, f) => (!f.topic || topicOf(c.id) === f.topic) && c.runs.some(r => (!f.iut || r.iut === f.iut) && (!f.verdict || r.verdict === f.verdict)) &&
      (!f.compared || c.comparisons.some(d => (d.not_compared ? "not compared" : d.differences ? "different" : "alike") === f.compared)) &&
      judgements(c).some(j => statusFits(j.status, f.status)) && (!f.class || judgements(c).some(j => (j.rows || []).some(id => classOf[id] === f.class))) &&
      (!f.requirement || c.requirements.includes(f.requirement)),
    words: c => lower([c.id, c.title, c.clauses, c.requirements, c.labels, c.script, judgements(c).flatMap(j => [j.reason, j.rows, (j.failures || []).map(f => [f.expected, f.got, f.reason].join(" "))].flat())]),
    draw: c => el("a", { class: "item", href: path("case", c.id) }, caseMarks(c), el("code", null, c.id), el("span", null, c.title), el("span", { class: "muted" }, c.clauses.join(", ")),
      [...new Set(judgements(c).map(j => j.status))].map(statusMark)),
  },
  divergences: {
    items: report.divergences, one: "root cause",
    offers: { iut: report.iuts, class: ["none", ...distinct(report.divergences.map(d => d.class).filter(Boolean))], status: ["not as recorded", ...distinct(report.divergences.map(d => d.status))] },
    fits: (d, f) => (!f.iut || d.iut === f.iut) && (!f.class || (d.class || "none") === f.class) && statusFits(d.status, f.status),
    words: d => lower([d.id, d.clause, d.class, d.cases, (report.rows.find(r => r.id === d.id) || {}).reason]),
    draw: d => el("a", { class: "item", href: path("divergence", d.id) }, el("span", { class: "mark " + (d.class.endsWith("-defect") || d.class === "both" ? "v1" : d.class ? "non-strict" : "violation") }, d.class || "not on record"),
      el("b", null, d.clause), el("span", null, firstSentence((report.rows.find(r => r.id === d.id) || { reason: d.id }).reason)),
      el("span", { class: "muted" }, d.iut + ", " + plural(d.cases.length, "case") + (d.matrix ? ", " + d.matrix + " of the matrix" : "")), statusMark(d.status)),
  },
  requirements: {
    items: report.requirements, one: "requirement",
    offers: { rfc: distinct(report.requirements.map(r => r.rfc)), level: distinct(report.requirements.map(r => r.level)),
      stands: ["shown", "not shown", "no case", "not testable", ...report.iuts.map(i => "not passed by " + i)] },
    fits: (r, f) => (!f.rfc || r.rfc === f.rfc) && (!f.level || r.level === f.level) && (!f.stands || ({ shown: r.can && r.shown.length > 0, "not shown": r.can && r.cases.length > 0 && r.shown.length === 0,
      "no case": r.can && r.cases.length === 0, "not testable": !r.can })[f.stands] || r.can && report.iuts.some(i => f.stands === "not passed by " + i && !r.passed.includes(i))),
    words: r => lower([r.id, r.clause, r.level, r.text, r.cases]),
    draw: r => el("a", { class: "item", href: path("requirement", r.id) }, r.can ? report.iuts.map(i => verdictMark(r.passed.includes(i) ? "pass" : "fail", i)) : el("span", { class: "mark none" }, "not testable"),
      el("code", null, r.id), el("b", null, r.level), el("span", null, r.text), el("span", { class: "muted" }, r.clause + ", " + (r.cases.length ? plural(r.cases.length, "case") : "no case") + (r.shown.length ? ", shown" : ""))),
  },
};

// chosen is the list that was looked at last, as filtered: j and k go through it from case to case.
const chosen = { name: "cases", items: report.cases };

// prepare makes a list's fields ready, once.
function prepare(name) {
  const list = lists[name], view = $("view-" + name);
  if (list.view) return;
  list.view = view;
  list.form = view.querySelector("form");
  for (const [field, values] of Object.entries(list.offers)) {
    list.form.elements[field].append(el("option", { value: "" }, "any"), ...values.map(v => el("option", { value: v }, v)));
  }
  const changed = () => {
    const q = new URLSearchParams([...new FormData(list.form)].filter(([, v]) => v));
    list.address = "#" + name + (q.size ? "?" + q : "");
    history.replaceState(history.state, "", list.address);
    fill(name);
  };
  list.form.addEventListener("input", changed);
  list.form.addEventListener("submit", event => event.preventDefault());
  list.form.addEventListener("reset", () => setTimeout(changed));
}

// set puts the fields to what the address says, and fills the list.
function set(name, query) {
  prepare(name);
  const q = new URLSearchParams(query), form = lists[name].form;
  lists[name].address = "#" + name + (query ? "?" + query : "");
  for (const field of form.elements) if (field.name) field.value = q.get(field.name) || "";
  fill(name);
}

function fill(name) {
  const list = lists[name], f = Object.fromEntries(new FormData(list.form)), words = f.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = list.items.filter(item => list.fits(item, f) && words.every(w => (item.words ||= list.words(item)).includes(w)));
  list.view.querySelector("ol").replaceChildren(...found.map(item => el("li", null, list.draw(item))));
  list.form.querySelector("output").textContent = found.length === list.items.length ? "all " + plural(found.length, list.one) : found.length + " of " + plural(list.items.length, list.one);
  Object.assign(chosen, { name, items: found });
}
