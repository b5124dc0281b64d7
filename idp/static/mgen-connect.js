/* Comforts only: every page works without this file. Plain ES5, for sign-in must run in old browsers. */
(function () {
  "use strict";

  function each(selector, work) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), work);
  }

  function ask(method, url, body, done) {
    var call = new XMLHttpRequest();
    call.open(method, url);
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    if (body) { call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); }
    call.onload = function () {
      var answer = null;
      try { answer = JSON.parse(call.responseText); } catch (error) { /* a page: nothing to do with it */ }
      if (call.status === 200 && answer) { done(answer); }
    };
    call.send(body || null);
  }

  /* WCAG 3.3.1: what went wrong is read first. */
  var summary = document.getElementById("error-summary");
  if (summary) { summary.focus(); }

  each("[data-shows]", function (button) {
    var input = document.getElementById(button.getAttribute("data-shows"));
    var show = button.textContent;
    button.hidden = false;
    button.onclick = function () {
      var hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? button.getAttribute("data-hide") : show;
    };
    /* A shown password must not enter the browser's memory of forms. */
    if (input.form) { input.form.addEventListener("submit", function () { input.type = "password"; }); }
  });

  each("[data-prints]", function (button) {
    button.hidden = false;
    button.onclick = function () { window.print(); };
  });

  /* CNIL's theoretical entropy: length × log2 of the alphabet in use. */
  function bits(text) {
    var size = (/[a-z]/.test(text) ? 26 : 0) + (/[A-Z]/.test(text) ? 26 : 0) + (/[0-9]/.test(text) ? 10 : 0) + (/[^a-zA-Z0-9]/.test(text) ? 37 : 0);
    return size ? Math.round(text.length * Math.log(size) / Math.LN2) : 0;
  }

  each("[data-strength-of]", function (box) {
    var input = document.getElementById(box.getAttribute("data-strength-of"));
    var meter = box.querySelector("meter");
    var words = box.querySelector("p");
    var pause;
    function tell() {
      var strength = bits(input.value);
      var state = input.value.length < Number(box.getAttribute("data-min")) ? "short" : strength < 50 ? "weak" : strength < 80 ? "fair" : "good";
      words.textContent = box.getAttribute("data-" + state);
    }
    input.addEventListener("input", function () {
      box.hidden = !input.value;
      meter.value = Math.min(80, bits(input.value));
      clearTimeout(pause);
      /* After a pause, never at each key: a screen reader would not stop. */
      pause = setTimeout(tell, 700);
    });
  });

  each("[data-poll]", function (box) {
    var url = box.getAttribute("data-poll");
    var timer = setInterval(function () {
      if (document.hidden) { return; }
      ask("GET", url, null, function (answer) {
        if (answer.next) { clearInterval(timer); location.assign(answer.next); }
      });
    }, 3000);
  });

  each(".time-left", function (form) {
    var words = form.querySelector("p");
    var calm = words.textContent;
    var timer;
    function wait(seconds) {
      clearTimeout(timer);
      timer = setTimeout(function () {
        form.classList.add("soon");
        words.textContent = form.getAttribute("data-soon");
      }, Math.max(0, seconds - 300) * 1000);
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask("POST", form.action, "csrf_token=" + encodeURIComponent(form.elements.csrf_token.value), function (answer) {
        form.classList.remove("soon");
        words.textContent = answer.text || calm;
        wait(answer.seconds_left);
      });
    });
    wait(Number(form.getAttribute("data-seconds")));
  });

  /* OpenID Connect Front-Channel Logout: on to the site once every frame has loaded, or soon in any case. */
  each("[data-continue]", function (box) {
    function go() { window.location.replace(box.getAttribute("data-continue")); }
    window.addEventListener("load", go);
    setTimeout(go, 4000);
  });
}());
