// How the editor looks: ink on ground, colours and fonts taken from the page's custom properties.

import { EditorView } from "@codemirror/view";

const ink = "var(--ink, CanvasText)";
const quiet = "var(--ink-2, color-mix(in srgb, CanvasText 70%, Canvas))";
const ground = "var(--ground, Canvas)";
const lane = "var(--lane, color-mix(in srgb, CanvasText 6%, Canvas))";
const line = "var(--line, color-mix(in srgb, CanvasText 25%, Canvas))";
const selection = "var(--selection, color-mix(in srgb, CanvasText 18%, Canvas))";

export const theme = EditorView.theme({
  "&": { height: "100%", color: ink, backgroundColor: ground, fontSize: "var(--code-size, 13px)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono, ui-monospace, monospace)", lineHeight: "var(--code-line, 20px)" },
  ".cm-content": { caretColor: ink },
  ".cm-cursor": { borderLeftColor: ink },
  ".cm-gutters": { color: quiet, backgroundColor: ground, border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: lane },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: selection,
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: `1px solid ${line}` },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: selection },
  ".cm-searchMatch-selected": { outline: `1px solid ${ink}`, backgroundColor: selection },
  ".cm-panels, .cm-tooltip": { color: ink, backgroundColor: ground, borderColor: line },
  ".cm-button, .cm-textfield": { color: ink, backgroundColor: ground, backgroundImage: "none", border: `1px solid ${line}` },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: ground, backgroundColor: ink },
  // Findings are ink like everything else: colour belongs to verdicts. Errors a solid wave, warnings a dotted line.
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: 0, textUnderlineOffset: "3px", textDecorationSkipInk: "none" },
  ".cm-lintRange-error": { textDecoration: `underline wavy 1px ${ink}` },
  ".cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint": { textDecoration: `underline dotted 1.5px ${ink}` },
  ".cm-lint-marker": { width: "9px", height: "9px", margin: "5px 3px", boxSizing: "border-box", border: `1.5px solid ${ink}` },
  ".cm-lint-marker-error": { content: "''", backgroundColor: ink, transform: "rotate(45deg)" },
  ".cm-lint-marker-warning": { content: "''", transform: "rotate(45deg)" },
  ".cm-lint-marker-info": { content: "''", borderRadius: "50%" },
  ".cm-diagnostic": { borderLeftColor: line },
  ".cm-foldPlaceholder": { color: quiet, backgroundColor: lane, borderColor: line },
  ".cm-signs": { minWidth: "16px" },
  ".cm-signs .stroked": { fill: "none", stroke: "currentColor", strokeWidth: "1.5" },
  ".cm-signs .filled": { fill: "currentColor" },
  ".tok-comment, .tok-punctuation, .tok-meta": { color: quiet },
});
