// What the page marks in the text: stretches, and signs in the gutter.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker } from "@codemirror/view";

/** Replaces all marks: [{ from, to, class, title?, glyph? }]. */
export const setMarks = StateEffect.define();

class Sign extends GutterMarker {
  constructor({ class: name, title = "", glyph }) {
    super();
    Object.assign(this, { name, title, glyph, key: JSON.stringify([name, title, glyph]) });
  }

  eq(other) {
    return other.key === this.key;
  }

  toDOM() {
    const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
    const svg = make("svg");
    const name = make("title");
    name.textContent = this.title;
    svg.append(name);
    for (const { d, filled } of this.glyph) {
      const path = make("path");
      path.setAttribute("d", d);
      path.setAttribute("class", filled ? "filled" : "stroked");
      svg.append(path);
    }
    const attributes = { viewBox: "0 0 16 16", width: 12, height: 12, role: "img", class: this.name, part: this.name };
    for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
    return svg;
  }
}

const none = { stretches: Decoration.none, signs: RangeSet.empty };

// The page's style sheets do not reach into the shadow root; `::part(class)` does.
const stretch = (mark) => Decoration.mark({ class: mark.class, attributes: { part: mark.class } });

function build(list, doc) {
  const stretches = list.filter((mark) => mark.from < mark.to);
  const signs = list.filter((mark) => mark.glyph);
  return {
    stretches: Decoration.set(stretches.map((mark) => stretch(mark).range(mark.from, mark.to)), true),
    signs: RangeSet.of(signs.map((mark) => new Sign(mark).range(doc.lineAt(mark.from).from)), true),
  };
}

const field = StateField.define({
  create: () => none,
  update({ stretches, signs }, transaction) {
    const effect = transaction.effects.find((effect) => effect.is(setMarks));
    if (effect) return build(effect.value, transaction.state.doc);
    return { stretches: stretches.map(transaction.changes), signs: signs.map(transaction.changes) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.stretches),
});

/** The extension that shows marks. */
export const marks = [field, gutter({ class: "cm-signs", markers: (view) => view.state.field(field).signs })];
