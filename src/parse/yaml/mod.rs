//! YAML text to events, exactly as Kubernetes' own YAML library scans it.

pub(crate) mod chars;
mod fetch;
mod flow;
mod grammar;
mod property;
mod scalar;
mod scan;

pub(crate) use grammar::YamlEvents;
pub(crate) use scan::MAX_DEPTH;
