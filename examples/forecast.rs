//! Predicts the rollout of a Deployment: how many pods there are at least and at most,
//! and how it proceeds.
//!
//! ```sh
//! cargo run --no-default-features --example forecast
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it gets")]

use plimsoll::simulate;
use plimsoll::{Assumptions, Config, Engine, Source};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.2.3
";

fn main() {
    let engine = Engine::new(Config::default());
    let sources = [Source::new("web.yaml", MANIFEST)];
    engine.survey(&sources, |bundle| {
        let assumptions = Assumptions {
            trace: true,
            ..Assumptions::new(engine.kubernetes())
        };
        for forecast in simulate::forecast(bundle, &assumptions) {
            if let Some(pods) = forecast.pods {
                println!("{} to {} pods", pods.min_available, pods.max_total);
            }
            for step in &forecast.trace {
                println!(
                    "{:>4}s {:10} old {} new {}",
                    step.t.as_secs(),
                    step.event,
                    step.old,
                    step.new
                );
            }
        }
    });
}
