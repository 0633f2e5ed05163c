// The state diagrams and the matrix, drawn when they are looked at.
function drawStates(iut) {
  const view = $("view-states"), name = report.iuts.includes(iut) ? iut : report.iuts.at(-1);
  const drawn = $("drawn");
  if (drawn.dataset.iut !== name) {
    drawn.dataset.iut = name;
    drawn.replaceChildren([...view.querySelectorAll("template")].find(t => t.dataset.iut === name).content.cloneNode(true));
  }
  for (const a of view.querySelectorAll(".tabs a")) a.toggleAttribute("aria-current", a.textContent === name);
  if ($("arrows").childElementCount) return;
  const first = report.transitions.filter(t => t.iut === report.iuts[0]);
  $("arrows").append(...first.map(one => el("tr", null, el("th", { scope: "row" }, one.from + " → " + one.to), el("td", null, one.on), el("td", null, cited(one.clause)),
    report.iuts.map(i => {
      const t = report.transitions.find(o => o.iut === i && o.arrow === one.arrow);
      return el("td", null, !t ? "" : t.how === "taken" ? ["✓ ", link(path("case", t.first), plural(t.cases, "case"))] : [t.how === "not offered" ? "– " : "× ", t.how + (t.instead ? ": " + t.instead : "")],
        t && t.rows ? [" (", rowLinks(t.rows), ")"] : "", t && statusMark(t.status));
    }))));
}

let openSquare;
function drawMatrix() {
  if (!openSquare) {
    $("matrix-body").append($("matrix-template").content.cloneNode(true));
    openSquare = heatmap(dataOf("map"), {
      read: () => location.hash.startsWith("#square/") ? location.hash.slice(8) : "",
      write: text => history.replaceState(history.state, "", text ? "#square/" + text : "#matrix"),
    });
  } else openSquare();
}
