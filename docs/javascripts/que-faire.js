/* « Que faire maintenant ? », one step at a time. Without this script the page shows every step, linked by anchors.
   Classic script, no module and no fetch: it must work on file:// too. */
(function () {
  "use strict";

  function start() {
    var root = document.getElementById("qf");
    if (!root) return;
    var status = document.getElementById("qf-statut");
    var steps = {}, first = null, shown = null, asked = false;
    Array.prototype.forEach.call(root.querySelectorAll(".qf-etape"), function (step) {
      steps[step.dataset.id] = step;
      first = first || step.dataset.id;
      var heading = step.querySelector("h2");
      heading.tabIndex = -1;
      if (!step.dataset.parent) return;
      var restart = document.createElement("a");
      restart.href = "#" + first;
      restart.className = "qf-retour";
      restart.textContent = "Recommencer";
      step.querySelector("a.qf-retour").insertAdjacentElement("afterend", restart);
    });

    /* The questions above a step, the first one first. */
    function above(id) {
      var parent = steps[id].dataset.parent;
      return parent ? above(parent).concat(parent) : [];
    }

    /* What was answered at a question to come to this step: the text of the link that leads here. */
    function answer(question, next) {
      var link = steps[question].querySelector('.qf-reponses a[href$="#' + next + '"]');
      return link ? link.textContent.trim() : "";
    }

    function show(id) {
      var path = above(id), all = path.concat(id);
      Object.keys(steps).forEach(function (name) { steps[name].hidden = name !== id; });
      shown = id;
      var answers = path.map(function (question, i) { return answer(question, all[i + 1]); });
      status.textContent = answers.length ? "Vos réponses\u00a0: " + answers.join(" › ") : "";
      status.hidden = !answers.length;
      if (!asked) return;
      var heading = steps[id].querySelector("h2");
      heading.focus({ preventScroll: true });
      var top = (status.hidden ? heading : status).getBoundingClientRect().top + window.scrollY;
      window.scrollTo(0, Math.max(0, top - 90));
    }

    function wanted() {
      var id = decodeURIComponent(location.hash.slice(1));
      return steps[id] ? id : null;
    }

    /* The address changes with each answer, so the browser's own back button goes back one question. */
    window.addEventListener("hashchange", function () {
      var id = wanted() || (location.hash ? null : first);
      asked = true;
      if (id && id !== shown) show(id);
    });
    root.classList.add("qf--pas-a-pas");
    show(wanted() || first);
    if (wanted()) setTimeout(function () { asked = true; show(wanted() || first); }, 0);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
