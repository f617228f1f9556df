//! Two texts go through everything that is made of manifests, without a panic or a hang:
//! check, fixes, forecasts with traces, the comparison of the two, and all reports.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll::catalog::Catalog;
use plimsoll::config::Config;
use plimsoll::diff::{self, Context};
use plimsoll::engine::{Cache, Engine};
use plimsoll::report::{FORMATS, RenderOptions, Run};
use plimsoll::schema::Definitions;
use plimsoll::simulate::fit::Setting;
use plimsoll::simulate::{self, Assumptions};
use plimsoll::source::Source;
use plimsoll::{fix_all, parse};
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Config::everything()));

fuzz_target!(|texts: (&str, &str)| {
    let (old, new) = texts;
    let mut sources = [Source::new("old.yaml", old), Source::new("new.yaml", new)];
    let mut cache = Cache::default();
    let report = ENGINE.check_again(&sources, &mut cache);
    let done = fix_all::fix_all(&ENGINE, &mut cache, &mut sources, report, true);
    let run = Run {
        report: &done.report,
        sources: &sources,
        unchecked: &[],
    };
    for format in FORMATS {
        let mut out = Vec::new();
        let _ = (format.write)(&run, &RenderOptions::default(), &mut out);
        assert!(std::str::from_utf8(&out).is_ok());
    }
    for source in &sources {
        parse::lines(source).for_each(drop);
    }
    let catalog = Catalog::builtin();
    let definitions = Definitions::default();
    let context = Context {
        catalog: &catalog,
        minor: ENGINE.kubernetes(),
        definitions: &definitions,
    };
    ENGINE.survey(&sources[..1], |before| {
        ENGINE.survey(&sources[1..], |after| {
            diff::compare(context, before, after);
            let assumptions = Assumptions {
                trace: true,
                from: Some(before),
                ..Assumptions::new(ENGINE.kubernetes())
            };
            let forecasts = simulate::forecast(after, &assumptions);
            Setting::of(after, &forecasts, &assumptions);
        });
    });
});
