//! What the place can show that we write to.

use super::args::Color;
use crate::report::Look;
use anstream::{AutoStream, ColorChoice};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Where text goes, and how it may look there.
pub(super) struct Out {
    to: BufWriter<AutoStream<io::StdoutLock<'static>>>,
    /// How it may look.
    pub(super) look: Look,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Standard output.
pub(super) fn stdout(color: Color) -> Out {
    let stdout = io::stdout().lock();
    let choice = match color {
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
        Color::Auto => automatic(&stdout),
    };
    let look = Look {
        color: choice != ColorChoice::Never,
        unicode: shows_unicode(),
        width: columns(stdout.is_terminal()),
        summary: true,
    };
    let to = BufWriter::with_capacity(1 << 16, AutoStream::new(stdout, choice));
    Out { to, look }
}

/// Standard error.
pub(super) fn stderr() -> AutoStream<io::StderrLock<'static>> {
    AutoStream::auto(io::stderr().lock())
}

fn automatic(stdout: &io::StdoutLock<'static>) -> ColorChoice {
    match AutoStream::choice(stdout) {
        ColorChoice::Never if is_set("FORCE_COLOR") && !is_set("NO_COLOR") => ColorChoice::Always,
        choice => choice,
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Columns to fill: those of the terminal, within what can be read; 80 elsewhere.
fn columns(is_terminal: bool) -> usize {
    let size = terminal_size::terminal_size().filter(|_| is_terminal);
    size.map_or(80, |(width, _)| usize::from(width.0).clamp(40, 120))
}

/// Whether the locale is one of UTF-8; the first variable that is set decides.
/// The terminals of Windows have no such variable, and draw what we need.
fn shows_unicode() -> bool {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let mut set = variables
        .filter_map(std::env::var_os)
        .filter(|it| !it.is_empty());
    set.next().map_or(cfg!(windows), |locale| {
        let locale = locale.to_string_lossy().to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
