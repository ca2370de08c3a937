/* Tables that the browser sets itself: as parts of Dash, their cells would slow down every change of a page. */
(function () {
  "use strict";

  function element(kind, text, attributes) {
    var made = document.createElement(kind);
    if (text !== undefined) made.textContent = text;
    Object.entries(attributes || {}).forEach(function (entry) { made.setAttribute(entry[0], entry[1]); });
    return made;
  }

  function cellOf(cell) {
    var td = element("td", typeof cell === "string" ? cell : undefined);
    if (cell.href) td.appendChild(element("a", cell.text, { href: cell.href, title: cell.title, "data-table-link": "" }));
    if (cell.jump) {
      td.appendChild(element("button", cell.text, {
        type: "button", class: "ax-chip", title: "Show " + cell.jump + " UTC",
        "data-explorer-jump": cell.jump, "data-one": cell.one, "data-other": cell.other
      }));
    }
    return td;
  }

  function tableOf(said) {
    var table = element("table", undefined, { class: "ax-plain-table" });
    var head = table.createTHead().insertRow();
    said.head.forEach(function (name) { head.appendChild(element("th", name, { scope: "col" })); });
    var body = table.createTBody();
    said.rows.forEach(function (cells) {
      body.insertRow().append.apply(body.lastChild, cells.map(cellOf));
    });
    return table;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-table-link]");
    if (link) window.dash_clientside.address.follow(event, link.getAttribute("href"));
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.tables = {
    /* Set a table into its place, where Dash has no parts of its own. */
    set: function (text, place) {
      var said = text ? JSON.parse(text) : { rows: [] }, parts = [];
      if (said.said) parts.push(element("p", said.said, { class: "form-text" }));
      if (said.rows.length) parts.push(tableOf(said));
      var here = document.getElementById(place);
      if (here) here.replaceChildren.apply(here, parts);
    }
  };
})();
