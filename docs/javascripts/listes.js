/* Checklists: keeps what is ticked on this device, says how far one is, unticks everything. Without it the boxes
   still work. Classic script: it must work on file:// too. */
(function () {
  "use strict";

  /* Storage may be refused (private window, strict settings): the list then works without memory. */
  function read(key) {
    try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch (error) { return []; }
  }
  function write(key, names) {
    try {
      if (names.length) localStorage.setItem(key, JSON.stringify(names));
      else localStorage.removeItem(key);
    } catch (error) { /* nothing is kept */ }
  }

  function plural(count, one, many) { return count + "\u00a0" + (count < 2 ? one : many); }

  function setUp(list) {
    var key = "impayes:liste:" + list.dataset.liste;
    var boxes = Array.prototype.slice.call(list.querySelectorAll("input[type=checkbox]"));
    var state = list.querySelector(".liste__etat");
    var empty = list.querySelector(".liste__vider");

    function must(box) { return box.closest(".liste__point").querySelector(".liste__indispensable"); }

    function tell() {
      var done = boxes.filter(function (box) { return box.checked; });
      var left = boxes.filter(function (box) { return must(box) && !box.checked; });
      var text = plural(done.length, "point coché", "points cochés") + " sur " + boxes.length + ".";
      if (left.length) text += " " + plural(left.length, "point indispensable reste", "points indispensables restent") + " à faire.";
      else if (boxes.some(must)) text += " Tous les points indispensables sont faits.";
      state.textContent = text;
      empty.disabled = !done.length;
    }

    var kept = read(key);
    if (!Array.isArray(kept)) kept = [];
    boxes.forEach(function (box) { box.checked = kept.indexOf(box.name) >= 0; });
    list.addEventListener("change", function () {
      write(key, boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.name; }));
      tell();
    });
    empty.addEventListener("click", function () {
      boxes.forEach(function (box) { box.checked = false; });
      write(key, []);
      tell();
      boxes[0].focus();
    });
    list.querySelector(".liste__imprimer").addEventListener("click", function () { window.print(); });
    list.querySelector(".liste__outils").hidden = false;
    tell();
  }

  function start() { Array.prototype.forEach.call(document.querySelectorAll(".liste[data-liste]"), setUp); }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
