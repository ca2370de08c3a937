/* What the pages do in the browser alone: the address follows the page, links are copied, and a followed search that falls silent is noticed. */
(function () {
  "use strict";
  var SILENT_AFTER_MS = 30000;
  var SETTLED_AFTER_MS = 300;
  var ROWS_STAND_AFTER_MS = 20;
  var STAYS_AFTER_MS = 3000; // who only passes through needs none of it
  var settling = { timer: null, answer: function () {} };
  var lastBeat = Date.now();
  var wanted = null;
  var markedGrids = new WeakSet();
  var wasRunning = {};
  var noUpdate = function () { return window.dash_clientside.no_update; };

  function showParams(params) { window.dash_clientside.address.show(params); }

  function markWanted(grid) {
    var row = grid.getRowNode(String(wanted.n));
    if (!wanted.shown && grid.getDisplayedRowCount() > wanted.row) {
      wanted.shown = true;
      grid.ensureIndexVisible(wanted.row, row && row.data ? null : "middle");
    }
    if (row && row.data && !row.isSelected()) row.setSelected(true, true);
  }

  function flash(button, text) {
    var shown = button.getAttribute("data-shown") || button.innerHTML;
    button.setAttribute("data-shown", shown);
    button.textContent = text;
    window.setTimeout(function () { button.innerHTML = shown; }, 1500);
  }

  /* Plotly.js sometimes goes on to draw a map though its page was left in the meantime. */
  function forgiveLateMap(event) {
    var error = event.reason || event.error;
    if (/undefined \(reading '_scrollZoom'\)/.test(error && error.message)) event.preventDefault();
  }
  window.addEventListener("unhandledrejection", forgiveLateMap);
  window.addEventListener("error", forgiveLateMap);

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".ax-copy-link");
    if (!button) return;
    var done = function () { flash(button, "Link copied"); };
    var failed = function () { window.prompt("Copy this address:", window.location.href); };
    if (navigator.clipboard) navigator.clipboard.writeText(window.location.href).then(done, failed);
    else failed(); // plain http on another machine: the browser offers no clipboard
  });

  /* Plotly.js looks here before it fetches the outlines of a map itself, which it does late. */
  function fetchOutlines(url, name) {
    window.PlotlyGeoAssets = window.PlotlyGeoAssets || { topojson: {} };
    var known = window.PlotlyGeoAssets.topojson;
    if (known[name]) return;
    window.fetch(url + name + ".json").then(function (answer) { return answer.ok ? answer.json() : undefined; }).then(
      function (outlines) { known[name] = known[name] || outlines; },
      function () {} // then the map fetches them
    );
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.aurorax = {
    /* Wait until the fields have been left alone for a moment; only the last call is answered. */
    settle: function () {
      window.clearTimeout(settling.timer);
      settling.answer(noUpdate());
      return new Promise(function (resolve) {
        settling.answer = resolve;
        settling.timer = window.setTimeout(function () { resolve(Date.now()); }, SETTLED_AFTER_MS);
      });
    },
    /* Show the card of a block that was just added, wherever it was put, and go on from there. */
    revealCard: function (added) {
      window.setTimeout(function () {
        var card = document.getElementById((added || {}).card);
        if (!card) return;
        card.scrollIntoView({ block: "nearest", behavior: "smooth" });
        card.querySelector(".ax-block-body button, .ax-block-body textarea").focus({ preventScroll: true });
      }, ROWS_STAND_AFTER_MS);
    },
    showSearch: function (params) {
      // Somebody may have gone on, to an address that is not the search's.
      if (params && /\/search\/?$/.test(window.location.pathname)) showParams(Object.assign({ of: null }, params));
    },
    showResult: function (event, view, compared, filters, names) {
      // A click on a row's link selects the row too; the address is that of the next page by then.
      if (!names || !/\/results\/[^/]+$/.test(window.location.pathname)) return;
      var params = { event: event + 1 }; // people count from 1
      if (view) params.view = view; // the figures may not stand yet
      if (compared) params.by = compared === "automatic" ? null : compared;
      names.forEach(function (name) { params[name] = filters[name] || null; });
      showParams(params);
    },
    /* Tell of searches that have ended since they were last looked at, where the person asked for it. */
    notify: function (states, wanted) {
      var ids = window.dash_clientside.callback_context.triggered.map(function (each) { return each.prop_id; });
      var switched = ids.indexOf("runs-notify.value") >= 0;
      if (!switched && wanted === false) wanted = window.localStorage.getItem("aurorax-notify") === "yes";
      if (switched && wanted && window.Notification && Notification.permission === "default") Notification.requestPermission();
      window.localStorage.setItem("aurorax-notify", wanted ? "yes" : "no");
      (states || []).forEach(function (each) {
        if (wasRunning[each.id] && !each.running && wanted && window.Notification && Notification.permission === "granted") {
          new Notification(each.said, { body: each.title, tag: each.id });
        }
        wasRunning[each.id] = each.running;
      });
      return !!wanted;
    },
    /* Fold or unfold the program whose line was clicked: here, where no click waits for the last one's answer. */
    fold: function (clicked, figure, closed) {
      var point = ((clicked || {}).points || [{}])[0], programs = figure.layout.meta || {};
      if (!Object.hasOwn(programs, point.y)) return noUpdate();
      var program = programs[point.y];
      var others = closed.filter(function (each) { return each !== program; });
      return others.length < closed.length ? others : others.concat(program).sort();
    },
    foldAll: function (_folds, _unfolds, figure) {
      var fold = window.dash_clientside.callback_context.triggered_id === "availability-fold";
      return fold ? Object.values(figure.layout.meta || {}).sort() : [];
    },
    toggle: function (_clicks, open) { return !open; },
    /* A drawer opens by its button, and closes for the page that one has gone to from it. */
    drawer: function (_clicks, _page, open) {
      return window.dash_clientside.callback_context.triggered_id === "runs-open" && !open;
    },

    /* A hint shows until it was closed once in this browser. */
    hint: function (clicks, read, closed) {
      var gone = !!clicks || closed === true;
      return [gone || read === undefined, clicks && closed !== true ? true : noUpdate()];
    },
    same: function (value) { return value === null || value === undefined ? noUpdate() : value; },
    /* What a person dragged; a figure also tells of its own resizing, which must not overtake a button. */
    zoomed: function (changed) {
      var dragged = Object.keys(changed || {}).some(function (name) { return /\.(range\[0\]|autorange)$/.test(name); });
      return dragged ? changed : noUpdate();
    },
    /* Set parts that nobody sees yet, for the scripts that they bring, and fetch the outlines of their maps. */
    whenIdle: function (parts) {
      return new Promise(function (resolve) {
        var set = function () { resolve(parts); fetchOutlines(parts[0].props.config.topojsonURL, "world_110m"); };
        window.setTimeout(window.requestIdleCallback ? function () { window.requestIdleCallback(set); } : set, STAYS_AFTER_MS);
      });
    },
    /* Tell what was chosen, and where; parts of the page that have just come have nothing to tell. */
    choose: function () {
      var told = window.dash_clientside.callback_context.triggered.filter(function (each) {
        return Array.isArray(each.value) ? each.value.length : each.value;
      });
      if (!told.length) return noUpdate();
      var last = told[told.length - 1];
      return { by: last.prop_id.slice(0, last.prop_id.lastIndexOf(".")), value: last.value, at: Date.now() };
    },
    /* Set the figures once the first rows stand: drawing them keeps the browser busy for a second. */
    reveal: function (_answer, figures, shown) { // called again when the grid clears the answer; the last call counts
      if (shown && shown.length) return noUpdate();
      return new Promise(function (resolve) {
        window.setTimeout(function () { resolve(figures); }, ROWS_STAND_AFTER_MS);
      });
    },
    /* Ask for the rows of the table anew: others pass the filters, or have labels. */
    refreshRows: function (_filters, changes, table) {
      if (!table) return; // the page is another one by now
      var all = window.dash_clientside.callback_context.triggered.some(function (each) {
        return each.prop_id.indexOf("result-filters") === 0;
      });
      if (!all && !changes) return; // the panel that counts the changes has just come
      window.dash_ag_grid.getApiAsync(table).then(function (grid) {
        if (all) grid.purgeInfiniteCache(); else grid.refreshInfiniteCache();
      });
    },
    /* Mark the selected conjunction in the table and show it, now or when its rows have come. */
    markRow: function (place, table) {
      if (!place) return;
      wanted = { n: place.n, row: place.row, shown: false };
      window.dash_ag_grid.getApiAsync(table).then(function (grid) {
        markWanted(grid);
        if (markedGrids.has(grid)) return;
        markedGrids.add(grid);
        grid.addEventListener("modelUpdated", function () { markWanted(grid); });
        grid.addEventListener("rowClicked", function (event) {
          if (event.data) wanted = { n: event.data.n, row: event.rowIndex, shown: true };
        });
      });
    },
    /* Hidden is the warning that nothing was heard, until nothing was heard for a while. */
    watch: function (heartbeat, ticks) {
      var beaten = window.dash_clientside.callback_context.triggered.some(function (each) {
        return each.prop_id.indexOf("follow-heartbeat") === 0;
      });
      if (beaten || !ticks) lastBeat = Date.now();
      if (beaten && heartbeat) document.title = heartbeat.title;
      return Date.now() - lastBeat < SILENT_AFTER_MS;
    },
    showTitle: function (title) {
      if (title) document.title = title;
    }
  };
})();
