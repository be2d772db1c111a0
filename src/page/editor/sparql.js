// The editor of the page for SPARQL, where a script may run; without one, the page has a plain field. It completes
// names that the graph has, and underlines what is wrong with a query at its place while it is written.

import {
  EditorState, EditorView, HighlightStyle, StreamLanguage, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, history, historyKeymap, keymap, lineNumbers, nextDiagnostic, setDiagnostics, sparql,
  syntaxHighlighting, tags,
} from "./codemirror.js";

const field = document.getElementById("query");
const { form, labels, dataset: words } = field;
const language = form.elements.lang ? `&lang=${encodeURIComponent(form.elements.lang.value)}` : "";

const KEYWORDS = ("ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING LIMIT MINUS NAMED NOT OFFSET " +
  "OPTIONAL ORDER PREFIX REDUCED SELECT UNDEF UNION VALUES WHERE ASC DESC AVG COALESCE CONCAT CONTAINS COUNT DATATYPE " +
  "GROUP_CONCAT LANG LANGMATCHES LCASE MAX MIN REGEX REPLACE SAMPLE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS SUBSTR " +
  "SUM UCASE YEAR").split(" ");

/** Names are looked at when the first of them is to be completed. */
let known;
const terms = () => (known ??= fetch(`/sparql-terms.json?${language}`).then((answer) => (answer.ok ? answer.json() : []), () => []));

/** How well a name fits what was typed: 0 best, none if it does not. Labels count too, so that `設施` finds cg:Facility. */
function rank([name, , label], typed) {
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  const [whole, said] = [name.toLowerCase(), label.toLowerCase()];
  if (whole.startsWith(typed)) return 0;
  if (local.startsWith(typed)) return 1;
  if (said.startsWith(typed)) return 2;
  if (local.includes(typed)) return 3;
  return said.includes(typed) ? 4 : null;
}

async function completions(context) {
  if (context.tokenBefore(["comment", "string"])) return null;
  const word = context.matchBefore(/[?$]?[\p{L}\p{N}_:.-]*/u);
  if (!context.explicit && word.text.length < (/^[?$]/.test(word.text) ? 1 : 2)) return null;
  const typed = word.text.toLowerCase();
  if (/^[?$]/.test(typed)) {
    const text = context.state.sliceDoc(0, word.from) + context.state.sliceDoc(word.to);
    const found = new Set([...text.matchAll(/[?$][\p{L}\p{N}_]+/gu)].map(([name]) => name));
    const options = [...found].sort().filter((name) => name.toLowerCase().startsWith(typed)).map((label) => ({ label, type: "variable" }));
    return { from: word.from, options, filter: false };
  }
  const fitting = (await terms()).map((term) => [rank(term, typed), term]).filter(([fit]) => fit !== null);
  // The names of a kind are in order already.
  fitting.sort(([a], [b]) => a - b);
  const options = fitting.slice(0, 100).map(([, [label, type, detail]]) => ({ label, type, detail }));
  const starts = (keyword) => !typed.includes(":") && keyword.toLowerCase().startsWith(typed);
  const keywords = KEYWORDS.filter(starts).map((label) => ({ label, type: "keyword" }));
  return { from: word.from, options: typed ? [...keywords, ...options] : options, filter: false };
}

/** Where a line and a column in characters are. */
function offset(doc, line, column) {
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return from + Array.from(text).slice(0, column - 1).join("").length;
}

let asked;
let waiting;
/** Asks the server what is wrong with the query, and marks it. */
async function check(view) {
  asked?.abort();
  asked = new AbortController();
  const { doc } = view.state;
  const text = doc.toString();
  let findings = [];
  try {
    if (text.trim()) {
      const answer = await fetch(`/sparql-check.json?query=${encodeURIComponent(text)}`, { signal: asked.signal });
      // A query that is too long for an address is told to be so when it is asked.
      findings = answer.ok ? await answer.json() : [];
    }
  } catch {
    return;
  }
  if (view.state.doc !== doc) return;
  const diagnostics = findings.map(({ line, column, width, severity, message }) => {
    let from = offset(doc, line, column);
    const to = Math.min(offset(doc, line, column + width), doc.line(Math.min(line, doc.lines)).to);
    // What is missing at the end of a line is marked at what is there last.
    if (from >= to) from = Math.max(0, Math.min(from, doc.length) - 1);
    return { from, to: Math.max(from + 1, to), severity, message };
  }).filter(({ to }) => to <= doc.length);
  view.dispatch(setDiagnostics(view.state, diagnostics));
  view.dom.querySelector(".cm-content").setAttribute("aria-invalid", diagnostics.some(({ severity }) => severity === "error"));
}

const theme = EditorView.theme({
  "&": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "6px", fontSize: "0.95rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace", lineHeight: "1.5", maxHeight: "60vh", minHeight: "14rem", overflow: "auto" },
  ".cm-content": { padding: "0.4rem 0", caretColor: "var(--ink)" },
  ".cm-gutters": { background: "transparent", color: "var(--soft)", border: "0" },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": { background: "var(--mark)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--fault)", textUnderlineOffset: "0.25em" },
  ".cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint": { backgroundImage: "none", textDecoration: "underline wavy var(--soon)", textUnderlineOffset: "0.25em" },
  ".cm-tooltip": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "6px", maxWidth: "min(32rem, 92vw)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", overflowWrap: "anywhere", padding: "0.3rem 0.6rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--fault)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--soon)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "15rem", maxWidth: "min(32rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.6rem", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)", marginLeft: "0.8em" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--accent)" },
  { tag: tags.local(tags.variableName), color: "var(--code-variable)" },
  { tag: tags.atom, color: "var(--ink)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: tags.meta, color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const host = document.createElement("div");
host.id = "editor";
field.before(host);
// Its styles are those of a tree of its own: the page lets no other style in than its sheet.
const root = host.attachShadow({ mode: "open" });
const submit = () => (form.requestSubmit(), true);
const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(), history(), bracketMatching(), closeBrackets(), EditorView.lineWrapping, theme,
      StreamLanguage.define(sparql), syntaxHighlighting(colours),
      autocompletion({ override: [completions], icons: false, maxRenderedOptions: 100 }),
      // Tab is left alone: it leads to what comes next on the page.
      keymap.of([
        { key: "Mod-Enter", run: submit }, { key: "F8", run: nextDiagnostic },
        ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
      ]),
      EditorState.phrases.of({ Completions: words.completions }),
      EditorView.contentAttributes.of({ "aria-label": labels[0].textContent, autocapitalize: "off", autocorrect: "off", spellcheck: "false", dir: "ltr", "aria-keyshortcuts": "Control+Space Control+Enter F8" }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (!docChanged) return;
        field.value = state.doc.toString();
        clearTimeout(waiting);
        waiting = setTimeout(() => check(view), 500);
      }),
    ],
  }),
});
labels[0].addEventListener("click", () => view.focus());
field.hidden = true;
document.getElementById("editor-help").hidden = false;
// Back to the page, a browser gives the field what was in it.
addEventListener("pageshow", () => {
  if (field.value !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: field.value } });
});
check(view);
