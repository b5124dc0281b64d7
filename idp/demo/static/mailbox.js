// Looks for new messages every three seconds; without it, "Actualiser" does the same.
(function () {
  "use strict";
  var list = document.getElementById("messages");
  var news = document.getElementById("news");

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("messages");
    if (!fresh || fresh.innerHTML === list.innerHTML) { return; }
    var focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
    list.innerHTML = fresh.innerHTML;
    if (focused) {
      list.querySelectorAll("a").forEach(function (link) {
        if (link.getAttribute("href") === focused) { link.focus(); }
      });
    }
    news.textContent = news.dataset.text;
  }

  setInterval(function () {
    if (document.hidden) { return; }
    fetch(location.href).then(function (answer) { return answer.text(); }).then(show, function () {});
  }, 3000);
}());
