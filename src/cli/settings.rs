//! The flags that choose rules, to the settings of a run; shared by all commands
//! that check.

use super::args::{RuleArgs, UnknownKinds};
use crate::config::{Config, Selector};
use crate::finding::Severity;
use crate::placeholder::Placeholders;

/// The settings that the flags ask for. A rule by name goes before a group, and
/// a group before `all`, whatever flag they are in.
pub(super) fn config(args: &RuleArgs) -> Config {
    let mut config = Config::default();
    config.namespace.clone_from(&args.namespace);
    config.kubernetes = args.kubernetes_version;
    config.placeholders = Placeholders::new(args.placeholder_pattern.clone());
    config.pod_security = args.pod_security;
    config.unknown_kinds = match args.unknown_kinds {
        UnknownKinds::Ignore => None,
        UnknownKinds::Info => Some(Severity::Info),
        UnknownKinds::Error => Some(Severity::Error),
    };
    if !args.select.is_empty() {
        config.select_none();
    }
    for rank in 0..3 {
        let of_rank = |selector: &&Selector| rank_of(**selector) == rank;
        let select = args.select.iter().chain(&args.extend_select);
        select.filter(of_rank).for_each(|it| config.select(*it));
        let ignore = args.ignore.iter();
        ignore.filter(of_rank).for_each(|it| config.ignore(*it));
        let levels = args.severity.iter();
        levels
            .filter(|level| rank_of(level.selector) == rank)
            .for_each(|it| config.set_severity(it.selector, it.severity));
    }
    config
}

fn rank_of(selector: Selector) -> u8 {
    match selector {
        Selector::All => 0,
        Selector::Category(_) => 1,
        Selector::Rule(_) => 2,
    }
}
