/* Custom locations are picked on a map: a click adds one, a click on one takes it away. */
(function () {
  "use strict";
  var NEAR_PX = 10;
  var MOVED_PX = 4; // a map that was turned was not clicked
  var pressed = null;

  function drawnMap(target) {
    return target.closest && target.closest("#places-map .js-plotly-plot") && !target.closest(".modebar")
      ? target.closest("#places-map .js-plotly-plot") : null;
  }

  function pixel(plot, event) {
    var corner = plot.querySelector(".main-svg").getBoundingClientRect();
    return [event.clientX - corner.left, event.clientY - corner.top];
  }

  function within(plot, at) {
    var size = plot._fullLayout._size;
    return at[0] >= size.l && at[0] <= size.l + size.w && at[1] >= size.t && at[1] <= size.t + size.h;
  }

  function apart(one, other) { return Math.hypot(one[0] - other[0], one[1] - other[1]); }

  /* Where on the Earth a pixel is, {lat, lon}; null beside it. */
  function placeAt(projection, at) {
    var place = projection.invert(at);
    if (!place || !isFinite(place[0]) || !isFinite(place[1])) return null;
    var back = projection(place);
    var real = Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90 && back && apart(back, at) < 1;
    return real ? { lat: place[1], lon: place[0] } : null;
  }

  /* The line of text that holds the place at a pixel, null if there is none. */
  function lineAt(plot, projection, at) {
    var places = plot.data.find(function (trace) { return trace.meta === "places"; });
    var n = Array.from(places.lat).findIndex(function (lat, each) {
      return apart(projection([places.lon[each], lat]), at) < NEAR_PX;
    });
    return n < 0 ? null : places.customdata[n];
  }

  document.addEventListener("pointerdown", function (event) {
    var plot = drawnMap(event.target);
    pressed = plot ? pixel(plot, event) : null;
  }, true);

  document.addEventListener("click", function (event) {
    var plot = drawnMap(event.target);
    if (!plot || !pressed || !plot._fullLayout.geo) return;
    var at = pixel(plot, event), projection = plot._fullLayout.geo._subplot.projection;
    if (apart(pressed, at) > MOVED_PX || !within(plot, at)) return;
    var id = { block: plot.layout.meta.block, type: "criteria-locations" };
    var field = document.getElementById(JSON.stringify(id));
    if (!field) return;
    var lines = field.value ? field.value.replace(/\n+$/, "").split("\n") : [];
    var line = lineAt(plot, projection, at), place = placeAt(projection, at);
    if (line !== null) lines.splice(line, 1);
    else if (place) lines.push(place.lat.toFixed(1) + ", " + place.lon.toFixed(1));
    else return;
    window.dash_clientside.set_props(id, { value: lines.join("\n") });
  }, true);
})();
