/* On a phone a table becomes a list of cards: one column that says all, and its head the order. On every
   screen the address holds that order, and the columns that are not shown. */
(function () {
  "use strict";
  var NARROW = window.matchMedia("(max-width: 767.98px)"); // as the theme has it
  var CARD = "card";
  var CARD_PX = 92;
  var narrowNow = new WeakMap(); // by grid
  var rowPx = new WeakMap();
  var hidden = new WeakMap(); // names of the columns that nobody wants to see

  function filled(text, data) {
    return text.replace(/\{(\w+)\}/g, function (_whole, field) {
      return data[field] === null || data[field] === undefined ? "" : data[field];
    });
  }

  function named(grid) {
    return grid.getColumns().map(function (column) { return column.getColId(); })
      .filter(function (name) { return name !== CARD; });
  }

  function showColumns(grid, narrow) {
    var wanted = named(grid).filter(function (name) { return !narrow && hidden.get(grid).indexOf(name) < 0; });
    grid.setColumnsVisible(named(grid).concat(CARD).filter(function (name) { return wanted.indexOf(name) < 0; }), false);
    grid.setColumnsVisible(narrow ? [CARD] : wanted, true);
  }

  function fit(grid) {
    var narrow = NARROW.matches;
    // A grid that has no rows yet cannot be told how high they are.
    if ((narrowNow.get(grid) || false) === narrow || !grid.getDisplayedRowCount()) return;
    narrowNow.set(grid, narrow);
    if (!rowPx.has(grid)) rowPx.set(grid, grid.getGridOption("rowHeight"));
    if (!hidden.has(grid)) {
      hidden.set(grid, named(grid).filter(function (name) { return !grid.getColumn(name).isVisible(); }));
    }
    showColumns(grid, narrow);
    grid.setGridOption("rowHeight", narrow ? CARD_PX : rowPx.get(grid));
    // A grid whose rows come from the server places them by the height that held when it first asked for them.
    if (grid.getGridOption("rowModelType") === "infinite") grid.purgeInfiniteCache();
  }

  /* The columns that a table is sorted by, the first first: [{colId, sort}]. */
  function sorted(grid) {
    return grid.getColumnState().filter(function (column) { return column.sort; })
      .sort(function (one, other) { return one.sortIndex - other.sortIndex; });
  }

  function keepOrder(grid) {
    window.dash_clientside.address.show({
      sort: sorted(grid).map(function (column) { return (column.sort === "desc" ? "-" : "") + column.colId; }).join()
    });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cards = {
    /* Fit a table to the screen, now and whenever that changes, as when a phone is turned. */
    watch: function (table) {
      window.dash_ag_grid.getApiAsync(table).then(function (grid) {
        fit(grid);
        ["modelUpdated", "gridSizeChanged"].forEach(function (event) {
          grid.addEventListener(event, function () { fit(grid); });
        });
        grid.addEventListener("sortChanged", function () { keepOrder(grid); });
      });
      return window.dash_clientside.no_update;
    },
    /* Show the columns that are ticked. */
    choose: function (ticked, options, table) {
      var left = options.map(function (option) { return option.value; })
        .filter(function (name) { return ticked.indexOf(name) < 0; });
      window.dash_clientside.address.show({ hide: left.join() });
      window.dash_ag_grid.getApiAsync(table).then(function (grid) {
        hidden.set(grid, left);
        showColumns(grid, narrowNow.get(grid) || false);
      });
    }
  };

  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  /* A row as a card: its title, which may lead to a page, and lines with the fields they name. */
  window.dashAgGridComponentFunctions.Card = function (props) {
    var make = window.React.createElement, data = props.data;
    if (!data) return null; // not here yet
    var title = data[props.title], page = data[props.page];
    var link = make(window.dashAgGridComponentFunctions.PageLink, {
      value: { text: title && title.text ? title.text : title, href: page.href }
    });
    return make("div", { className: "ax-row-card" },
      make("strong", null, link, props.marks && data[props.marks] ? " " + data[props.marks] : null),
      props.lines.map(function (line) { return make("span", { key: line }, filled(line, data)); }));
  };
  /* The head of the cards: in which order they stand. */
  window.dashAgGridComponentFunctions.CardOrder = function (props) {
    var make = window.React.createElement;
    function order(event) {
      var wanted = event.target.value.split(" "); // none: as the rows came
      var state = wanted.length > 1 ? [{ colId: wanted[0], sort: wanted[1] }] : [];
      props.api.applyColumnState({ state: state, defaultState: { sort: null } });
    }
    var now = sorted(props.api).map(function (column) { return column.colId + " " + column.sort; })[0] || "";
    return make("select", { className: "ax-card-order", "aria-label": "Order", onChange: order, defaultValue: now },
      Object.keys(props.orders).map(function (name) {
        return make("option", { key: name, value: props.orders[name] }, name);
      }));
  };
})();
