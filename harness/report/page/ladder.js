// A ladder: time down the left, then for each stack the peer's lifeline on the left and the stack's own on the right.
const seconds = ns => (ns / 1e9).toFixed(6);
const unseen = text => el("span", { class: "unseen" }, text);

// happened is one event on a side; at is its time where that is not the row's.
function happened(e, at, others) {
  const late = at ? el("span", { class: "at" }, " at " + seconds(e.t)) : null;
  const odd = e.w ? el("span", { class: "odd" }, " " + e.w) : null;
  const text = el("code", e.o ? { class: "other", title: "over " + others + ": " + e.o } : null, e.x);
  switch (e.k) {
    case "in": return el("div", { class: "arrow in" }, unseen("received: "), text, odd, late);
    case "out": return el("div", { class: "arrow out" }, unseen("sent: "), text, odd, late);
    case "call": return el("div", { class: "call" }, unseen("call: "), el("code", null, e.x), late);
  }
  return el("div", { class: "becomes" }, unseen("state: "), late, el("span", { class: "state" }, e.x), e.c ? el("span", { class: "conn" }, e.c) : null);
}

// drawLadder is a ladder as a table. point is called with a line of the script, or 0, as the pointer or the focus moves.
function drawLadder(l, point) {
  const body = el("tbody");
  const failuresBehind = (row, side) => l.failures.filter(f => f.row === row && f.side === side).map(f => el("div", { class: "failed" },
    el("b", null, "× line " + f.line), " expected ", el("code", null, f.expected), ", got ", el("code", null, f.got), f.reason ? " (" + f.reason + ")" : ""));
  const none = l.iuts.map((_, side) => failuresBehind(-1, side));
  if (none.some(f => f.length)) body.append(el("tr", null, el("th", { scope: "row" }), none.map(f => el("td", { class: "side" }, f))));
  let before = -1, clock = -1, marked = 0;
  l.rows.forEach(([line, ...at], n) => {
    const difference = at.pop(), events = l.iuts.map((_, side) => at[side] < 0 ? null : l.events[side][at[side]]);
    const first = events.find(Boolean), fresh = line !== before;
    const cells = events.map((e, side) => {
      const text = [];
      if (e) text.push(happened(e, e.t !== first.t, l.families.slice(1).join(" and ")));
      else if (difference) text.push(el("div", { class: "nothing" }, { out: "nothing is sent", state: "no other state", call: "does not return" }[first.k] || "nothing"));
      return el("td", { class: "side" + (difference ? " differs" : "") + (e && e.k === "state" ? " slim" : "") }, text, failuresBehind(n, side));
    });
    const stamp = fresh || first.t !== clock ? el("span", { class: "time" }, seconds(first.t)) : null;
    const number = fresh && line > 0 ? el("span", { class: "line", title: "line " + line + " of the script" }, "line " + line) : null;
    const badge = difference ? el("span", { class: "badge", title: l.differences[difference - 1] }, "≠ " + difference) : null;
    const lines = [...new Set([line, ...events.filter(Boolean).map(e => e.l || 0)])].filter(Boolean);
    const tr = el("tr", { class: [fresh ? "fresh" : "", difference ? "different" : ""].join(" ").trim() || undefined,
      id: difference && difference !== marked ? "difference-" + difference : undefined,
      mouseenter: () => point(lines), mouseleave: () => point([]) }, el("th", { scope: "row" }, badge, number, stamp), cells);
    if (difference) marked = difference;
    body.append(tr);
    before = line;
    clock = first.t;
  });
  const heads = l.iuts.map(name => el("th", { scope: "col", class: "side" }, el("span", { class: "end peer" }, "peer"), el("span", { class: "end" }, name)));
  return el("table", { class: "ladder", "aria-label": "What " + l.iuts.join(" and ") + " did" },
    el("thead", null, el("tr", null, el("th", { scope: "col", class: "when" }, "time, s"), heads)), body);
}

// drawScript is the script with the numbers of its lines; it gives the element and a function that points at lines.
function drawScript(text, failures) {
  const lines = text.replace(/\n$/, "").split("\n").map((line, n) => {
    const failed = failures.filter(f => f.line === n + 1);
    return el("li", { class: failed.length ? "failing" : undefined, title: failed.map(f => f.who + ": expected " + f.expected + ", got " + f.got).join("\n") || undefined },
      el("code", { class: line.startsWith("//") ? "comment" : undefined }, line || " "), failed.length ? el("span", { class: "who" }, " × " + [...new Set(failed.map(f => f.who))].join(", ")) : null);
  });
  const list = el("ol", { class: "script", "aria-label": "Script" }, lines);
  return [list, pointed => lines.forEach((li, n) => {
    const on = pointed.includes(n + 1);
    li.classList.toggle("pointed", on);
    if (on && list.scrollHeight > list.clientHeight) list.scrollTop = li.offsetTop - list.clientHeight / 2;
  })];
}
