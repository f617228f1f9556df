//! Forecasts as text: one file per format.

mod batch;
mod chart;
mod facts;
mod fit;
mod html;
mod json;
mod steps;
mod svg;
mod text;

use super::RenderOptions;
use crate::simulate::fit::Setting;
use crate::simulate::{Assumptions, Forecast};
use crate::source::Source;
use std::io;

/// All formats, the default one first.
pub static FORECAST_FORMATS: &[ForecastFormat] = &[text::FORMAT, json::FORMAT, html::FORMAT];

/// What is said of a workload instead of a trace.
const UNTRACED: &str = "too many pods to follow one by one";

/// A way to write forecasts down.
#[derive(Debug)]
pub struct ForecastFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// Whether it is little without traces, so that they are always run for it.
    pub traces: bool,
    /// Writes all forecasts of a run.
    pub write: fn(&Outlook<'_>, &RenderOptions, &mut dyn io::Write) -> io::Result<()>,
}

impl ForecastFormat {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORECAST_FORMATS.iter().find(|format| format.name == name)
    }
}

/// Forecasts, of what, and under which assumptions.
#[derive(Clone, Copy, Debug)]
pub struct Outlook<'a> {
    /// The forecasts, in the order of the sources.
    pub forecasts: &'a [Forecast<'a>],
    /// What surrounds the workloads.
    pub setting: &'a Setting<'a>,
    /// The sources that the objects are in.
    pub sources: &'a [Source],
    /// What traces take for given.
    pub assumptions: &'a Assumptions<'a>,
}

impl Outlook<'_> {
    /// Where the object of a forecast is: its source and line.
    #[must_use]
    pub fn place(&self, forecast: &Forecast<'_>) -> (&str, u32) {
        let place = forecast.resource.node.place();
        match self.sources.get(place.source as usize) {
            Some(source) => (source.name(), source.position(place.span.start).line),
            None => ("", 0),
        }
    }
}
