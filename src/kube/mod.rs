//! The value types of Kubernetes: what a scalar in a manifest means.
//!
//! Everything here is a pure function of text. A value is either understood
//! exactly as Kubernetes understands it, or refused with Kubernetes' own message.
//! Nothing here knows of YAML, findings or spans: the stages do.

pub mod base64;
pub mod cron;
pub mod duration;
pub mod expansion;
pub mod go;
pub mod go_json;
pub mod image;
pub mod int_or_percent;
pub mod ip;
pub mod names;
pub mod node_affinity;
pub mod pattern;
pub mod quantity;
pub mod re2;
mod re2_names;
pub mod resources;
pub mod selector;
pub mod time;
pub mod timezone;
pub mod url;
