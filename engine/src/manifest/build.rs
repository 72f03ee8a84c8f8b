//! Parser events of one document → its tree. Iterative: nesting never becomes recursion.

use super::split::offset;
use super::{Entry, Node, Value, limits, scalar};
use crate::Str;
use crate::diagnostic::{Diagnostic, Kind, Limit, Note, NoteKind, Severity};
use crate::text::{FileId, Span};
use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, options};
use std::collections::BTreeMap;

/// What one document gave: its tree unless it is broken, findings, nodes used.
pub(super) struct Built {
    pub(super) root: Option<Node>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) nodes: usize,
}

/// Parses one document that stands at `base` in its file and may use `nodes` nodes.
pub(super) fn build(file: FileId, text: &str, base: usize, nodes: usize) -> Built {
    let mut builder = Builder {
        file,
        text,
        base,
        stack: Vec::new(),
        anchors: BTreeMap::new(),
        names: BTreeMap::new(),
        root: None,
        diagnostics: Vec::new(),
        nodes: 0,
        most: nodes,
    };
    let sound = builder.run();
    let root = builder.root.filter(|_| sound);
    Built { root, diagnostics: builder.diagnostics, nodes: builder.nodes }
}

fn parser_options() -> Options {
    options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        block_scalar_eof_without_line_feed: true,
    }
}

/// A finished node with the number of nodes it stands for.
type Sized = (Node, usize);

enum Shape {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<(Str, Span)>, merged: Vec<Node> },
}

/// An open collection.
struct Frame {
    start: usize,
    flow: bool,
    anchor: usize,
    size: usize,
    shape: Shape,
    /// End of the last thing inside, for block collections.
    last: usize,
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    base: usize,
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, Sized>,
    names: BTreeMap<usize, Str>,
    root: Option<Node>,
    diagnostics: Vec<Diagnostic>,
    nodes: usize,
    most: usize,
}

impl<'a> Builder<'a> {
    /// Whether the document is sound.
    fn run(&mut self) -> bool {
        for event in Parser::new_from_str_with_options(self.text, parser_options()) {
            let (event, span) = match event {
                Ok(found) => found,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
                    self.syntax(at, error.info().as_str());
                    return false;
                }
            };
            let start = span.start.byte_offset().unwrap_or(0);
            let end = span.end.byte_offset().unwrap_or(start).max(start);
            let going = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    let plain = style == ScalarStyle::Plain;
                    let value = match tag.as_deref().map(|tag| tag.core_suffix()) {
                        None if plain => scalar::resolve(&text),
                        Some(Some("bool" | "int" | "float" | "null")) => scalar::resolve(&text),
                        _ => Value::String(Str::from(&*text)),
                    };
                    self.leaf(Node { span: self.span(start, end), value }, anchor)
                }
                Event::SequenceStart(style, anchor, _) => {
                    self.open(start, style, anchor, Shape::Sequence(Vec::new()))
                }
                Event::MappingStart(style, anchor, _) => {
                    let shape = Shape::Mapping { entries: Vec::new(), key: None, merged: Vec::new() };
                    self.open(start, style, anchor, shape)
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(end),
                Event::Anchor(id, name) => {
                    self.names.insert(id, Str::from(&*name));
                    true
                }
                Event::Alias(id) => match self.anchors.get(&id).cloned() {
                    Some((node, size)) => {
                        let node = Node { span: self.span(start, end), value: node.value };
                        self.place(node, size)
                    }
                    None => {
                        let name = self.names.get(&id).cloned().unwrap_or_else(|| "".into());
                        self.report(Kind::Alias { name }, start, end)
                    }
                },
                Event::UnresolvedAlias(name) => {
                    self.report(Kind::Alias { name: Str::from(&*name) }, start, end)
                }
                _ => true,
            };
            if !going {
                return false;
            }
        }
        true
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let clamp = |byte: usize| offset(self.base + byte.min(self.text.len()));
        Span { file: self.file, start: clamp(start), end: clamp(end) }
    }

    /// Reports an error that ends the document.
    fn report(&mut self, kind: Kind, start: usize, end: usize) -> bool {
        let span = self.span(start, end);
        self.diagnostics.push(Diagnostic {
            kind,
            severity: Severity::Error,
            span,
            notes: Vec::new(),
            fix: None,
        });
        false
    }

    fn syntax(&mut self, at: usize, message: &str) {
        let tail = self.text.get(at..).unwrap_or_default();
        let width = tail.chars().next().filter(|it| !matches!(it, '\n' | '\r')).map_or(0, char::len_utf8);
        let line = self.text.get(..at).unwrap_or_default().rsplit(['\n', '\r']).next().unwrap_or_default();
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let tab = line.get(..indent).and_then(|it| it.find('\t'));
        match tab.or_else(|| (tail.starts_with('\t') && line.trim().is_empty()).then_some(line.len())) {
            Some(tab) => {
                let start = at - line.len() + tab;
                let span = self.span(start, start + 1);
                self.diagnostics.push(super::tab(span));
            }
            None => {
                self.report(Kind::Syntax { message: message.into() }, at, at + width);
            }
        }
    }

    fn open(&mut self, start: usize, style: StructureStyle, anchor: usize, shape: Shape) -> bool {
        if self.stack.len() >= limits::DEPTH {
            let kind = Kind::Limit { limit: Limit::Depth, value: limits::DEPTH as u64 };
            return self.report(kind, start, start + 1);
        }
        let flow = style == StructureStyle::Flow;
        // The mark of a block list lies behind its first dash.
        let before = self.text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t']);
        let start = match (&shape, before.strip_suffix('-')) {
            (Shape::Sequence(_), Some(dash))
                if !flow && !self.text.get(start..).unwrap_or_default().starts_with('-') =>
            {
                dash.len()
            }
            _ => start,
        };
        self.stack.push(Frame { start, flow, anchor, size: 1, shape, last: start });
        self.count(start)
    }

    fn close(&mut self, end: usize) -> bool {
        let Some(frame) = self.stack.pop() else { return true };
        // The end mark of a block collection lies at the next token: its last child ends it.
        let end = if frame.flow { end } else { frame.last };
        let span = self.span(frame.start, end.max(frame.start));
        let value = match frame.shape {
            Shape::Sequence(items) => Value::Sequence(items.into()),
            Shape::Mapping { entries, merged, .. } => {
                Value::Mapping(merge(self.unique(entries), &merged).into())
            }
        };
        let node = Node { span, value };
        if frame.anchor > 0 {
            self.anchors.insert(frame.anchor, (node.clone(), frame.size));
        }
        self.place(node, frame.size)
    }

    /// Keys that stand twice are errors; the last one stays, as the tree must go on.
    fn unique(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut first: BTreeMap<Str, Span> = BTreeMap::new();
        let mut twice = false;
        for entry in &entries {
            if let Some(earlier) = first.insert(entry.key.clone(), entry.key_span) {
                twice = true;
                self.diagnostics.push(Diagnostic {
                    kind: Kind::DuplicateKey { key: entry.key.clone() },
                    severity: Severity::Error,
                    span: entry.key_span,
                    notes: vec![Note { kind: NoteKind::First, span: Some(earlier) }],
                    fix: None,
                });
            }
        }
        match twice {
            false => entries,
            true => entries.into_iter().filter(|it| first.get(&it.key) == Some(&it.key_span)).collect(),
        }
    }

    fn leaf(&mut self, node: Node, anchor: usize) -> bool {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), 1));
        }
        let start = (node.span.start as usize).saturating_sub(self.base);
        self.count(start) && self.place(node, 1)
    }

    fn count(&mut self, at: usize) -> bool {
        self.nodes += 1;
        match self.nodes > self.most {
            true => self.report(Kind::Limit { limit: Limit::Nodes, value: limits::NODES as u64 }, at, at),
            false => true,
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, size: usize) -> bool {
        let (start, end) = (
            (node.span.start as usize).saturating_sub(self.base),
            (node.span.end as usize).saturating_sub(self.base),
        );
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return true;
        };
        frame.size = frame.size.saturating_add(size);
        frame.last = frame.last.max(end);
        let too_many = frame.size > limits::EXPANDED && size > 1;
        let mut not_a_key = false;
        match &mut frame.shape {
            Shape::Sequence(items) => items.push(node),
            Shape::Mapping { entries, key, merged } => match key.take() {
                None => match key_text(&node) {
                    Some(text) => *key = Some((text, node.span)),
                    None => not_a_key = true,
                },
                Some((text, _)) if &*text == "<<" => merged.push(node),
                Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
            },
        }
        if not_a_key {
            let message = "a key must be a word, a number or a quoted text";
            return self.report(Kind::Syntax { message: message.into() }, start, end);
        }
        if too_many {
            let kind = Kind::Limit { limit: Limit::Aliases, value: limits::EXPANDED as u64 };
            return self.report(kind, start, end);
        }
        true
    }
}

/// A key as JSON would have it.
fn key_text(node: &Node) -> Option<Str> {
    Some(match &node.value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string().into(),
        Value::Integer(value) => value.to_string().into(),
        Value::Float(value) => scalar::number_text(*value).into(),
        Value::Null => "null".into(),
        Value::Sequence(_) | Value::Mapping(_) => return None,
    })
}

/// `<<: *defaults`: entries of the merged mappings that the mapping does not have itself.
fn merge(mut entries: Vec<Entry>, merged: &[Node]) -> Vec<Entry> {
    for node in merged {
        let sources: &[Node] = match &node.value {
            Value::Sequence(items) => items,
            _ => std::slice::from_ref(node),
        };
        for source in sources {
            if let Value::Mapping(more) = &source.value {
                for entry in more.iter() {
                    if !entries.iter().any(|it| it.key == entry.key) {
                        entries.push(entry.clone());
                    }
                }
            }
        }
    }
    entries
}
