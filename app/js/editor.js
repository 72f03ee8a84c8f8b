// The code editor, loaded when the page already runs: CodeMirror behind a small interface.
// All offsets are UTF-16, as JavaScript counts. Bundled into public/vendor/editor.js by `cargo xtask build`.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { marks, setMarks } from "./marks.js";
import { theme } from "./theme.js";

// On changes that the page made, which it therefore need not hear of.
const fromPage = Annotation.define();

// What keys ask the page for.
const COMMANDS = { "Mod-s": "apply", "Mod-Enter": "reveal" };

// What is typed over a selection is replaced here: left to itself the browser keeps the old text's looks in inline styles, which
// the page's policy forbids.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const typed = event.inputType === "insertText" && event.data && !event.isComposing && !view.state.readOnly;
    if (!typed || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

/**
 * Puts an editor into an element. It lives in a shadow root: there CodeMirror adopts style sheets, which a content
 * security policy without 'unsafe-inline' allows.
 *
 * options: label: the editor's name for assistive technology;
 *   doc: the text; key: which one it is, where there are several;
 *   onChange(text): the user changed it;
 *   onCaret(offset): the caret moved;
 *   onCommand(name): a key asks for "apply" or "reveal";
 *   complete(text, offset): optional; gives, or promises, { from, options: [{ label, detail, info }] } or null.
 */
export function mount(host, { label = "", doc = "", key: shown = "", onChange, onCaret, onCommand, complete }) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const editable = new Compartment();
  // The state of each text that is not shown, so that it keeps its own history and caret.
  const kept = new Map();
  let mayEdit = true;

  const changed = EditorView.updateListener.of((update) => {
    const own = update.transactions.some((transaction) => transaction.annotation(fromPage));
    if (update.docChanged && !own) onChange?.(update.state.doc.toString());
    if (update.selectionSet && !own) onCaret?.(update.state.selection.main.head);
  });
  const ask = (name) => () => {
    onCommand?.(name);
    return true;
  };
  const source = async (context) => (await complete?.(context.state.doc.toString(), context.pos)) ?? null;

  const extensions = [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    marks,
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    autocompletion({ override: complete ? [source] : [] }),
    yaml(),
    syntaxHighlighting(classHighlighter),
    theme,
    // contenteditable takes the focus by itself; tabindex says so to those who check.
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    editable.of([]),
    changed,
    overSelection,
    // Tab indents; Escape, then Tab, leaves the editor, as does Tab after Ctrl-M.
    keymap.of([
      ...Object.entries(COMMANDS).map(([key, name]) => ({ key, run: ask(name), preventDefault: true })),
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...lintKeymap,
      ...foldKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
  const stateOf = (text) => EditorState.create({ doc: text, extensions });
  const view = new EditorView({ state: stateOf(doc), parent: root, root });

  // A range as the text has it now: what it came from may be older than the last keystroke.
  const within = ({ from, to }) => {
    const length = view.state.doc.length;
    const start = Math.min(Math.max(from, 0), length);
    return { from: start, to: Math.min(Math.max(to, start), length) };
  };

  const applyEditable = () => {
    const extension = [EditorView.editable.of(mayEdit), EditorState.readOnly.of(!mayEdit)];
    view.dispatch({ effects: editable.reconfigure(extension) });
  };

  return {
    /** Shows a text. Texts with different keys keep their own history and caret. */
    setDoc(text, key = shown) {
      if (key !== shown) {
        kept.set(shown, view.state);
        shown = key;
        view.setState(kept.get(key) ?? stateOf(text));
        kept.delete(key);
        applyEditable();
      }
      const changes = difference(view.state.doc.toString(), text);
      if (changes) view.dispatch({ changes, annotations: fromPage.of(true) });
    },
    /** Underlines: [{ from, to, severity: "error" | "warning" | "info" | "hint", message }]. */
    setDiagnostics(list) {
      view.dispatch(setDiagnostics(view.state, list.map((item) => ({ ...item, ...within(item) }))));
    },
    /** Marks: [{ from, to, class, title?, glyph?: [{ d, filled }] }]; one with a glyph also shows in the gutter. */
    setMarks(list) {
      view.dispatch({ effects: setMarks.of(list.map((item) => ({ ...item, ...within(item) }))) });
    },
    /** Selects a stretch and scrolls it into the middle. */
    reveal(from, to) {
      const stretch = within({ from, to });
      const effects = EditorView.scrollIntoView(stretch.from, { y: "center" });
      view.dispatch({ selection: { anchor: stretch.from, head: stretch.to }, effects, annotations: fromPage.of(true) });
    },
    focus() {
      view.focus();
    },
    /** Lets the user change the text, or only read it. */
    setEditable(yes) {
      mayEdit = yes;
      applyEditable();
    },
    destroy() {
      view.destroy();
    },
  };
}

// The one change between two texts that leaves alone what they begin and end with, so that the caret stays in place.
function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
