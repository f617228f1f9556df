//! plimsoll reads Kubernetes manifests and says what will go wrong before they are applied.

pub mod finding;
pub mod fix;
pub mod kube;
pub mod parse;
pub mod source;
