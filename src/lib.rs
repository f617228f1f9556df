//! plimsoll reads Kubernetes manifests and says what will go wrong before they are applied.
