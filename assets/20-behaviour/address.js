/* The address follows what a page shows, and links inside tables lead to pages without a reload. */
(function () {
  "use strict";
  var knownToDash = window.location.search;
  ["_dashprivate_pushstate", "popstate"].forEach(function (event) {
    window.addEventListener(event, function () { knownToDash = window.location.search; });
  });

  function ordinary(event) {
    return !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  }

  /* Dash hears of no change in an address that it knows and that was replaced since: the page would stay as it is. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]"), here = window.location;
    if (!link || link.target || !ordinary(event) || link.origin !== here.origin) return;
    if (link.pathname !== here.pathname || link.hash || link.search !== knownToDash || link.search === here.search) return;
    event.preventDefault();
    event.stopPropagation();
    here.assign(link.href);
  }, true);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.address = {
    /* Have Dash follow a link without a reload; clicks that ask for more than that are the browser's. */
    follow: function (event, href) {
      if (!ordinary(event)) return;
      event.preventDefault();
      window.history.pushState({}, "", href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      window.scrollTo(0, 0);
    },
    /* Put `params` into the address without a new entry in the history; empty ones are left out. */
    show: function (params) {
      if (!params) return;
      var url = new URL(window.location.href);
      Object.keys(params).forEach(function (name) {
        var value = params[name];
        if (value === null || value === undefined || value === "") url.searchParams.delete(name);
        else url.searchParams.set(name, value);
      });
      if (url.href !== window.location.href) {
        window.history.replaceState(window.history.state, "", url.href);
      }
    }
  };

  /* A cell {text, href} of AG Grid as a link that Dash follows; other clicks are the browser's. */
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.PageLink = function (props) {
    if (!props.value) return null;
    function follow(event) { window.dash_clientside.address.follow(event, props.value.href); }
    return window.React.createElement("a", { href: props.value.href, onClick: follow }, props.value.text);
  };

  /* Swarm B before Swarm C, GOES-9 before GOES-10. */
  window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  window.dashAgGridFunctions.compareLinks = function (one, other) {
    return one.text.localeCompare(other.text, "en", { numeric: true });
  };
})();
