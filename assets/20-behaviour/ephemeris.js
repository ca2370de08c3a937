/* The table of records follows the time that is looked at. */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.ephemeris = {
    rows: function (_window, table) {
      window.dash_ag_grid.getApiAsync(table).then(function (grid) { grid.purgeInfiniteCache(); });
    }
  };
})();
