/* The address follows what a page shows, and links inside tables lead to pages without a reload. */
(function () {
  "use strict";

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.address = {
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
    function follow(event) {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      window.history.pushState({}, "", props.value.href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      window.scrollTo(0, 0);
    }
    return window.React.createElement("a", { href: props.value.href, onClick: follow }, props.value.text);
  };

  /* Swarm B before Swarm C, GOES-9 before GOES-10. */
  window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  window.dashAgGridFunctions.compareLinks = function (one, other) {
    return one.text.localeCompare(other.text, "en", { numeric: true });
  };
})();
