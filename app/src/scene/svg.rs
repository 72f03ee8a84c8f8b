//! Writes a scene as plain SVG: for the first paint, for export and for tests.

use super::geometry::number;
use super::model::{Group, Kind, Scene, Shape};

/// The whole picture.
pub fn to_string(scene: &Scene) -> String {
    let (w, h) = (number(scene.size.0), number(scene.size.1));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\">\n"
    );
    for group in &scene.groups {
        out.push_str(&format!(
            "<g data-key=\"{}\" class=\"{}\"{}>{}</g>\n",
            escaped(&group.key),
            escaped(&class(group)),
            transform(group).map(|it| format!(" transform=\"{it}\"")).unwrap_or_default(),
            inner(group)
        ));
    }
    out.push_str("</svg>\n");
    out
}

/// The classes of a group.
pub fn class(group: &Group) -> String {
    format!("{} {}", group.kind.class(), group.class).trim_end().to_owned()
}

/// Where a group stands; strands have coordinates of their own.
pub fn transform(group: &Group) -> Option<String> {
    (group.kind != Kind::Strand).then(|| format!("translate({} {})", number(group.at.x), number(group.at.y)))
}

/// What a group holds.
pub fn inner(group: &Group) -> String {
    let mut out = String::new();
    if !group.name.is_empty() {
        out.push_str(&format!("<title>{}</title>", escaped(&group.name)));
    }
    for shape in &group.shapes {
        write(shape, &mut out);
    }
    out
}

fn write(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Rect { at, radius, class } => out.push_str(&format!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
            number(at.x),
            number(at.y),
            number(at.w.max(0.0)),
            number(at.h.max(0.0)),
            number(*radius)
        )),
        Shape::Path { d, class } => out.push_str(&format!("<path class=\"{class}\" d=\"{d}\"/>")),
        Shape::Dot { at, radius, class } => out.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{radius}\"/>",
            number(at.x),
            number(at.y)
        )),
        Shape::Text { at, class, text } => out.push_str(&format!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            number(at.x),
            number(at.y),
            escaped(text)
        )),
        Shape::Glyph { at, size, glyph } => {
            out.push_str(&format!(
                "<g class=\"glyph\" transform=\"translate({} {}) scale({})\">",
                number(at.x),
                number(at.y),
                size / 16.0
            ));
            for stroke in glyph.strokes() {
                let class = if stroke.filled { "fill" } else { "stroke" };
                out.push_str(&format!("<path class=\"{class}\" d=\"{}\"/>", stroke.d));
            }
            out.push_str("</g>");
        }
    }
}

/// Text as XML takes it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
