// heatmap draws a map into its section. address reads and writes what is open: the part of the page's own address that is the
// section's.
function heatmap(map, address) {
const verdicts = [["allowed", "✓"], ["non-strict", "~"], ["inconclusive", "?"], ["violation", "×"]];
const shown = 20; // cases that are named at once

// What is open, and what the filter lets through.
const open = { rows: new Set(), columns: new Set() };
const filter = { iuts: new Set(map.iuts.keys()), verdicts: new Set(verdicts.keys()), words: [] };

const add = (to, n) => { if (typeof n === "number") to[0] += n; else n.forEach((k, v) => { to[v] += k; }); };

// tally counts the cases of an IUT in a square, or in a part of it where entry or position are not undefined.
function tally(iut, at) {
  const sum = [0, 0, 0, 0];
  const entries = map.counts[iut][at.row];
  for (let e = 0; e < entries.length; e++) {
    if (at.entry !== undefined && at.entry !== e) continue;
    const positions = entries[e][at.column];
    if (at.position === undefined) positions.forEach(n => add(sum, n));
    else if (at.position < positions.length) add(sum, positions[at.position]);
  }
  return sum;
}
const all = count => count.reduce((a, b) => a + b, 0);

// look says how a count is shown: its worst verdict that the filter lets through.
function look(count) {
  for (let v = verdicts.length - 1; v >= 0; v--) {
    if (count[v] === 0 || !filter.verdicts.has(v)) continue;
    const share = count[v] / all(count);
    const kind = v === 3 ? (share < 0.1 ? "v1" : share < 0.5 ? "v2" : "v3") : verdicts[v][0];
    return { kind, text: verdicts[v][1] + (count[v] < 10000 ? count[v] : Math.round(count[v] / 1000) + "k") };
  }
  return { kind: "none", text: "" };
}
const inWords = count => verdicts.map(([name], v) => count[v] && count[v] + " " + name).filter(Boolean).reverse().join(", ") || "no case";

// Causes by square, and the words that they are found by.
const shares = new Map();
for (const s of map.shares) {
  const key = s.row + "/" + s.column;
  if (!shares.has(key)) shares.set(key, []);
  shares.get(key).push(s);
}
const sharesAt = at => (shares.get(at.row + "/" + at.column) || []).filter(s => placesIn(s, at).length > 0);
const placesIn = (s, at) => s.places.filter(([e, p]) => (at.entry === undefined || e === at.entry) && (at.position === undefined || p === at.position));
const causeText = map.causes.map(c => [c.id, c.rule, c.clause, c.level, c.expected, c.got, c.row, c.class, verdicts[c.verdict][0]].join(" ").toLowerCase());
const caseText = s => s.cases.map(c => c.id).join(" ").toLowerCase();
const has = text => filter.words.every(w => text.includes(w));
const passes = s => filter.iuts.has(s.iut) && filter.verdicts.has(map.causes[s.cause].verdict);

function names(at) {
  const row = map.rows[at.row], column = map.columns[at.column];
  return [row.state, at.entry === undefined ? "" : row.entries[at.entry], column.group, column.name,
    at.position === undefined ? "" : column.positions[at.position]].filter(Boolean);
}
// found says whether the filter's words stand in the names of a square, or in these and one of its causes.
function found(at) {
  if (filter.words.length === 0) return true;
  const text = names(at).join(" ").toLowerCase();
  return has(text) || sharesAt(at).some(s => passes(s) && has(text + " " + causeText[s.cause] + " " + caseText(s)));
}

// The squares.
const shownIUTs = () => [...map.iuts.keys()].filter(i => filter.iuts.has(i));
let lit = 0;
function square(at) {
  const counts = map.iuts.map((_, i) => tally(i, at));
  if (counts.every(c => all(c) === 0)) return el("span", { class: "empty" });
  const looks = shownIUTs().map(i => look(counts[i]));
  const visible = looks.some(l => l.text !== "") && found(at);
  if (visible) lit++;
  const label = names(at).join(", ") + ": " + shownIUTs().map(i => map.iuts[i] + " " + inWords(counts[i])).join("; ");
  return el("button", { type: "button", class: "square" + (visible ? "" : " dim"), tabindex: "-1", "aria-label": label, title: label, "data-key": JSON.stringify(at), click: () => show(at) },
    ...looks.map(l => el("span", { class: "half " + l.kind }, l.text)));
}
function toggle(set, item, text, key) {
  return el("button", { type: "button", tabindex: "-1", "aria-expanded": String(set.has(item)), "data-key": key, click: () => {
    if (!set.delete(item)) set.add(item);
    render();
  } }, el("span", { class: "sign", "aria-hidden": "true" }, set.has(item) ? "▾ " : "▸ "), ...text.split(/(?<=[,/_-])/).flatMap(part => [part, el("wbr")]));
}

function table(columns) {
  const wide = columns.some(c => open.columns.has(c));
  const cells = []; // column and position of each
  const top = el("tr", null, el("th", { class: "corner", rowspan: wide ? 2 : 1 },
    el("span", { class: "square" }, ...shownIUTs().map(i => el("span", { class: "half none" }, map.iuts[i])))));
  const second = el("tr");
  for (const c of columns) {
    const opened = open.columns.has(c), positions = map.columns[c].positions;
    top.append(el("th", { scope: "col", class: opened ? "opened" : undefined, rowspan: wide && !opened ? 2 : 1, colspan: opened ? positions.length : 1 }, toggle(open.columns, c, map.columns[c].name, "c" + c)));
    if (!opened) cells.push({ column: c });
    else positions.forEach((p, n) => {
      second.append(el("th", { scope: "col", class: "position" }, el("span", { title: p }, p)));
      cells.push({ column: c, position: n });
    });
  }
  const body = el("tbody");
  map.rows.forEach((row, r) => {
    body.append(el("tr", null, el("th", { scope: "row" }, toggle(open.rows, r, row.state, "r" + r + "/" + columns[0])), ...cells.map(c => el("td", null, square({ row: r, ...c })))));
    if (open.rows.has(r)) row.entries.forEach((entry, e) => {
      body.append(el("tr", null, el("th", { scope: "row", class: "entry" }, entry), ...cells.map(c => el("td", null, square({ row: r, entry: e, ...c })))));
    });
  });
  return el("table", { class: "grid" + (wide ? " narrow" : ""), role: "grid", keydown: move, focusin: settle }, el("thead", null, top, wide ? second : null), body);
}

// In a grid the arrow keys move; the tab key leaves it. settle keeps the one button of a grid that the tab key reaches.
function settle(event) {
  event.currentTarget.querySelectorAll("button[tabindex='0']").forEach(b => b.setAttribute("tabindex", "-1"));
  event.target.setAttribute("tabindex", "0");
}
function move(event) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!step) return;
  const grid = event.currentTarget, here = event.target.getBoundingClientRect();
  const x = (here.left + here.right) / 2, y = (here.top + here.bottom) / 2;
  let best = null, least = Infinity; // the nearest button that way, as it is seen; a step aside counts much
  for (const b of grid.querySelectorAll("button")) {
    const r = b.getBoundingClientRect(), dx = (r.left + r.right) / 2 - x, dy = (r.top + r.bottom) / 2 - y;
    const ahead = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
    if (b !== event.target && ahead > 1 && aside < 2 * ahead + 40 && ahead + 20 * aside < least) [best, least] = [b, ahead + 20 * aside];
  }
  event.preventDefault();
  if (best) best.focus();
}

function render() {
  const key = document.activeElement && document.activeElement.dataset.key;
  const groups = new Map();
  map.columns.forEach((c, n) => { if (!groups.has(c.group)) groups.set(c.group, []); groups.get(c.group).push(n); });
  lit = 0;
  const scrolled = [...document.querySelectorAll(".group .scroll")].map(s => s.scrollLeft);
  $("groups").replaceChildren(...[...groups].map(([name, columns]) =>
    el("section", { class: "group" }, el("h2", null, name), el("div", { class: "scroll" }, table(columns)))));
  document.querySelectorAll(".group .scroll").forEach((s, n) => { s.scrollLeft = scrolled[n] || 0; });
  for (const grid of document.querySelectorAll(".grid")) {
    const first = grid.querySelector("tbody .square") || grid.querySelector("button");
    if (first) first.setAttribute("tabindex", "0");
  }
  const again = key && document.querySelector("[data-key='" + CSS.escape(key) + "']");
  if (again) again.focus();
  const n = renderCauses();
  $("matches").textContent = plural(lit, "square") + ", " + plural(n, "root cause");
}
