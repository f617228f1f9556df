//! Documents to Kubernetes objects: who they are, and what they look like to a rule.
//!
//! A [`Resource`] is a document (or an item of a `List`) seen as an object; the
//! [`view`]s read pods, containers and workloads out of it, the same for all
//! eight workload kinds; a [`Bundle`] is all objects of a run with the
//! references between them.

mod bundle;
mod claims;
pub mod kustomize;
mod resource;
mod surroundings;
pub mod view;

pub use bundle::{Bundle, Set};
pub use claims::ExclusiveClaim;
pub use resource::{Resource, Scope, resources};
pub use surroundings::{Merge, Surroundings};
