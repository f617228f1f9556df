//! `plimsoll cron`: when a CronJob with that schedule runs.

use super::args::CronArgs;
use super::{CLEAN, Error};
use crate::kube::cron::fire_times;
use jiff::{Timestamp, Zoned};
use std::io::Write;

pub(super) fn run(args: &CronArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let from = args.from.unwrap_or_else(Timestamp::now);
    let zone = args.timezone.as_deref();
    if args.expression.contains("TZ") {
        let message = "a CronJob cannot use TZ or CRON_TZ in schedule: the API server refuses it";
        let hint = "use --timezone Europe/Berlin instead";
        return Err(Error::with_hint(message, Some(hint.to_owned())));
    }
    let times = fire_times(&args.expression, zone, from, args.count)
        .map_err(|error| Error::new(error.to_string()))?;
    if times.is_empty() && args.count > 0 {
        writeln!(out, "never")?;
    }
    for time in times {
        writeln!(out, "{}", rfc3339(&time))?;
    }
    Ok(CLEAN)
}

fn rfc3339(time: &Zoned) -> String {
    let format = match time.offset().is_zero() {
        true => "%Y-%m-%dT%H:%M:%SZ",
        false => "%Y-%m-%dT%H:%M:%S%:z",
    };
    time.strftime(format).to_string()
}
