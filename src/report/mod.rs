//! A finished run as text: one file per output format.
//!
//! A format is a value with a name and a function; adding one is adding a file
//! and its line in [`FORMATS`]. Writers take what the engine found and change
//! nothing about it: what is shown, and in which order, is settled before.

mod concise;
pub mod diff;
pub mod encode;
#[cfg(feature = "cli")]
mod excerpt;
pub mod forecast;
#[cfg(feature = "cli")]
mod full;
mod github;
pub mod guard;
mod json;
mod sarif;
pub mod text;

use crate::engine::Report;
use crate::finding::Place;
use crate::source::{Position, Source};
use crate::unchecked::Unchecked;
use std::io;

/// All formats, the default of the command line first.
pub static FORMATS: &[Format] = &[
    #[cfg(feature = "cli")]
    full::FORMAT,
    concise::FORMAT,
    json::FORMAT,
    sarif::FORMAT,
    github::FORMAT,
];

/// A way to write a run down.
#[derive(Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// Whether its lines are commands to the runner of a CI job.
    pub commands: bool,
    /// Whether it ends with a line that sums the run up.
    pub sums_up: bool,
    /// Writes a whole run.
    pub write: fn(&Run<'_>, &RenderOptions, &mut dyn io::Write) -> io::Result<()>,
}

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// What was found, and in what.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What the engine says.
    pub report: &'a Report,
    /// The sources that it was given.
    pub sources: &'a [Source],
    /// What was left out although it may hold manifests.
    pub unchecked: &'a [Unchecked],
}

impl<'a> Run<'a> {
    /// The source that `place` is in.
    #[must_use]
    pub fn source(&self, place: Place) -> &'a Source {
        &self.sources[place.source as usize]
    }

    /// Where `place` starts and where it ends, for people.
    #[must_use]
    pub fn range(&self, place: Place) -> (Position, Position) {
        let source = self.source(place);
        let start = source.position(place.span.start);
        (start, source.position(place.span.end))
    }

    /// The text that `place` covers.
    #[must_use]
    pub fn text(&self, place: Place) -> &'a str {
        place.span.text(self.source(place).text())
    }
}

/// What the place can show that a report is written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenderOptions {
    /// Whether to use colours.
    pub color: bool,
    /// Whether to draw with more than ASCII.
    pub unicode: bool,
    /// Columns to fill.
    pub width: usize,
    /// Whether to end with a line that sums the run up, where the format has one.
    pub summary: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            width: 80,
            summary: true,
        }
    }
}
