/* A saved picture says below the figure what it shows, where that came from, and whether it is simulated. */
(function () {
  "use strict";
  var SCALE = 2; // pixels of the picture for each of the page
  var LINE_PX = 15;
  var EDGE_PX = 12;
  var SIMULATED = "SIMULATED DATA: nothing here is an observation.";

  /* What stands below the picture, and whether its data are simulated. */
  function origin() {
    var own = document.querySelector("[data-origin]"), badge = document.getElementById("badge");
    var simulated = own ? own.hasAttribute("data-simulated") : badge.classList.contains("ax-badge--simulated");
    var said = own ? own.getAttribute("data-origin").split("\n") : simulated ? [SIMULATED] : [badge.textContent];
    var made = document.querySelector("[data-made-by]").getAttribute("data-made-by");
    var now = new Date().toISOString().slice(0, 16).replace("T", " ");
    said.push("Saved: " + now + " UTC by " + made, "Link: " + window.location.href);
    return { lines: said, simulated: simulated };
  }

  /* Lines cut so that none is wider than `width`; an address has no spaces and is cut anywhere. */
  function wrapped(pen, lines, width) {
    var found = [];
    lines.forEach(function (line) {
      var now = "";
      line.split(/(?<=[ &?,])/).forEach(function (word) {
        if (now && pen.measureText(now + word).width > width) { found.push(now); now = ""; }
        now += word;
      });
      found.push(now);
    });
    return found;
  }

  function below(picture, look, lines) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    var font = 11 * SCALE + "px " + look.font.family;
    pen.font = font;
    var written = wrapped(pen, lines, picture.width - 2 * EDGE_PX * SCALE);
    canvas.width = picture.width;
    canvas.height = picture.height + (written.length * LINE_PX + EDGE_PX) * SCALE;
    pen.fillStyle = look.paper_bgcolor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0);
    pen.font = font;
    pen.fillStyle = look.font.color;
    pen.textBaseline = "top";
    written.forEach(function (line, place) {
      pen.fillText(line, EDGE_PX * SCALE, picture.height + place * LINE_PX * SCALE);
    });
    return canvas;
  }

  function save(canvas, name) {
    canvas.toBlob(function (blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".modebar-btn[data-title^='Download']");
    var graph = button && button.closest(".js-plotly-plot");
    if (!graph) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Plotly's own picture says nothing of all that
    var said = origin(), file = graph._context.toImageButtonOptions.filename;
    var size = { format: "png", width: graph.offsetWidth, height: graph.offsetHeight, scale: SCALE };
    window.Plotly.toImage(graph, size).then(function (address) {
      var picture = new Image();
      picture.onload = function () {
        save(below(picture, graph._fullLayout, said.lines), (said.simulated ? "simulated-" : "") + file + ".png");
      };
      picture.src = address;
    });
  }, true);
})();
