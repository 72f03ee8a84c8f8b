//! `podyard matrix`: which workloads reach which.

use crate::MatrixFormat;
use crate::inputs::{World, print, read};
use crate::port;
use podyard_engine::session::{Command, MatrixCell, MatrixView, Update, Verdict};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints the matrix of the world that `paths` hold.
pub(crate) fn run(paths: &[PathBuf], port: Option<&str>, format: MatrixFormat) -> Result<ExitCode, String> {
    let (port, protocol) = match port.map(port::parse).transpose()? {
        Some((port, protocol)) => (Some(port), protocol),
        None => (None, None),
    };
    let mut world = World::open(&read(paths)?);
    world.warn_of_errors();
    let answer = world.session.handle(Command::Matrix { port, protocol });
    let Some(Update::Matrix(matrix)) = answer.into_iter().next() else {
        return Err("the engine gave no answer".to_owned());
    };
    print(&match format {
        MatrixFormat::Json => serde_json::to_string_pretty(&matrix).map_err(|it| it.to_string())? + "\n",
        MatrixFormat::Csv => csv(&matrix),
        MatrixFormat::Md => markdown(&matrix),
        MatrixFormat::Text => text(&matrix),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// `shop/web` for `Deployment/shop/web`.
fn short(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, rest)| rest)
}

/// `all`, `none`, `3/5`, `refused` when all may pass but nobody listens, or `-` when there was nothing to ask.
fn word(cell: &MatrixCell) -> String {
    match (cell.allowed, cell.of) {
        (_, 0) => "-".to_owned(),
        (allowed, of) if allowed == of && cell.verdict == Some(Verdict::Refused) => "refused".to_owned(),
        (allowed, of) if allowed == of => "all".to_owned(),
        (0, _) => "none".to_owned(),
        (allowed, of) => format!("{allowed}/{of}"),
    }
}

fn rows(matrix: &MatrixView) -> impl Iterator<Item = (&str, Vec<String>)> {
    matrix.ends.iter().zip(&matrix.cells).map(|(end, cells)| (short(end), cells.iter().map(word).collect()))
}

fn text(matrix: &MatrixView) -> String {
    let asked = match matrix.port {
        Some(port) => format!("port {port}/{}", matrix.protocol),
        None => "each destination's own ports".to_owned(),
    };
    let mut out =
        format!("Which pods reach which, by pod address, on {asked}. Rows call, columns are called.\n");
    let heads: Vec<&str> = matrix.ends.iter().map(|it| short(it)).collect();
    let first = heads.iter().map(|it| it.chars().count()).max().unwrap_or(0);
    let line = |name: &str, cells: Vec<String>| {
        let mut line = format!("{name:first$}");
        for (head, cell) in heads.iter().zip(cells) {
            line += &format!("  {cell:>width$}", width = head.chars().count().max(4));
        }
        line.trim_end().to_owned() + "\n"
    };
    out += &line("", heads.iter().map(|it| (*it).to_owned()).collect());
    for (name, cells) in rows(matrix) {
        out += &line(name, cells);
    }
    out
}

fn csv(matrix: &MatrixView) -> String {
    let heads: Vec<&str> = matrix.ends.iter().map(|it| short(it)).collect();
    let mut out = format!("from,{}\n", heads.join(","));
    for (name, cells) in rows(matrix) {
        out += &format!("{name},{}\n", cells.join(","));
    }
    out
}

fn markdown(matrix: &MatrixView) -> String {
    let heads: Vec<&str> = matrix.ends.iter().map(|it| short(it)).collect();
    let mut out = format!("| from \\ to | {} |\n|---|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for (name, cells) in rows(matrix) {
        out += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    out
}
