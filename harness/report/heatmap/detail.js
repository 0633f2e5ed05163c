// What a square opens to.
const mark = v => el("span", { class: "mark " + verdicts[v][0] }, verdicts[v][1]);
const marks = count => verdicts.map(([name, sign], v) => count[v] ? el("span", { class: "mark " + name }, sign + count[v]) : null).reverse();

// facts is a cause with the cases that it has in some places; total is how many these are.
function facts(c, total, cases) {
  const list = el("dl", { class: "facts" });
  const fact = (name, ...value) => list.append(el("dt", null, name), el("dd", null, ...value));
  if (c.rule) fact("rule", el("code", null, c.rule));
  if (c.clause) fact("clause", ...cited(c.clause), c.level ? ", " + c.level : "");
  if (c.expected) fact("expected", el("pre", null, c.expected));
  fact("got", el("pre", null, c.got));
  if (c.row) fact("ledger", c.class + ", ", el("code", null, c.row));
  if (c.script) fact("the smallest case", el("code", null, c.script));
  if (cases) {
    const items = cases.slice(0, shown).map(k => el("li", null, el("code", null, map.replay + " " + quoted(k.id))));
    const more = total - items.length;
    fact("cases", el("ol", { class: "cases" }, ...items), more > 0 ? el("span", { class: "muted" }, items.length ? "and " + more + " more" : plural(more, "case")) : "");
  }
  return list;
}

// heading is the line that a cause opens from.
const heading = (c, text) => el("summary", null, mark(c.verdict), " ", el("span", { class: "title" }, c.id), " ",
  el("span", { class: "muted" }, [text, c.clause, c.level, c.class].filter(Boolean).join(" · ")));

function shareCard(s, at, opened) {
  const c = map.causes[s.cause], places = placesIn(s, at);
  const total = places.reduce((n, p) => n + p[2], 0);
  const cases = s.cases.filter(k => places.includes(s.places[k.place]));
  return el("details", { class: "cause", open: opened }, heading(c, map.iuts[s.iut] + ", " + plural(total, "case")), facts(c, total, cases));
}

// breakdown counts by entry path and position.
function breakdown(at) {
  const body = el("tbody");
  const row = map.rows[at.row], column = map.columns[at.column];
  row.entries.forEach((entry, e) => column.positions.forEach((position, p) => {
    if (at.entry !== undefined && at.entry !== e || at.position !== undefined && at.position !== p) return;
    const counts = map.iuts.map((_, i) => tally(i, { ...at, entry: e, position: p }));
    if (counts.every(c => all(c) === 0)) return;
    body.append(el("tr", null, el("td", null, entry), el("td", null, position), ...counts.map(c => el("td", null, ...marks(c)))));
  }));
  return el("div", { class: "scroll" }, el("table", { class: "tally" },
    el("thead", null, el("tr", null, ...["entry", "position", ...map.iuts].map(h => el("th", { scope: "col" }, h)))), body));
}

function show(at) {
  const here = names(at);
  $("square-title").textContent = here.join(" · ");
  const body = $("square-body"), text = here.join(" ").toLowerCase();
  body.replaceChildren(el("table", { class: "tally" }, ...map.iuts.map((name, i) =>
    el("tr", null, el("th", { scope: "row" }, name), el("td", null, plural(all(tally(i, at)), "case")), el("td", null, ...marks(tally(i, at)))))));
  const present = sharesAt(at).sort((a, b) => map.causes[b.cause].verdict - map.causes[a.cause].verdict || a.iut - b.iut || a.cause - b.cause);
  const through = present.filter(s => passes(s) && has(text + " " + causeText[s.cause] + " " + caseText(s)));
  const rest = present.filter(s => !through.includes(s));
  if (present.length === 0) body.append(el("p", null, "Every case here is allowed."));
  through.forEach(s => body.append(shareCard(s, at, through.length <= 3)));
  if (rest.length) body.append(el("details", null, el("summary", { class: "muted" }, plural(rest.length, "root cause") + " that the filter leaves out"), ...rest.map(s => shareCard(s, at, false))));
  const counts = el("details", null, el("summary", null, "Counts by entry path and position"));
  counts.addEventListener("toggle", () => { if (counts.childElementCount === 1) counts.append(breakdown(at)); });
  body.append(counts);
  const q = new URLSearchParams({ state: map.rows[at.row].state, group: map.columns[at.column].group, event: map.columns[at.column].name });
  if (at.entry !== undefined) q.set("entry", map.rows[at.row].entries[at.entry]);
  if (at.position !== undefined) q.set("position", map.columns[at.column].positions[at.position]);
  address.write(q.toString());
  if (!$("square").open) $("square").showModal();
  $("square").scrollTop = 0;
}

// pointed opens the square that the address names, so that one can be pointed at.
function pointed() {
  const q = new URLSearchParams(address.read());
  const index = (list, name) => { const n = list.indexOf(name); return n < 0 ? undefined : n; };
  const row = index(map.rows.map(r => r.state), q.get("state"));
  const column = map.columns.findIndex(c => c.group === q.get("group") && c.name === q.get("event"));
  if (row === undefined || column < 0) return;
  show({ row, column, entry: index(map.rows[row].entries, q.get("entry")), position: index(map.columns[column].positions, q.get("position")) });
}

// The list of root causes below the squares. It gives their number.
function renderCauses() {
  const list = $("cause-list");
  list.replaceChildren();
  let n = 0;
  map.causes.forEach((c, i) => {
    const of = map.shares.filter(s => s.cause === i && passes(s));
    if (of.length === 0 || !(has(causeText[i]) || of.some(s => has(names(s).join(" ").toLowerCase() + " " + causeText[i] + " " + caseText(s))))) return;
    n++;
    const who = [...new Set(of.map(s => map.iuts[s.iut]))].join(", ");
    const card = el("details", { class: "cause" }, heading(c, who + ", " + plural(c.cases, "case") + " in " + plural(of.length, "square")));
    card.addEventListener("toggle", () => {
      if (card.childElementCount > 1) return;
      const where = el("div", { class: "chips" }, ...of.map(s => {
        const at = { row: s.row, column: s.column };
        return el("button", { type: "button", click: () => show(at) }, map.rows[s.row].state + " · " + map.columns[s.column].name + " ×" + s.places.reduce((n, p) => n + p[2], 0));
      }));
      const body = facts(c, c.cases);
      body.append(el("dt", null, "squares"), el("dd", null, where));
      card.append(body);
    });
    list.append(card);
  });
  return n;
}

// The filter.
function boxes(into, set, labels) {
  labels.forEach((label, n) => into.append(el("label", null, el("input", { type: "checkbox", checked: true, change: event => {
    if (event.target.checked) set.add(n); else set.delete(n);
    render();
  } }), ...label)));
}
boxes($("iuts"), filter.iuts, map.iuts.map(name => [name]));
boxes($("verdicts"), filter.verdicts, verdicts.map(([name], v) => [mark(v), name]));
$("text").addEventListener("input", () => { filter.words = $("text").value.toLowerCase().split(/\s+/).filter(Boolean); render(); });
$("filter").addEventListener("submit", event => event.preventDefault());
$("filter").addEventListener("reset", () => {
  map.iuts.forEach((_, n) => filter.iuts.add(n));
  verdicts.forEach((_, n) => filter.verdicts.add(n));
  filter.words = [];
  render();
});
$("close").addEventListener("click", () => $("square").close());
$("square").addEventListener("click", event => { if (event.target === $("square")) $("square").close(); });
$("square").addEventListener("close", () => address.write(""));
render();
pointed();
return pointed;
}
