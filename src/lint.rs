//! Runs the rules: finds the containers, pods and workloads that they look at.

use crate::catalog::MinorRange;
use crate::finding::{Finding, Severity};
use crate::parse::Document;
use crate::resolve::view::Workload;
use crate::resolve::{Bundle, Resource};
use crate::rule::{
    Check, Cx, OnBundle, OnContainer, OnDocument, OnForecast, OnOutlook, OnPod, OnResource,
    OnWorkload, Rule,
};
use crate::simulate::Outlook;
use rayon::prelude::*;

/// A check that is to run, with the name and severity to report under.
#[derive(Debug)]
struct Enabled<F> {
    name: &'static str,
    severity: Severity,
    /// Whether that severity was asked for and is not the rule's own.
    overridden: bool,
    run: F,
}

/// The rules of a run, sorted by what they look at.
#[derive(Debug)]
pub struct Rules {
    minors: MinorRange,
    document: Vec<Enabled<OnDocument>>,
    resource: Vec<Enabled<OnResource>>,
    workload: Vec<Enabled<OnWorkload>>,
    pod: Vec<Enabled<OnPod>>,
    container: Vec<Enabled<OnContainer>>,
    bundle: Vec<Enabled<OnBundle>>,
    outlook: Vec<Enabled<OnOutlook>>,
    forecast: Vec<Enabled<OnForecast>>,
}

impl Rules {
    /// The rules to run, each with its severity in this run, for clusters of all
    /// of `minors`.
    #[must_use]
    pub fn new(
        selected: impl IntoIterator<Item = (&'static Rule, Severity)>,
        minors: MinorRange,
    ) -> Self {
        let mut rules = Self {
            minors,
            document: Vec::new(),
            resource: Vec::new(),
            workload: Vec::new(),
            pod: Vec::new(),
            container: Vec::new(),
            bundle: Vec::new(),
            outlook: Vec::new(),
            forecast: Vec::new(),
        };
        for (rule, severity) in selected {
            match rule.check {
                Check::Document(run) => rules.document.push(enabled(rule, severity, run)),
                Check::Resource(run) => rules.resource.push(enabled(rule, severity, run)),
                Check::Workload(run) => rules.workload.push(enabled(rule, severity, run)),
                Check::Pod(run) => rules.pod.push(enabled(rule, severity, run)),
                Check::Container(run) => rules.container.push(enabled(rule, severity, run)),
                Check::Bundle(run) => rules.bundle.push(enabled(rule, severity, run)),
                Check::Outlook(run) => rules.outlook.push(enabled(rule, severity, run)),
                Check::Forecast(run) => rules.forecast.push(enabled(rule, severity, run)),
                Check::Stage(_) => {}
            }
        }
        rules
    }

    /// Runs what looks at a document.
    pub fn check_document(&self, document: &Document, findings: &mut Vec<Finding>) {
        run_all(&self.document, document, self.minors, None, findings);
    }

    /// Runs what looks at one object, its pod or its containers.
    pub fn check_resource(&self, resource: &Resource<'_>, findings: &mut Vec<Finding>) {
        let context = Some(*resource);
        run_all(&self.resource, resource, self.minors, context, findings);
        let Some(workload) = Workload::new(*resource) else {
            return;
        };
        run_all(&self.workload, &workload, self.minors, context, findings);
        let Some(pod) = workload.pod() else { return };
        run_all(&self.pod, &pod, self.minors, context, findings);
        for container in pod.containers() {
            run_all(&self.container, &container, self.minors, context, findings);
        }
    }

    /// Runs what looks at all objects together, and at what the controllers of the
    /// newest minor will do with them.
    pub fn check_bundle(&self, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
        let outlook = Outlook::new(bundle, self.minors.high());
        let (found, predicted) = rayon::join(
            || self.run_each(&self.bundle, bundle),
            || self.run_each(&self.outlook, &outlook),
        );
        findings.extend(found.into_iter().chain(predicted).flatten());
        if self.forecast.is_empty() {
            return;
        }
        for forecast in outlook.forecasts() {
            let context = Some(forecast.resource);
            run_all(&self.forecast, forecast, self.minors, context, findings);
        }
    }

    /// Runs the checks of one and the same thing side by side.
    fn run_each<T: Sync>(
        &self,
        checks: &[Enabled<impl Fn(&T, &mut Cx<'_>) + Sync>],
        subject: &T,
    ) -> Vec<Vec<Finding>> {
        let run = |check| {
            let mut found = Vec::new();
            let check = std::slice::from_ref(check);
            run_all(check, subject, self.minors, None, &mut found);
            found
        };
        checks.par_iter().map(run).collect()
    }
}

fn enabled<F>(rule: &'static Rule, severity: Severity, run: F) -> Enabled<F> {
    Enabled {
        name: rule.name,
        severity,
        overridden: severity != rule.severity,
        run,
    }
}

fn run_all<T>(
    checks: &[Enabled<impl Fn(&T, &mut Cx<'_>)>],
    subject: &T,
    minors: MinorRange,
    resource: Option<Resource<'_>>,
    findings: &mut Vec<Finding>,
) {
    for check in checks {
        let cx = Cx::new(check.name, check.severity, minors, resource, findings);
        (check.run)(subject, &mut cx.overridden(check.overridden));
    }
}
