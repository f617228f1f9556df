//! `json`: all forecasts, for scripts. Version 1 of the schema is
//! stable: fields may be added, never renamed or removed. Times are in seconds.

use super::{ForecastFormat, Outlook};
use crate::report::RenderOptions;
use crate::simulate::fit::Fit;
use crate::simulate::load::Use;
use crate::simulate::traffic::Traffic;
use crate::simulate::{End, Finish, Forecast, Part, PodCounts, Step, Stuck};
use serde::{Serialize, Serializer};
use std::io;

pub(super) const FORMAT: ForecastFormat = ForecastFormat {
    name: "json",
    summary: "everything, for scripts; schema_version 1",
    traces: false,
    write,
};

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    assumptions: JsonAssumptions,
    forecasts: Vec<JsonForecast<'a>>,
    quotas: &'a [Use<'a>],
    services: &'a [Traffic],
}

#[derive(Serialize)]
struct JsonAssumptions {
    kubernetes: String,
    ready_after: f64,
    never_ready: bool,
    stop_after: f64,
    run_time: f64,
    start: String,
    until: f64,
}

#[derive(Serialize)]
struct JsonForecast<'a> {
    object: JsonObject<'a>,
    path: &'a str,
    line: u32,
    pods: Option<PodCounts>,
    stuck: Option<Stuck>,
    finish: Option<Finish>,
    #[serde(flatten, serialize_with = "part")]
    part: &'a Part,
    fit: Option<&'a Fit<'a>>,
    trace: &'a [Step],
    end: Option<End>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonObject<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

/// What only one kind has is under its name, and nowhere where there is nothing.
fn part<S: Serializer>(part: &&Part, serializer: S) -> Result<S::Ok, S::Error> {
    match part {
        Part::None => None::<Part>.serialize(serializer),
        part => part.serialize(serializer),
    }
}

fn write(outlook: &Outlook<'_>, _: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let assumed = outlook.assumptions;
    let json = Json {
        schema_version: 1,
        assumptions: JsonAssumptions {
            kubernetes: assumed.kubernetes.to_string(),
            ready_after: assumed.ready_after.as_secs_f64(),
            never_ready: assumed.never_ready,
            stop_after: assumed.stop_after.as_secs_f64(),
            run_time: assumed.run_time.as_secs_f64(),
            start: assumed.start.to_string(),
            until: assumed.until.as_secs_f64(),
        },
        forecasts: outlook
            .forecasts
            .iter()
            .zip(&outlook.setting.fits)
            .map(|(it, fit)| forecast(outlook, it, fit.as_ref()))
            .collect(),
        quotas: &outlook.setting.quotas,
        services: &outlook.setting.traffic,
    };
    crate::report::encode::pretty(&json, out)
}

fn forecast<'a>(
    outlook: &'a Outlook<'a>,
    forecast: &'a Forecast<'a>,
    fit: Option<&'a Fit<'a>>,
) -> JsonForecast<'a> {
    let (path, line) = outlook.place(forecast);
    let resource = &forecast.resource;
    JsonForecast {
        object: JsonObject {
            api_version: resource.api_version,
            kind: resource.kind,
            namespace: resource.namespace(),
            name: resource.name(),
        },
        path,
        line,
        pods: forecast.pods,
        stuck: forecast.stuck,
        finish: forecast.finish,
        part: &forecast.part,
        fit,
        trace: &forecast.trace,
        end: forecast.end,
    }
}
