/* Classic script, no module and no fetch: it must work on file:// too. */
(function () {
  "use strict";

  function each(selector, action) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), action);
  }

  function name(element, label) {
    if (!element.hasAttribute("aria-label")) element.setAttribute("aria-label", label);
  }

  /* What the theme leaves without an accessible name. */
  function accessibility() {
    each(".md-search[role=dialog]", function (dialog) { name(dialog, "Recherche"); });
    each("nav.md-tags", function (nav) { name(nav, "Mots-clés"); });
    /* A section with its own page: the theme names its menu after a label that only holds an arrow. */
    each("nav.md-nav[aria-labelledby]", function (nav) {
      var label = document.getElementById(nav.getAttribute("aria-labelledby"));
      var title = nav.querySelector(".md-nav__title");
      if (!title || (label && label.textContent.trim())) return;
      nav.removeAttribute("aria-labelledby");
      name(nav, title.textContent.trim());
    });
    /* A heading of the page may have the name of a section of the guide. */
    each(".md-nav--secondary nav.md-nav[aria-label]", function (nav) {
      nav.setAttribute("aria-label", "Sur cette page\u00a0: " + nav.getAttribute("aria-label"));
    });
    each(".task-list-item input[type=checkbox]", function (box) {
      var item = box.closest("li");
      if (item) name(box, item.textContent.trim().replace(/\s+/g, " "));
    });
  }

  /* On a phone, a table of four columns, or wider than the screen, is read row by row: each row becomes a card,
     each cell says its column. Tables of one page with the same columns look the same. */
  var narrow = window.matchMedia("(max-width: 44.984375em)");

  function words(element) {
    return element.textContent.trim().replace(/\s+/g, " ");
  }

  function card(table) {
    var titles = Array.prototype.map.call(table.tHead.rows[0].cells, words);
    Array.prototype.forEach.call(table.rows, function (row) {
      row.setAttribute("role", "row");
      Array.prototype.forEach.call(row.cells, function (cell, index) {
        cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
        if (cell.tagName === "TD" && titles[index]) cell.setAttribute("data-titre", titles[index] + "\u00a0: ");
        if (!words(cell) && !cell.querySelector("img, svg")) cell.setAttribute("data-vide", "");
      });
    });
    /* Shown as blocks, a table is no longer one for a screen reader: its roles are said again. */
    table.setAttribute("role", "table");
    table.setAttribute("data-fiches", "");
  }

  function cards() {
    if (!narrow.matches) return;
    var large = {};
    function read(action) {
      each(".md-typeset__scrollwrap", function (wrap) {
        var table = wrap.querySelector("table");
        if (table && table.tHead) action(table, wrap, words(table.tHead));
      });
    }
    read(function (table, wrap, columns) {
      if (table.tHead.rows[0].cells.length > 3 || wrap.scrollWidth > wrap.clientWidth) large[columns] = true;
    });
    read(function (table, wrap, columns) {
      if (large[columns] && !table.hasAttribute("data-fiches")) card(table);
    });
  }

  /* A block made of commands only, and of their indented next lines. */
  var COMMANDS = /^(impayes|make) .*(\n(impayes|make|cp) .*|\n +--.*)*\s*$/;

  /* What the theme adds later: tools of code blocks, tables that scroll sideways. */
  function late() {
    cards();
    /* « --motif » is not cut in two, nor any short piece of code. */
    each(":not(pre) > code", function (code) {
      if (code.textContent.length < 25) code.setAttribute("data-court", "");
    });
    each("pre > code", function (code) {
      if (COMMANDS.test(code.textContent)) code.setAttribute("data-commande", "");
    });
    each(".md-code__nav", function (nav, index) { nav.setAttribute("aria-label", "Bloc de code " + (index + 1)); });
    /* The theme does this for the blocks already seen: the keyboard may come before the eye. */
    each("pre > code", function (code) {
      if (code.scrollWidth > code.clientWidth && !code.hasAttribute("tabindex")) code.tabIndex = 0;
    });
    each(".md-typeset__scrollwrap", function (wrap) {
      if (wrap.hasAttribute("tabindex") || wrap.scrollWidth <= wrap.clientWidth) return;
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "group");
      wrap.setAttribute("aria-label", "Tableau à faire défiler");
    });
  }

  function watch() {
    var waiting;
    new MutationObserver(function () {
      clearTimeout(waiting);
      waiting = setTimeout(late, 60);
    }).observe(document.body, { childList: true, subtree: true });
    narrow.addEventListener("change", late);
    late();
  }

  /* A letter shown in its own frame takes the height it needs, once visible: a folded tab has no height. */
  function fit(frame) {
    var page = frame.contentDocument;
    if (!page || !page.body || !frame.clientWidth) return;
    frame.style.height = "auto";
    frame.style.height = page.documentElement.scrollHeight + 2 + "px";
  }

  function frames() {
    each("iframe.apercu", function (frame) {
      var width = 0;
      frame.addEventListener("load", function () { fit(frame); });
      new ResizeObserver(function () {
        if (frame.clientWidth === width) return;
        width = frame.clientWidth;
        // Later: a height set inside the observer would call it again.
        setTimeout(fit, 0, frame);
      }).observe(frame);
    });
  }

  function start() {
    accessibility();
    frames();
    watch();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
