//! `plimsoll completions` and `plimsoll man`: what packages ship beside the binary.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::{CLEAN, Error};
use crate::nearest::nearest;
use clap::CommandFactory;
use std::io::Write;

pub(super) fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "plimsoll", &mut script);
    out.write_all(&script)?;
    Ok(CLEAN)
}

pub(super) fn man(args: &ManArgs, out: &mut dyn Write) -> Result<u8, Error> {
    let mut command = Cli::command();
    command.build();
    if let Some(name) = &args.command {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| {
            let names = command.get_subcommands().map(clap::Command::get_name);
            let hint = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
            Error::with_hint(format!("unknown command `{name}`"), hint)
        })?;
    }
    let version = format!("plimsoll {}", env!("CARGO_PKG_VERSION"));
    let page = clap_mangen::Man::new(command).source(version);
    page.manual("Kubernetes tools").render(&mut { out })?;
    Ok(CLEAN)
}
