// The search as one types, the copy button, light or dark. Everything else on the pages works
// without. Content comes from small scripts beside the pages, so that it works from a folder,
// where nothing can be fetched.
(function () {
  "use strict";
  var root = document.body.dataset.root;
  var held = Object.create(null);    // what came, by key
  var waiting = Object.create(null); // who waits for it

  window.forebear = {
    take: function (key, content) {
      held[key] = content;
      (waiting[key] || []).forEach(function (done) { done(content); });
      delete waiting[key];
    }
  };

  function load(key) {
    if (key in held) return Promise.resolve(held[key]);
    return new Promise(function (done) {
      if (waiting[key]) { waiting[key].push(done); return; }
      waiting[key] = [done];
      var script = document.createElement("script");
      script.src = root + "search/" + key + ".js";
      script.onerror = function () { window.forebear.take(key, null); };
      document.head.append(script);
    });
  }

  // Repositories with a word that begins so, from the file that is precise enough.
  async function beginning(word) {
    var at = "", content = await load("n/=");
    while (content && content.n && word.length > at.length) {
      var letter = word[at.length];
      if (!content.n.includes(letter)) return at === "" ? { r: [], whole: true } : { r: content.r, whole: false };
      at += letter;
      content = await load("n/=" + at);
    }
    return content ? { r: content.r, whole: !content.n } : { r: [], whole: true };
  }

  function wordsOf(text) { return text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean); }

  function score(name, query, weight) {
    var last = name.slice(name.lastIndexOf("/") + 1);
    var short = name.replace(/^docker\.io\/(library\/)?/, "");
    var points = Math.log2(2 + weight);
    if (short === query || name === query) points += 1000;
    else if (last === query) points += 400;
    else if (short.startsWith(query)) points += 120;
    else if (last.startsWith(query)) points += 80;
    else if (name.includes(query)) points += 30;
    if (/^docker\.io\/library\//.test(name)) points += 20;
    return points - name.length / 100;
  }

  async function repositories(text) {
    var words = wordsOf(text);
    if (!words.length) return [];
    var longest = words.slice().sort(function (a, b) { return b.length - a.length; });
    var found = null;
    for (var word of longest) {
      var own = await beginning(word);
      if (!found || own.whole || own.r.length < found.r.length) found = own;
      if (own.whole) break;
    }
    var fits = function (row) {
      var own = wordsOf(row[0]);
      return words.every(function (word) { return own.some(function (one) { return one.startsWith(word); }); });
    };
    var query = text.toLowerCase();
    return found.r.filter(fits)
      .map(function (row) { return { row: row, points: score(row[0], query, row[3]) }; })
      .sort(function (a, b) { return b.points - a.points || (a.row[0] < b.row[0] ? -1 : 1); })
      .map(function (one) { return one.row; });
  }

  async function digests(hex) {
    if (hex.length < 3) return [];
    var keys = await load("d/=");
    if (!keys || !keys.includes(hex.slice(0, 3))) return [];
    var rest = hex.slice(3, 16);
    var all = await load("d/" + hex.slice(0, 3));
    return (all || []).filter(function (row) { return row[0].startsWith(rest); }).slice(0, 20).map(function (row) {
      var what = { m: "manifest", c: "config", l: "layer" }[row[1]];
      return { href: row[2], text: row[3], beside: what + " " + hex.slice(0, 3) + row[0].slice(0, 9) };
    });
  }

  // What is found for what was typed, the best first.
  async function search(typed) {
    var text = typed.trim().replace(/^docker:\/\//, "");
    var hex = /^(?:sha256:)?([0-9a-f]{3,64})$/i.exec(text.replace(/^.*@/, ""));
    var rows = hex ? await digests(hex[1].toLowerCase()) : [];
    if (/^sha256:/.test(text) || /@sha256:/.test(text)) return rows;
    var cut = /[:\s]/.exec(text.replace(/:\d+\//, function (port) { return port.replace(":", "_"); }));
    var name = cut ? text.slice(0, cut.index) : text;
    var tag = cut ? text.slice(cut.index + 1).trim() : null;
    var found = await repositories(name);
    if (tag && cut[0] !== ":") {
      var all = await repositories(text);
      if (all.length) { found = all; tag = null; }
    }
    for (var at = 0; at < Math.min(found.length, 8); at++) {
      var own = found[at];
      var count = own[2] + (own[2] === 1 ? " tag" : " tags");
      rows.push({ href: own[1], text: own[0], beside: own[3] ? count + ", " + own[3] + " built on it" : count });
      if (at === 0) {
        var tags = await load("t/" + own[1].slice("repository/".length, -".html".length)) || [];
        if (tag) {
          var wanted = tag.toLowerCase();
          var is = function (one) { return one[0].toLowerCase() === wanted; };
          tags = tags.filter(function (one) { return one[0].toLowerCase().startsWith(wanted); })
            .sort(function (a, b) { return is(b) - is(a); });
        }
        tags.slice(0, tag === null ? 4 : 12).forEach(function (one) {
          rows.push({ href: one[1], text: own[0] + ":" + one[0], beside: "", sub: true });
        });
      }
    }
    return rows;
  }

  var input = document.getElementById("q");
  var list = document.getElementById("results");
  var status = document.getElementById("found");
  var turn = 0, chosen = -1;

  function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); choose(-1); }

  function choose(at) {
    var all = list.querySelectorAll("[role=option]");
    chosen = all.length ? Math.max(-1, Math.min(at, all.length - 1)) : -1;
    all.forEach(function (one, own) { one.setAttribute("aria-selected", String(own === chosen)); });
    if (chosen < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function option(row, at) {
    var link = document.createElement("a");
    link.id = "result-" + at;
    link.href = root + row.href;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.tabIndex = -1;
    if (row.sub) link.className = "sub";
    var name = document.createElement("bdi");
    name.className = "name";
    name.textContent = row.text;
    var beside = document.createElement("span");
    beside.className = "beside";
    beside.textContent = row.beside;
    link.append(name, beside);
    return link;
  }

  async function show() {
    var own = ++turn;
    if (!input.value.trim()) { list.replaceChildren(); status.textContent = ""; close(); return; }
    var rows = await search(input.value);
    if (own !== turn) return;
    var nothing = document.createElement("p");
    nothing.textContent = "Nothing here is called that.";
    nothing.setAttribute("role", "option");
    nothing.setAttribute("aria-disabled", "true");
    list.replaceChildren.apply(list, rows.length ? rows.map(option) : [nothing]);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = rows.length === 1 ? "1 found" : rows.length + " found";
    choose(rows.length ? 0 : -1);
    document.documentElement.dataset.searched = input.value;
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", function () { load("n/="); if (input.value) show(); });
  input.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(); else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      var link = list.querySelectorAll("a[role=option]")[Math.max(chosen, 0)];
      if (link && !list.hidden) { event.preventDefault(); location.href = link.href; }
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close();
    }
  });
  document.addEventListener("click", function (event) { if (!event.target.closest(".search")) close(); });
  document.addEventListener("keydown", function (event) {
    var typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  document.querySelector(".search").addEventListener("focusout", function (event) {
    if (!event.currentTarget.contains(event.relatedTarget)) setTimeout(function () {
      if (!document.querySelector(".search").contains(document.activeElement)) close();
    }, 150);
  });

  var theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", function () {
    var html = document.documentElement;
    var dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    html.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("forebear-theme", html.dataset.theme); } catch (error) { /* for this page only */ }
  });

  document.querySelectorAll("button.copy").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", async function () {
      var text = document.getElementById(button.dataset.copy).textContent;
      try { await navigator.clipboard.writeText(text); } catch (error) {
        var area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 2000);
    });
  });
})();
