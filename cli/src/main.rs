//! `podyard`: the engine for terminals and CI. Reads manifests, says what is wrong with them, walks connections, prints the matrix.
//!
//! Exit status: 0 when the question was answered, 1 when `check` found errors, 2 when a question cannot be answered.

mod check;
mod excerpt;
mod inputs;
mod matrix;
mod port;
mod probe;

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Try Kubernetes networking without a cluster: a simulated one comes up from the manifests and answers.
#[derive(Parser)]
#[command(name = "podyard", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read manifests and print every finding; exit status 1 when there are errors.
    Check {
        /// Files, directories (their .yaml, .yml and .json files, .txt files that begin with a request) or - for standard input.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Try one connection and say how it ends, where it was decided and why.
    #[command(override_usage = "podyard probe [OPTIONS] <PATH>... <FROM> <TO[:PORT[/PROTO]]>")]
    Probe {
        /// PATH… FROM TO[:PORT[/PROTO]]. Ends: ns/pod, ns/deploy/name, name.ns or any DNS name, an address, node:NAME, outside.
        #[arg(required = true, num_args = 3.., value_names = ["PATH", "FROM", "TO[:PORT[/PROTO]]"])]
        words: Vec<String>,
        /// Print every hop with its reason.
        #[arg(long)]
        explain: bool,
        /// How to print.
        #[arg(long, value_enum, default_value_t = ProbeFormat::Text)]
        format: ProbeFormat,
    },
    /// Print which workloads reach which.
    Matrix {
        /// Files, directories or - for standard input.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The port to ask about, PORT or PORT/PROTO; each destination's own ports when absent. Cells: all, none, 2/3 of the connections that
        /// policies let through; refused where they do and nobody listens.
        #[arg(long)]
        port: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = MatrixFormat::Text)]
        format: MatrixFormat,
    },
}

/// How `probe` prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProbeFormat {
    Text,
    Json,
}

/// How `matrix` prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    Text,
    Json,
    Csv,
    Md,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Check { paths } => check::run(&paths),
        Command::Probe { words, explain, format } => probe::run(&words, explain, format),
        Command::Matrix { paths, port, format } => matrix::run(&paths, port.as_deref(), format),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("podyard: {message}");
        ExitCode::from(2)
    })
}
