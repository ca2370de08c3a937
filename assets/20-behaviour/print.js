/* On paper: light, figures as wide as a page, and tables as plain rows: those that the browser has. */
(function () {
  "use strict";
  var PAGE_PX = 680;
  var MOST_ROWS = 500;
  var root = document.documentElement;
  var undo = [];

  function lighten() {
    if (root.getAttribute("data-bs-theme") !== "dark") return;
    root.setAttribute("data-bs-theme", "light");
    root.classList.add("ax-dark-figures"); // they are drawn in their theme; the style turns them
    undo.push(function () {
      root.setAttribute("data-bs-theme", "dark");
      root.classList.remove("ax-dark-figures");
    });
  }

  function narrow(graph) {
    var drawn = graph._fullLayout, own = graph.layout;
    if (!drawn || !drawn.width) return;
    var before = {
      width: own.width === undefined ? null : own.width,
      height: own.height === undefined ? null : own.height,
      autosize: own.autosize === undefined ? null : own.autosize
    };
    window.Plotly.relayout(graph, { width: Math.min(drawn.width, PAGE_PX), height: drawn.height });
    undo.push(function () { window.Plotly.relayout(graph, before); });
  }

  function cells(kind, texts, row) {
    texts.forEach(function (text) {
      row.appendChild(document.createElement(kind)).textContent = text;
    });
  }

  /* The columns one sees; on a phone, where cards stand in for them, all. Links to pages lead nowhere on paper. */
  function columnsOf(grid) {
    var all = grid.getColumns();
    var cards = all.some(function (column) { return column.getColId() === "card" && column.isVisible(); });
    return all.filter(function (column) {
      return column.getColDef().field && column.getColId() !== "page" && (cards || column.isVisible());
    });
  }

  function written(grid, node, column) {
    var value = node.data[column.getColDef().field];
    if (value && value.text !== undefined) return value.text;
    return grid.getCellValue({ rowNode: node, colKey: column, useFormatter: true });
  }

  function list(place) {
    var grid = window.dash_ag_grid && window.dash_ag_grid.getApi(place.id);
    if (!grid) return;
    var columns = columnsOf(grid), table = document.createElement("table"), body = table.createTBody();
    table.className = "ax-plain-table ax-paper";
    cells("th", columns.map(function (column) { return column.getColDef().headerName; }), table.createTHead().insertRow());
    grid.forEachNode(function (node) {
      if (!node.data || body.rows.length >= MOST_ROWS) return;
      cells("td", columns.map(function (column) { return written(grid, node, column); }), body.insertRow());
    });
    var of = grid.getDisplayedRowCount();
    if (of > body.rows.length) {
      table.createCaption().textContent = body.rows.length + " of " + of + " rows; a download has them all.";
    }
    place.after(table);
    undo.push(function () { table.remove(); });
  }

  window.addEventListener("beforeprint", function () {
    lighten();
    if (window.Plotly) document.querySelectorAll(".js-plotly-plot").forEach(narrow);
    document.querySelectorAll(".ax-table[id]").forEach(list);
  });
  window.addEventListener("afterprint", function () {
    undo.splice(0).forEach(function (each) { each(); });
  });
})();
