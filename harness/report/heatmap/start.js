// A page of its own: all of its address is the section's.
addEventListener("hashchange", heatmap(dataOf("map"), {
  read: () => location.hash.slice(1),
  write: text => history.replaceState(null, "", text ? "#" + text : location.pathname + location.search),
}));
