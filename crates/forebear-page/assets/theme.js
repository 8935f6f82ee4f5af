// Before anything is drawn: light or dark, as was chosen here before; else as the system is.
(function () {
  "use strict";
  var chosen = null;
  try { chosen = localStorage.getItem("forebear-theme"); } catch (error) { /* no storage: the system's */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
