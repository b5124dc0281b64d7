/* OpenID Connect Session Management 1.0, section 3.2. Plain ES5, without crypto.subtle, which only secure pages have. */
(function () {
  "use strict";

  function fraction(value) { return Math.floor((value - Math.floor(value)) * 4294967296) | 0; }

  /* FIPS 180-4: the constants are the first bits of the roots of the first primes. */
  var rounds = [], begin = [];
  for (var candidate = 2; rounds.length < 64; candidate += 1) {
    var prime = true;
    for (var divisor = 2; divisor * divisor <= candidate; divisor += 1) {
      if (candidate % divisor === 0) { prime = false; }
    }
    if (prime) {
      if (begin.length < 8) { begin.push(fraction(Math.sqrt(candidate))); }
      rounds.push(fraction(Math.pow(candidate, 1 / 3)));
    }
  }

  function turn(word, by) { return (word >>> by) | (word << (32 - by)); }

  function mix(state, block) {
    var w = block.slice(0), v = state.slice(0), i;
    for (i = 16; i < 64; i += 1) {
      var a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    for (i = 0; i < 64; i += 1) {
      var first = (v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + rounds[i] + w[i]) | 0;
      var second = ((turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
      v = [(first + second) | 0, v[0], v[1], v[2], (v[3] + first) | 0, v[4], v[5], v[6]];
    }
    for (i = 0; i < 8; i += 1) { v[i] = (v[i] + state[i]) | 0; }
    return v;
  }

  function sha256(text) {
    var bytes = unescape(encodeURIComponent(text)) + "\x80", state = begin, at, i;
    while (bytes.length % 64 !== 56) { bytes += "\0"; }
    var bits = (unescape(encodeURIComponent(text))).length * 8;
    bytes += "\0\0\0\0" + String.fromCharCode(bits >>> 24 & 255, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255);
    for (at = 0; at < bytes.length; at += 64) {
      var block = [];
      for (i = 0; i < 64; i += 4) {
        block.push((bytes.charCodeAt(at + i) << 24) | (bytes.charCodeAt(at + i + 1) << 16) |
          (bytes.charCodeAt(at + i + 2) << 8) | bytes.charCodeAt(at + i + 3));
      }
      state = mix(state, block);
    }
    return state.map(function (word) { return ("0000000" + (word >>> 0).toString(16)).slice(-8); }).join("");
  }

  function browserState() {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf("@COOKIE@=") === 0; });
    return found.length ? found[0].slice("@COOKIE@=".length) : "";
  }

  window.addEventListener("message", function (event) {
    var parts = String(event.data).split(" "), salt = parts.length === 2 ? parts[1].split(".")[1] : "";
    var answer = "error";
    if (salt) {
      var now = sha256([parts[0], event.origin, browserState(), salt].join(" ")) + "." + salt;
      answer = now === parts[1] ? "unchanged" : "changed";
    }
    event.source.postMessage(answer, event.origin);
  });
})();
