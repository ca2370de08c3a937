/* Traces of a plotly.js map, drawn on a canvas above it while they move: plotly.js takes a tenth of a second to
   change any of them, a canvas some milliseconds. The projection is plotly.js's own (a d3-geo one), so that what
   is drawn here and there agrees. */
(function () {
  "use strict";
  var DASHES = { dot: [1, 1], dash: [3, 3] };
  var LEAST_DASH = 3;
  var RAD = Math.PI / 180;

  function subplotOf(plot) {
    var layout = plot._fullLayout;
    return layout && layout.geo && layout.geo._subplot;
  }

  /* Tell `sink` what of a polygon or of some lines is seen, in pixels. */
  function project(projection, lat, lon, closed, sink) {
    var stream = projection.stream(sink);
    var open = false;
    var begin = function () {
      if (closed) stream.polygonStart();
      stream.lineStart();
      open = true;
    };
    var end = function () {
      if (!open) return;
      stream.lineEnd();
      if (closed) stream.polygonEnd();
      open = false;
    };
    for (var n = 0; n < lat.length; n += 1) {
      // d3 closes rings itself: the first point, repeated at their end, is left out.
      var last = n + 1 === lat.length || isGap(lat[n + 1]);
      if (isGap(lat[n])) end();
      else if (!closed || !last) {
        if (!open) begin();
        stream.point(lon[n], lat[n]);
      }
    }
    end();
  }

  function isGap(angle) { return angle === null || angle === undefined || isNaN(angle); }

  function pathSink(context) {
    var fresh = true, ring = false;
    return {
      polygonStart: function () { ring = true; },
      polygonEnd: function () { ring = false; },
      lineStart: function () { fresh = true; },
      lineEnd: function () { if (ring) context.closePath(); },
      sphere: function () {},
      point: function (x, y) {
        if (fresh) context.moveTo(x, y); else context.lineTo(x, y);
        fresh = false;
      }
    };
  }

  function lines(context, projection, trace) {
    var line = trace.line || {};
    var closed = trace.fill === "toself";
    context.beginPath();
    project(projection, trace.lat, trace.lon, closed, pathSink(context));
    if (closed) {
      context.fillStyle = trace.fillcolor;
      context.fill();
    }
    context.lineWidth = line.width;
    context.strokeStyle = line.color;
    context.setLineDash((DASHES[line.dash] || []).map(function (part) { return part * Math.max(line.width, LEAST_DASH); }));
    context.stroke();
    context.setLineDash([]);
  }

  /* The pixel of a place, null if it is not seen. */
  function pixel(projection, lat, lon) {
    var found = null;
    projection.stream({
      point: function (x, y) { found = [x, y]; },
      lineStart: function () {}, lineEnd: function () {}, polygonStart: function () {}, polygonEnd: function () {},
      sphere: function () {}
    }).point(lon, lat);
    return found;
  }

  /* How far a direction on the ground, from north through east, is turned on the screen. */
  function turned(projection, lat, lon, bearing, at) {
    var there = pixel(
      projection, lat + Math.cos(bearing * RAD) / 4, lon + Math.sin(bearing * RAD) / 4 / Math.max(0.02, Math.cos(lat * RAD))
    );
    return there ? Math.atan2(there[0] - at[0], at[1] - there[1]) : 0;
  }

  function mark(context, marker, n, at) {
    var radius = each(marker.size, n) / 2;
    context.save();
    context.translate(at[0], at[1]);
    context.beginPath();
    if (marker.symbol === "circle") {
      context.arc(0, 0, radius, 0, 2 * Math.PI);
    } else {
      context.rotate(each(marker.angle, n) * RAD);
      var half = radius * 2 / Math.sqrt(3);
      context.moveTo(-half, radius / 2);
      context.lineTo(half, radius / 2);
      context.lineTo(0, -radius);
      context.closePath();
    }
    context.fillStyle = each(marker.color, n);
    context.fill();
    context.lineWidth = marker.line.width;
    context.strokeStyle = marker.line.color;
    context.stroke();
    context.restore();
  }

  function each(values, n) { return Array.isArray(values) ? values[n] : values; }

  function write(context, trace, n, at, halo) {
    var text = each(trace.text, n);
    if (!text) return;
    text = text.replace(/&lt;/g, "<").replace(/&amp;/g, "&"); // written for plotly.js, which takes it for HTML
    var place = (each(trace.textposition, n) || "middle center").split(" ");
    var away = trace.marker ? each(trace.marker.size, n) / 2 + 3 : 0;
    var size = trace.textfont.size;
    context.font = size + "px " + window.getComputedStyle(context.canvas).fontFamily;
    context.textAlign = { left: "right", right: "left" }[place[1]] || "center";
    context.textBaseline = { top: "bottom", bottom: "top" }[place[0]] || "middle";
    var y = at[1] + ({ top: -away, bottom: away }[place[0]] || 0);
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = halo;
    context.strokeText(text, at[0], y);
    context.fillStyle = trace.textfont.color;
    context.fillText(text, at[0], y);
  }

  function points(context, projection, trace, halo) {
    for (var n = 0; n < trace.lat.length; n += 1) {
      var at = pixel(projection, trace.lat[n], trace.lon[n]);
      if (!at) continue;
      if (trace.mode.indexOf("markers") >= 0) {
        mark(context, trace.marker, n, at);
      }
      if (trace.mode.indexOf("text") >= 0) write(context, trace, n, at, halo);
    }
  }

  function canvasOver(plot) {
    var place = plot.querySelector(".svg-container");
    var canvas = place.querySelector(".ax-map-canvas");
    if (!canvas) {
      canvas = document.createElement("canvas");
      canvas.className = "ax-map-canvas";
      place.appendChild(canvas);
    }
    var scale = window.devicePixelRatio || 1;
    var width = Math.round(place.clientWidth * scale), height = Math.round(place.clientHeight * scale);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    return canvas;
  }

  function clipToMap(context, plot, canvas) {
    var map = plot.querySelector(".geolayer .bg rect").getBoundingClientRect();
    var own = canvas.getBoundingClientRect();
    context.beginPath();
    context.rect(map.left - own.left, map.top - own.top, map.width, map.height);
    context.clip();
  }

  window.geoCanvas = {
    /* Draw traces instead of those of the map; false if this map cannot be drawn upon. */
    draw: function (plot, traces) {
      var subplot = subplotOf(plot);
      if (!subplot || !subplot.projection || !subplot.projection.stream || !plot.querySelector(".geolayer .bg rect")) return false;
      var canvas = canvasOver(plot);
      var context = canvas.getContext("2d");
      var scale = window.devicePixelRatio || 1;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.save();
      clipToMap(context, plot, canvas);
      traces.forEach(function (trace) {
        if (!trace.lat || !trace.lat.length) return;
        context.globalAlpha = trace.opacity === undefined ? 1 : trace.opacity;
        if (trace.mode === "lines") lines(context, subplot.projection, trace);
        else points(context, subplot.projection, trace, plot._fullLayout.paper_bgcolor);
      });
      context.restore();
      plot.classList.add("ax-map-moving");
      return true;
    },
    /* How far marks at places turn on the screen that point into directions on the ground, in degrees. */
    angles: function (plot, lat, lon, bearings) {
      var subplot = subplotOf(plot);
      if (!subplot || !subplot.projection || !subplot.projection.stream) return bearings.map(function () { return 0; });
      return bearings.map(function (bearing, n) {
        var at = pixel(subplot.projection, lat[n], lon[n]);
        return at ? Math.round(turned(subplot.projection, lat[n], lon[n], bearing, at) / RAD) : 0;
      });
    },
    /* Let the map show its own traces again. */
    clear: function (plot) {
      var canvas = plot.querySelector(".ax-map-canvas");
      if (canvas) canvas.remove();
      plot.classList.remove("ax-map-moving");
    }
  };
})();
