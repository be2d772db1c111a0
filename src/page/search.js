// Results while somebody types. On a server the page of the search is asked for again and its results are put in the
// place of those that are seen; in a folder the list of all things is in the page, and what does not fit is hidden.
"use strict";
(() => {
  const field = document.getElementById("text");
  const results = document.getElementById("results");
  if (!field || !results) return;
  const form = field.form;
  let timer = 0;
  const soon = (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, 180);
  };
  if (!("spellings" in results.dataset)) served();
  else listed();

  function served() {
    let asked = null;
    const ask = async () => {
      const address = new URL(form.action);
      for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
      if (asked) asked.abort();
      const own = (asked = new AbortController());
      try {
        const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: own.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("results");
        if (!found || own !== asked) return;
        results.replaceChildren(...found.childNodes);
        document.title = page.title;
        history.replaceState(null, "", address);
      } catch (error) {
        if (error.name !== "AbortError") form.classList.add("offline");
      }
    };
    field.addEventListener("input", () => soon(ask));
  }

  function listed() {
    const spelled = [...results.dataset.spellings];
    const simple = new Map();
    for (let at = 0; at + 1 < spelled.length; at += 2) simple.set(spelled[at], spelled[at + 1]);
    const list = results.querySelector("ol");
    const found = document.getElementById("found");
    const items = [...list.children].map((node, at) => ({
      node,
      at,
      names: node.dataset.names.split("|"),
      kinds: node.dataset.kinds.split("|"),
    }));
    const buttons = [...results.querySelectorAll("[data-kind]")];
    results.querySelector(".kinds").hidden = false;
    let kind = null;
    const isHan = (c) => /\p{Script=Han}/u.test(c);
    // As `search::fold` does it.
    const fold = (text) => {
      let folded = "";
      let before = null;
      for (const c of text.normalize("NFKC")) {
        if (/['’\u0300-\u036f]/u.test(c)) continue;
        if (!/[\p{L}\p{N}]/u.test(c)) {
          before = null;
          continue;
        }
        if ((before === null || isHan(before) !== isHan(c)) && folded) folded += " ";
        folded += simple.get(c) ?? c.toLowerCase();
        before = c;
      }
      return folded;
    };
    const distance = (a, b, most) => {
      if (Math.abs(a.length - b.length) > most) return most + 1;
      let row = Array.from({ length: b.length + 1 }, (_, at) => at);
      let last = row;
      for (let i = 1; i <= a.length; i += 1) {
        const next = [i];
        for (let j = 1; j <= b.length; j += 1) {
          next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
          if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], last[j - 2] + 1);
        }
        last = row;
        row = next;
      }
      return row[b.length];
    };
    const rank = (name, wanted, words) => {
      if (name === wanted) return 0;
      const at = name.indexOf(wanted);
      if (at === 0) return 1;
      if (at > 0 && (isHan(wanted[0]) || name[at - 1] === " ")) return 2;
      const own = name.split(" ");
      const has = (word) => own.some((other) => (isHan(word[0]) ? other.includes(word) : other.startsWith(word)));
      if (wanted.length > 1 && words.every(has)) return 3;
      if (words.length === 1 && wanted.length > 2 && own.map((word) => word[0]).join("") === wanted) return 4;
      return null;
    };
    const near = (name, wanted, words) => {
      const most = (text) => (isHan(text[0]) ? (text.length < 3 ? 0 : 1) : text.length < 4 ? 0 : text.length < 8 ? 1 : 2);
      if (most(wanted) && distance(wanted, name, most(wanted)) <= most(wanted)) return 5;
      const own = name.split(" ");
      const fits = (word) => own.some((other) => other.startsWith(word) || (most(word) && distance(word, other, most(word)) <= most(word)));
      return words.every(fits) && words.some((word) => most(word)) ? 6 : null;
    };
    const least = (names, how) => names.reduce((best, name) => {
      const own = how(name);
      return own !== null && (best === null || own < best) ? own : best;
    }, null);
    const show = () => {
      const wanted = fold(field.value);
      const words = wanted.split(" ");
      let ranked = items.map((item) => [wanted ? least(item.names, (name) => rank(name, wanted, words)) : 0, item]);
      let isNear = false;
      if (wanted && ranked.every(([own]) => own === null)) {
        ranked = items.map((item) => [least(item.names, (name) => near(name, wanted, words)), item]);
        isNear = true;
      }
      const hits = ranked.filter(([own]) => own !== null);
      hits.sort((a, b) => a[0] - b[0] || a[1].at - b[1].at);
      const counts = new Map();
      for (const [, item] of hits) for (const one of item.kinds) counts.set(one, (counts.get(one) ?? 0) + 1);
      for (const button of buttons) {
        const n = counts.get(button.dataset.kind) ?? 0;
        button.querySelector(".count").textContent = n.toLocaleString("en");
        button.hidden = n === 0 && button.dataset.kind !== kind;
        button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
      }
      const shown = hits.filter(([, item]) => kind === null || item.kinds.includes(kind));
      const kept = new Set(shown.map(([, item]) => item));
      for (const item of items) item.node.hidden = !kept.has(item);
      list.append(...shown.map(([, item]) => item.node));
      const n = shown.length.toLocaleString("en");
      const words_ = shown.length === 0 ? results.dataset.none : (shown.length === 1 ? results.dataset.one : results.dataset.several).replace("{n}", n);
      found.textContent = isNear && shown.length ? `${words_} (${results.dataset.near})` : words_;
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        kind = kind === button.dataset.kind ? null : button.dataset.kind;
        show();
      });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show();
    });
    field.addEventListener("input", () => soon(show));
    const given = new URLSearchParams(location.search);
    field.value = given.get("text") ?? "";
    kind = given.get("kind");
    if (!buttons.some((button) => button.dataset.kind === kind)) kind = null;
    if (field.value || kind) show();
  }
})();
