//! Links the program at a fixed address where that is known to work.
//!
//! Its tables are full of texts, and wherever it may be loaded each needs a relocation:
//! a third of a megabyte, which the loader works through at every start.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script speaks with Cargo by its environment and output"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).as_deref() == Ok(value);
    if is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
