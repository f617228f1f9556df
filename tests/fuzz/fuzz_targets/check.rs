//! Any text goes through the whole chain without a panic or a hang.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::source::Source;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Config::everything()));

fuzz_target!(|text: &str| {
    ENGINE.check(&[Source::new("fuzz.yaml", text)]);
});
