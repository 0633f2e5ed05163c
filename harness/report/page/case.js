// What a case, a divergence and a requirement open to.
const verdictMarks = { pass: ["allowed", "✓"], fail: ["violation", "×"], unsupported: ["inconclusive", "–"], inconclusive: ["inconclusive", "?"], error: ["v2", "!"] };
const verdictMark = (verdict, text) => el("span", { class: "mark " + (verdictMarks[verdict] || ["none"])[0], title: verdict }, (text ? text + " " : "") + (verdictMarks[verdict] || ["", "·"])[1]);
const statusMark = status => report.green.includes(status) ? null : el("span", { class: "mark violation" }, "! " + status);
const path = (...parts) => "#" + parts.filter(p => p !== undefined && p !== "").map(p => p.split("/").map(encodeURIComponent).join("/")).join("/");
const link = (to, ...text) => el("a", { href: to }, ...text);
const rowLinks = rows => (rows || []).flatMap((id, n) => [n ? ", " : null, link(path("divergence", id), id)]);
const joined = (list, make) => list.flatMap((item, n) => [n ? ", " : null, make(item)]);

// command shows a command with a button that copies it.
function command(text) {
  const said = el("span", { class: "muted", role: "status" });
  const code = el("code", null, text);
  return el("p", { class: "command" }, code, " ", el("button", { type: "button", click: async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = " copied";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = " chosen: copy it with the keyboard";
    }
  } }, "copy"), said);
}

// course is a case's ladder with what differs, what failed, and the script; family and iut choose one of several.
function course(c, family, iut) {
  const all = laddersOf(c), box = el("div");
  let now = all.findIndex(l => (!family || l.families.includes(family)) && (!iut || l.iuts.includes(iut)));
  const failures = () => all[now].failures.map(f => ({ ...f, who: all[now].iuts[f.side] }));
  const tabs = all.length < 2 ? null : el("div", { class: "tabs", role: "group", "aria-label": "Family" });
  const draw = () => {
    const l = all[now], [script, point] = drawScript(c.script, failures());
    if (tabs) tabs.replaceChildren(...all.map((o, n) => el("button", { type: "button", "aria-pressed": String(n === now), click: () => { now = n; draw(); tabs.children[n].focus(); } },
      (report.iuts.length > 2 ? o.iuts.join(" and ") + ", " : "") + o.families.join(" and "))));
    box.replaceChildren(
      l.differences.length ? el("ol", { class: "differences", "aria-label": "Differences" }, l.differences.map((text, n) => el("li", null, el("button", { type: "button", class: "badge", click: () => {
        const tr = box.querySelector("#difference-" + (n + 1));
        if (tr) tr.scrollIntoView({ block: "center" });
      } }, "≠ " + (n + 1)), " ", text))) : l.iuts.length > 1 && !l.not_compared ? el("p", null, "✓ No difference over " + l.families.join(" and ") + ".") : "",
      l.not_compared ? el("p", null, "Not compared: " + l.not_compared) : "",
      l.families.length > 1 ? el("p", { class: "muted" }, "Packets are those over " + l.families[0] + "; over " + l.families.slice(1).join(" and ") + " they read the same, but for numbers ", el("code", { class: "other" }, "underlined"), ".") : "",
      el("div", { class: "course" }, el("div", { class: "side-by-side" }, drawLadder(l, point)), script));
  };
  if (now < 0) now = 0;
  if (all.length) draw();
  return [tabs, box];
}

// alike joins what differs in nothing but the family.
function alike(results) {
  const rows = new Map();
  for (const { family, ...rest } of results) {
    const key = JSON.stringify(rest);
    if (rows.has(key)) rows.get(key).families.push(family); else rows.set(key, { ...rest, families: [family] });
  }
  return [...rows.values()];
}

function runsTable(c) {
  const line = (r, who, verdict, why) => el("tr", null, el("th", { scope: "row" }, who), el("td", null, r.families.join(", ")), el("td", null, verdict),
    el("td", null, statusMark(r.status) || r.status), el("td", null, rowLinks(r.rows)), el("td", null, why));
  return el("div", { class: "scroll" }, el("table", { class: "rows" },
    el("thead", null, el("tr", null, ["stack", "family", "verdict", "status", "ledger", "why"].map(h => el("th", { scope: "col" }, h)))),
    el("tbody", null,
      alike(c.runs).map(r => line(r, r.iut, [verdictMark(r.verdict), " " + r.verdict], r.reason || (r.failures || []).slice(0, 1).map(f => "line " + f.line + ": expected " + f.expected + ", got " + f.got))),
      alike(c.comparisons).map(d => line(d, d.with + " and " + d.iut, d.not_compared ? "not compared" : d.differences ? "≠ " + plural(d.differences, "difference") : "alike", d.not_compared || "")))));
}

// record is what the ledger has and what came, of all that is not as recorded.
const record = c => [...c.runs, ...c.comparisons].filter(j => !report.green.includes(j.status)).map(j => el("div", { class: "unlike" },
  el("b", null, (j.with ? j.with + " and " : "") + j.iut + " over " + j.family + ": " + j.status),
  el("dl", { class: "facts" }, el("dt", null, "on record"), el("dd", null, el("pre", null, (j.recorded || []).join("\n") || "nothing")), el("dt", null, "now"), el("dd", null, el("pre", null, (j.now || []).join("\n") || "nothing")))));

function caseView(c, family, iut) {
  return [
    el("p", { class: "crumbs" }, link("#cases", "cases"), " / ", link("#cases?topic=" + encodeURIComponent(topicOf(c.id)), topicOf(c.id))),
    el("h1", null, c.title || c.id), el("p", null, el("code", null, c.id)),
    el("p", null, "Clauses: ", c.clauses.length ? joined(c.clauses, cited) : "none", ". Requirements: ",
      c.requirements.length ? joined(c.requirements, id => link(path("requirement", id), id)) : "none", "."),
    command("go run ./ci script -v " + quoted("fixtures/" + c.id + ".pkt")),
    record(c), runsTable(c), el("h2", null, "Side by side"), course(c, family, iut),
    el("p", { class: "muted" }, c.labels.join(" · ")),
  ];
}

const caseByID = id => report.cases.find(c => c.id === id);

// folded is a case that opens to its ladder in place.
function folded(id, opened, family) {
  const c = caseByID(id);
  if (!c) return el("li", null, id);
  const details = el("details", { class: "cause", open: opened }, el("summary", null, caseMarks(c), " ", el("span", { class: "title" }, c.id), " ", el("span", { class: "muted" }, c.title)));
  const fill = () => { if (details.open && details.childElementCount === 1) details.append(el("div", { class: "inside" }, el("p", null, link(path("case", id), "the case by itself")), command("go run ./ci script -v " + quoted("fixtures/" + id + ".pkt")), course(c, family))); };
  details.addEventListener("toggle", fill);
  fill();
  return el("li", null, details);
}

function divergenceView(d) {
  const row = report.rows.find(r => r.id === d.id);
  const causes = report.causes.filter(c => c.ledger === d.id);
  return [
    el("p", { class: "crumbs" }, link("#divergences", "divergences")),
    el("h1", null, row ? firstSentence(row.reason) : d.id),
    el("p", null, cited(d.clause), ", ", el("b", null, d.class || "not on record"), ", " + d.iut + ", ", el("code", null, d.id), " ", statusMark(d.status)),
    row ? el("p", { class: "reason" }, cited(row.reason.slice(firstSentence(row.reason).length))) : el("p", null, "No row of the ledger speaks of it."),
    el("h2", null, plural(d.cases.length, "case")), el("ul", { class: "plain" }, d.cases.map((id, n) => folded(id, n === 0))),
    d.matrix ? el("p", null, plural(d.matrix, "case") + " of the matrix of states and events.") : null,
    causes.length ? [el("h2", null, "In the matrix"), el("ul", { class: "plain" }, causes.map(c => el("li", { class: "cause" }, el("dl", { class: "facts" },
      el("dt", null, "rule"), el("dd", null, el("code", null, c.rule), ": " + c.shape + [c.after && ", after " + c.after, c.in && ", in " + c.in].filter(Boolean).join("")),
      el("dt", null, "clause"), el("dd", null, cited(c.clause || ""), " ", c.level || "", ", " + plural(c.cases, "case"), statusMark(c.status)),
      c.expected ? [el("dt", null, "expected"), el("dd", null, el("pre", null, c.expected))] : null, c.got ? [el("dt", null, "got"), el("dd", null, el("pre", null, c.got))] : null,
      c.example ? [el("dt", null, "the smallest case"), el("dd", null, command("go run ./ci matrix --show " + quoted(c.example)))] : null))))] : null,
  ];
}

function requirementView(r) {
  return [
    el("p", { class: "crumbs" }, link("#requirements", "requirements")),
    el("h1", null, r.id), el("p", null, el("b", null, r.level), ", ", cited(r.clause), ", testable: " + r.testable), el("p", { class: "reason" }, r.text),
    el("p", null, r.can ? report.iuts.map(i => [verdictMark(r.passed.includes(i) ? "pass" : "fail", i), " "]) : "No case can show it from outside."),
    el("h2", null, plural(r.cases.length, "case") + " that name it"),
    el("ul", { class: "list" }, r.cases.map(id => {
      const c = caseByID(id);
      return el("li", null, el("a", { class: "item", href: path("case", id) }, c ? caseMarks(c) : "", el("code", null, id), el("span", { class: "muted" }, r.shown.includes(id) ? "shows it: rejects a stack that breaks it" : "names it")));
    })),
  ];
}
