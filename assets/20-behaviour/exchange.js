/* What comes from and goes to elsewhere: files are read, links copied. Nothing of a file is sent before
   its text stands in the dialog. */
(function () {
  "use strict";
  var MOST_LETTERS = 300000;
  var noUpdate = function () { return window.dash_clientside.no_update; };

  /* The bytes of an uploaded file, which Dash hands over as a data address in base64. */
  function bytesOf(contents) {
    return Uint8Array.from(window.atob(contents.split(",")[1] || ""), function (letter) {
      return letter.charCodeAt(0);
    });
  }

  /* The encoding that the first bytes name; editors of Windows write UTF-16. */
  function encodingOf(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
    return "utf-8";
  }

  /* [text, null] of a file, or [null, what is wrong with it]. */
  function read(contents, name) {
    var called = name ? "“" + name + "”" : "The file";
    var bytes = bytesOf(contents), text;
    if (!bytes.length) return [null, called + " is empty."];
    try {
      text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    } catch (error) {
      text = null;
    }
    if (text === null || text.indexOf("\u0000") >= 0) {
      return [null, called + " is not a text file. A query is text, in JSON or Python."];
    }
    if (text.length > MOST_LETTERS) return [null, tooLarge(called, text.length)];
    return [text, null];
  }

  function tooLarge(called, size) {
    return called + " is too large for a query: " + size.toLocaleString("en") + " letters, of at most " +
      MOST_LETTERS.toLocaleString("en") + ".";
  }

  function wrongWith(files) {
    if (files.length > 1) return "Drop one file at a time.";
    if (files.length && files[0].size > 2 * MOST_LETTERS) {
      return tooLarge("“" + files[0].name + "”", files[0].size);
    }
    return null;
  }

  /* Dash says nothing of a file that it does not take: too large, or one of several. */
  function watchFiles(event) {
    var zone = event.target.closest && event.target.closest("#search-import-file");
    if (!zone) return;
    var files = (event.dataTransfer || event.target).files || [];
    var mistake = wrongWith(files);
    if (!mistake) return;
    event.preventDefault();
    event.stopPropagation();
    window.dash_clientside.set_props("search-import-notes", { children: mistake });
  }
  document.addEventListener("drop", watchFiles, true);
  document.addEventListener("change", watchFiles, true);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.exchange = {
    readUpload: function (contents, name) {
      if (!contents) return [noUpdate(), noUpdate(), noUpdate()];
      var found = read(contents, name);
      // Forgotten at once, so that the same file can be chosen again after it was mended.
      return [found[0] === null ? noUpdate() : found[0], found[1] || "", null];
    },
    /* Show the part with this id where the page is scrolled past it. */
    reveal: function (_because, id) {
      var part = document.getElementById(id);
      if (part && part.getBoundingClientRect().top < 0) part.scrollIntoView({ block: "center" });
      return noUpdate();
    },
    copy: function (shared) {
      if (!shared) return noUpdate();
      if (!shared.address) return shared.mistake;
      var address = new URL(shared.address, window.location.href).href;
      var asked = function () { window.prompt("Copy this address:", address); return ""; };
      if (!navigator.clipboard) return asked(); // plain http on another machine: the browser offers none
      return navigator.clipboard.writeText(address).then(function () { return "Link copied"; }, asked);
    }
  };
})();
