// The keyboard.
const visible = () => document.querySelector("main > section:not([hidden])");
const step = by => {
  const view = visible();
  if (view.id === "view-detail") {
    const kind = chosen.name.slice(0, -1), route = location.hash + "/";
    const n = chosen.items.findIndex(item => route.startsWith(path(kind, item.id) + "/")), next = chosen.items[n + by];
    if (n >= 0 && next) location.replace(path(kind, next.id));
    return;
  }
  const items = [...view.querySelectorAll(".list .item")];
  const next = items[Math.max(0, Math.min(items.length - 1, items.indexOf(document.activeElement) + by))];
  if (next) next.focus();
};
const places = { o: "overview", d: "divergences", c: "cases", r: "requirements", s: "states", m: "matrix" };
let going = false;

addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "Escape") {
    if (typing) return typing.blur();
    if (visible().id === "view-detail") up();
    return;
  }
  if (typing) return;
  if (going) {
    going = false;
    if (places[event.key] && $("view-" + places[event.key])) location.hash = places[event.key];
    return;
  }
  switch (event.key) {
    case "/": {
      const box = visible().querySelector("input[type=search]");
      event.preventDefault();
      if (box) {
        box.focus();
        box.select();
      } else {
        searching = true;
        location.hash = "cases";
      }
      return;
    }
    case "j": return step(1);
    case "k": return step(-1);
    case "g": going = true; return;
    case "t": return nextTheme();
    case "?": return $("help").showModal();
  }
});
$("help-button").addEventListener("click", () => $("help").showModal());
$("help").addEventListener("click", event => { if (event.target === $("help") || event.target.closest(".close")) $("help").close(); });
