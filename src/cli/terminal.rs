//! What the place can show that we write to.

use super::args::Color;
use crate::report::RenderOptions;
use crate::report::guard::Guard;
use crate::report::text::visible;
use anstream::{AutoStream, ColorChoice};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Where text goes, and how it may look there.
pub(super) struct Out {
    to: Guard<BufWriter<AutoStream<io::StdoutLock<'static>>>>,
    /// How it may look.
    pub(super) look: RenderOptions,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Out {
    /// Writes bytes as they are: a file that somebody asked for.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        // The lock is this thread's own, and the stream before it would leave things out.
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// [`Out::raw`] of all that is left in `from`.
    pub(super) fn raw_from(&mut self, from: &mut dyn io::Read) -> io::Result<()> {
        self.flush()?;
        io::copy(from, &mut io::stdout().lock()).map(|_| ())
    }

    /// Lets what `write` writes be commands to the runner of a CI job.
    pub(super) fn with_commands(
        &mut self,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.to.allow_commands(true);
        let written = write(self);
        self.to.allow_commands(false);
        written
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
    let look = RenderOptions {
        color: choice != ColorChoice::Never,
        unicode: shows_unicode(),
        width: columns(stdout.is_terminal()),
        summary: true,
    };
    let to = BufWriter::with_capacity(1 << 16, AutoStream::new(stdout, choice));
    let to = Guard::new(to, look.color);
    Out { to, look }
}

/// Writes a line to standard error, with names that it holds made visible.
pub(super) fn say(line: &str) -> io::Result<()> {
    writeln!(stderr(), "{}", visible(line))
}

/// Standard error; a line is written when it is whole.
pub(super) fn stderr() -> Guard<AutoStream<io::StderrLock<'static>>> {
    Guard::new(AutoStream::auto(io::stderr().lock()), false)
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
