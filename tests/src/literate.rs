//! The literate suite: Markdown that is manual, specification and test in one.
//!
//! A heading is one test, the prose around it explains. Fenced blocks:
//! - `yaml [NAME]`: a file. A comment `# error: [code] "words"` (or `warning:`, `note:`) asserts a finding on its line. Errors and
//!   warnings that no comment asserts fail the test.
//! - `probe`: a line `FROM -> TO[:PORT[/PROTO]]  VERDICT  [at STATION] [NAME:LINE] [[words]]` asserts a walk: its verdict, the deciding
//!   station, the deciding line, words of the deciding sentence.
//! - `snapshot FROM -> TO`: the whole walk in words; `PODYARD_BLESS=1` rewrites it.

use podyard_engine::session::{Command, DiagnosticView, File, Session, Severity, Update, WalkView};
use std::fmt::Write as _;

/// A test: a heading with its blocks.
#[derive(Debug, Default)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// Its fenced blocks, in order.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Debug, Default)]
pub struct Block {
    /// The info string: `yaml policies.yaml`.
    pub info: String,
    /// Its lines.
    pub lines: Vec<String>,
    /// The index of its first line in the Markdown file, from 0.
    pub start: usize,
    /// The file ends inside it.
    pub unclosed: bool,
}

/// Splits a Markdown text into its cases; those without blocks are prose. A block that is never closed is a block too: nothing that stands
/// in a file may go unread.
pub fn cases(markdown: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in markdown.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => {
                if let (Some(block), Some(case)) = (open.take(), cases.last_mut()) {
                    case.blocks.push(block);
                }
            }
            (Some(block), _) => block.lines.push(line.to_owned()),
            (None, Some(info)) => {
                open = Some(Block { info: info.trim().to_owned(), start: i + 1, ..Block::default() });
            }
            (None, None) if line.starts_with('#') => {
                cases.push(Case { name: line.trim_start_matches('#').trim().to_owned(), ..Case::default() });
            }
            (None, None) => {}
        }
    }
    if let (Some(block), Some(case)) = (open, cases.last_mut()) {
        case.blocks.push(Block { unclosed: true, ..block });
    }
    cases.retain(|case| !case.blocks.is_empty());
    cases
}

/// A snapshot block whose words differ: where it stands, how long it is, what it should hold.
#[derive(Debug)]
pub struct Rewrite {
    /// First line of the block's content, from 0.
    pub start: usize,
    /// Lines it has.
    pub length: usize,
    /// Lines it should have.
    pub lines: Vec<String>,
}

/// What running a case gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Assertions that do not hold, in words.
    pub failures: Vec<String>,
    /// Snapshots that differ.
    pub rewrites: Vec<Rewrite>,
    /// How many assertions there were.
    pub checked: usize,
}

/// Runs a case.
pub fn run(case: &Case) -> Outcome {
    let mut outcome = Outcome::default();
    let mut files: Vec<File> = Vec::new();
    for block in case.blocks.iter().filter(|block| block.info.split(' ').next() == Some("yaml")) {
        let name = block.info.strip_prefix("yaml").map(str::trim).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("manifest-{}.yaml", files.len() + 1), ToOwned::to_owned);
        files.push(File { name, text: block.lines.join("\n") + "\n" });
    }
    let mut session = Session::new();
    let updates = session.handle(Command::Open { files: files.clone(), seed: 1 });
    let problems = updates.into_iter().find_map(|update| match update {
        Update::Problems(problems) => Some(problems),
        _ => None,
    });
    findings(&files, &problems.unwrap_or_default(), &mut outcome);
    for block in &case.blocks {
        if block.info == "probe" {
            for line in block.lines.iter().filter(|line| !line.trim().is_empty()) {
                outcome.checked += 1;
                if let Err(failure) = probe(&mut session, line) {
                    outcome.failures.push(format!("{line}\n      {failure}"));
                }
            }
        } else if let Some(ends) = block.info.strip_prefix("snapshot ") {
            outcome.checked += 1;
            match walk(&mut session, ends) {
                Ok(walk) => {
                    let lines: Vec<String> = in_words(&walk).lines().map(ToOwned::to_owned).collect();
                    if lines != block.lines {
                        outcome.rewrites.push(Rewrite {
                            start: block.start,
                            length: block.lines.len(),
                            lines,
                        });
                    }
                }
                Err(failure) => outcome.failures.push(format!("{ends}: {failure}")),
            }
        } else if block.info.split(' ').next() != Some("yaml") {
            outcome.failures.push(format!("line {}: no block is called `{}`", block.start, block.info));
        }
        if block.unclosed {
            outcome.failures.push(format!("line {}: the block is never closed", block.start));
        }
    }
    outcome
}

/// Compares the comments' assertions with the findings.
fn findings(files: &[File], problems: &[DiagnosticView], outcome: &mut Outcome) {
    let mut asserted = vec![false; problems.len()];
    for file in files {
        for (i, line) in file.text.lines().enumerate() {
            let Some((severity, code, words)) = assertion(line) else { continue };
            outcome.checked += 1;
            let number = i + 1;
            let found = problems.iter().enumerate().find(|(p, it)| {
                !asserted[*p]
                    && it.at.file == file.name
                    && it.at.line as usize == number
                    && it.severity == severity
                    && it.code == code
                    && (it.headline.contains(words)
                        || it.detail.as_deref().is_some_and(|it| it.contains(words)))
            });
            match found {
                Some((p, _)) => asserted[p] = true,
                None => {
                    let there: Vec<String> = problems
                        .iter()
                        .filter(|it| it.at.file == file.name && it.at.line as usize == number)
                        .map(|it| format!("[{}] {}", it.code, it.headline))
                        .collect();
                    outcome.failures.push(format!(
                        "{}:{number}: wanted {severity:?} [{code}] \"{words}\", found {there:?}",
                        file.name
                    ));
                }
            }
        }
    }
    for (problem, asserted) in problems.iter().zip(asserted) {
        if !asserted && problem.severity != Severity::Information {
            outcome.failures.push(format!(
                "{}:{}: unexpected {:?} [{}] {}",
                problem.at.file, problem.at.line, problem.severity, problem.code, problem.headline
            ));
        }
    }
}

/// `# error: [unknown-field] "policytypes"` at the end of a line.
fn assertion(line: &str) -> Option<(Severity, &str, &str)> {
    let (severity, rest) = [
        ("# error: [", Severity::Error),
        ("# warning: [", Severity::Warning),
        ("# note: [", Severity::Information),
    ]
    .into_iter()
    .find_map(|(mark, severity)| Some((severity, line.split_once(mark)?.1)))?;
    let (code, words) = rest.split_once(']')?;
    Some((severity, code, words.trim().trim_matches('"')))
}

/// Splits `FROM -> TO[:PORT[/PROTO]]` and walks it.
fn walk(session: &mut Session, ends: &str) -> Result<WalkView, String> {
    let (from, to) = ends.split_once("->").ok_or("write FROM -> TO")?;
    let to = to.trim();
    let (to, port) = match (to.strip_prefix('[').and_then(|it| it.split_once(']')), to.rsplit_once(':')) {
        (Some((address, port)), _) => (address, port.strip_prefix(':')),
        (None, Some((host, port))) if port.starts_with(|it: char| it.is_ascii_digit()) => (host, Some(port)),
        _ => (to, None),
    };
    let (port, protocol) = match port.map(|port| port.split_once('/').unwrap_or((port, "TCP"))) {
        Some((port, protocol)) => {
            (Some(port.parse().map_err(|_| format!("{port} is no port"))?), Some(protocol.to_owned()))
        }
        None => (None, None),
    };
    let command = Command::Walk { from: from.trim().to_owned(), to: to.to_owned(), port, protocol };
    match session.handle(command).into_iter().next() {
        Some(Update::Walk(walk)) => Ok(*walk),
        Some(Update::Refused(words)) => Err(words),
        _ => Err("no answer".to_owned()),
    }
}

/// Checks one line of a `probe` block.
fn probe(session: &mut Session, line: &str) -> Result<(), String> {
    // An address in brackets is followed by its port.
    let (line, words) = match line.trim_end().strip_suffix(']').and_then(|it| it.rsplit_once(" [")) {
        Some((line, words)) => (line, Some(words)),
        None => (line, None),
    };
    let (from, rest) = line.split_once("->").ok_or("write FROM -> TO  VERDICT")?;
    let mut rest = rest.split_whitespace();
    let to = rest.next().ok_or("write FROM -> TO  VERDICT")?;
    let verdict = rest.next().ok_or("write the verdict after the target")?;
    let walk = walk(session, &format!("{from}->{to}"))?;
    let because = walk.because.plain();
    if format!("{:?}", walk.verdict) != verdict {
        return Err(format!("got {:?}: {because}", walk.verdict));
    }
    let decided = walk.hops.get(walk.decided).ok_or("a walk without hops")?;
    while let Some(word) = rest.next() {
        if word == "at" {
            let station = rest.next().unwrap_or_default();
            if !decided.station.eq_ignore_ascii_case(station) {
                return Err(format!("decided at {}: {because}", decided.station));
            }
        } else {
            let at = decided.at.as_ref().map(|at| format!("{}:{}", at.file, at.line));
            if at.as_deref() != Some(word) {
                return Err(format!("decided at {}: {because}", at.as_deref().unwrap_or("no line")));
            }
        }
    }
    match words {
        Some(words) if !because.contains(words) => Err(format!("because: {because}")),
        _ => Ok(()),
    }
}

/// A whole walk in words, as snapshots hold it.
pub fn in_words(walk: &WalkView) -> String {
    let mut out = format!("{}: {}\n{}\n", walk.word, walk.headline.plain(), walk.because.plain());
    for (i, hop) in walk.hops.iter().enumerate() {
        let at = hop.at.as_ref().map(|at| format!("  {}:{}", at.file, at.line)).unwrap_or_default();
        let _ = writeln!(out, "{}. {} · {:?}{at}", i + 1, hop.title, hop.state);
        for line in [&hop.why.plain()].into_iter().filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "   {line}");
        }
        for other in &hop.others {
            let _ = writeln!(out, "   - {}", other.plain());
        }
    }
    let _ = writeln!(out, "client: {} · {} · {}", walk.client.line, walk.client.answered, walk.client.after);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "## One\n```yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n```\n```probe\noutside -> 192.0.2.1:80 Forwarded\n```\n";

    fn failures(markdown: &str) -> Vec<String> {
        cases(markdown).iter().flat_map(|case| run(case).failures).collect()
    }

    #[test]
    fn what_is_not_understood_fails() {
        assert_eq!(failures(GOOD), Vec::<String>::new());
        assert!(
            failures(&format!("{GOOD}```prob\noutside -> 192.0.2.1:80 Dropped\n```\n"))[0].contains("`prob`")
        );
        assert!(failures(GOOD.trim_end().trim_end_matches('`'))[0].contains("never closed"));
        assert!(!failures(&GOOD.replace("Forwarded", "Forwarded at last")).is_empty());
    }
}
