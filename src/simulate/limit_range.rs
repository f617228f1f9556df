//! What a LimitRange makes of the pods of its namespace: the requests and limits
//! that it gives to containers without, and the pods that it refuses.
//!
//! It acts on pods when they are created. A workload whose pods break it is
//! accepted all the same, and never gets any.

use super::footprint::{Amounts, Needs, PodNeeds};
use crate::kube::quantity::Quantity;
use crate::parse::Node;
use crate::resolve::view::{Container, ResourceAmount};
use crate::resolve::{Bundle, Resource};

/// One item of `spec.limits`.
#[derive(Clone, Debug)]
pub struct LimitItem<'a> {
    /// The LimitRange.
    pub resource: Resource<'a>,
    /// Its mapping.
    pub node: Node<'a>,
    /// `Container`, `Pod` or `PersistentVolumeClaim`.
    pub kind: &'a str,
    /// The limits that containers without get.
    pub default: Amounts<'a>,
    /// The requests that containers without get.
    pub default_request: Amounts<'a>,
}

impl<'a> LimitItem<'a> {
    fn read(resource: Resource<'a>, node: Node<'a>) -> Option<Self> {
        let kind = node.get("type")?.as_str()?;
        let amounts = |key| Amounts::read(node.get(key));
        let mut item = Self {
            resource,
            node,
            kind,
            default: Amounts::default(),
            default_request: Amounts::default(),
        };
        if kind == "Container" {
            item.default = amounts("default");
            item.default.fill(&amounts("max"));
            item.default_request = amounts("defaultRequest");
            item.default_request.fill(&item.default);
            item.default_request.fill(&amounts("min"));
        }
        Some(item)
    }

    /// The bounds of one of `min`, `max` and `maxLimitRequestRatio`.
    fn bounds(&self, key: &str) -> impl Iterator<Item = (&'a str, Quantity, Node<'a>)> + use<'a> {
        let entries = self.node.get(key).into_iter().flat_map(Node::entries);
        entries.filter_map(|entry| {
            let amount = ResourceAmount::read(entry.value)?.quantity()?;
            Some((entry.name(), amount, entry.value))
        })
    }
}

/// How many LimitRanges of a namespace are checked; nobody writes more.
const MOST: usize = 16;

/// The LimitRange items that hold for `resource`: those of its namespace that
/// are applied together with it.
#[must_use]
pub fn of<'a>(bundle: &Bundle<'a>, resource: &Resource<'_>) -> Vec<LimitItem<'a>> {
    let ranges = bundle.near(resource, "", "LimitRange").copied();
    ranges
        .filter(|it| !bundle.is_patch(it))
        .take(MOST)
        .flat_map(|range| {
            let limits = range.spec().and_then(|spec| spec.get("limits"));
            let items = limits.into_iter().flat_map(Node::items);
            items.filter_map(move |node| LimitItem::read(range, node))
        })
        .collect()
}

/// Gives containers what they lack. Where several items have a default the
/// first one counts; Kubernetes does not say which that is.
pub fn apply<'a>(items: &[LimitItem<'a>], needs: &mut PodNeeds<'a>) {
    for item in items {
        for container in &mut needs.containers {
            container.needs.limits.fill(&item.default);
            container.needs.requests.fill(&item.default_request);
        }
    }
}

/// Which bound a pod breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// Its request or limit is below `min`, or it has no request.
    Min,
    /// Its request or limit is above `max`, or it has no limit.
    Max,
    /// Its limit is too many times its request.
    Ratio,
}

/// Why a LimitRange refuses a pod.
#[derive(Clone, Debug)]
pub struct Violation<'a> {
    /// Where the bound is written.
    pub bound: Node<'a>,
    /// Which it is.
    pub kind: Bound,
    /// The container at fault; `None` when it is the pod as a whole.
    pub container: Option<Container<'a>>,
    /// The resource.
    pub name: &'a str,
    /// Whether the limit is at fault, and not the request.
    pub is_limit: bool,
    /// What it is, in the server's words.
    pub message: String,
}

/// All reasons for which the pod is refused; `needs` are those after [`apply`].
#[must_use]
pub fn violations<'a>(items: &[LimitItem<'a>], needs: &PodNeeds<'a>) -> Vec<Violation<'a>> {
    let mut found = Vec::new();
    for item in items {
        match item.kind {
            "Container" => {
                for container in &needs.containers {
                    check(
                        item,
                        &container.needs,
                        Some(container.container),
                        &mut found,
                    );
                }
            }
            "Pod" => check(item, &needs.without_overhead(), None, &mut found),
            _ => {}
        }
    }
    found
}

/// Why a claim that requests this much is refused.
#[must_use]
pub fn claim_violations<'a>(items: &[LimitItem<'a>], requests: &Amounts<'a>) -> Vec<Violation<'a>> {
    let mut found = Vec::new();
    for item in items.iter().filter(|it| it.kind == "PersistentVolumeClaim") {
        for (name, bound, node) in item.bounds("min") {
            let request = requests.get(name);
            let fault = below(bound, request, None).map(|it| ("minimum", Bound::Min, it));
            push(item, None, (name, bound, node), fault, &mut found);
        }
        for (name, bound, node) in item.bounds("max") {
            let fault = match requests.get(name) {
                None => Some((false, "No request is specified".to_owned())),
                Some(request) => too_much(request, bound, "request").map(|it| (false, it)),
            };
            let fault = fault.map(|it| ("maximum", Bound::Max, it));
            push(item, None, (name, bound, node), fault, &mut found);
        }
    }
    found
}

fn check<'a>(
    item: &LimitItem<'a>,
    needs: &Needs<'a>,
    container: Option<Container<'a>>,
    found: &mut Vec<Violation<'a>>,
) {
    let observed = |name: &str| (needs.requests.get(name), needs.limits.get(name));
    for (name, bound, node) in item.bounds("min") {
        let (request, limit) = observed(name);
        let fault = below(bound, request, limit).map(|it| ("minimum", Bound::Min, it));
        push(item, container, (name, bound, node), fault, found);
    }
    for (name, bound, node) in item.bounds("max") {
        let (request, limit) = observed(name);
        let fault = match limit {
            None => Some((true, "No limit is specified".to_owned())),
            Some(limit) => too_much(limit, bound, "limit").map(|it| (true, it)),
        };
        let by_request = || Some((false, too_much(request?, bound, "request")?));
        let fault = fault.or_else(by_request);
        let fault = fault.map(|it| ("maximum", Bound::Max, it));
        push(item, container, (name, bound, node), fault, found);
    }
    for (name, bound, node) in item.bounds("maxLimitRequestRatio") {
        let (request, limit) = observed(name);
        if let Some((is_limit, why)) = too_far_apart(bound, request, limit) {
            found.push(Violation {
                bound: node,
                kind: Bound::Ratio,
                container,
                name,
                is_limit,
                message: format!(
                    "{name} max limit to request ratio per {} is {bound}, but {why}",
                    item.kind
                ),
            });
        }
    }
}

type Fault = (&'static str, Bound, (bool, String));

fn push<'a>(
    item: &LimitItem<'a>,
    container: Option<Container<'a>>,
    (name, bound, node): (&'a str, Quantity, Node<'a>),
    fault: Option<Fault>,
    found: &mut Vec<Violation<'a>>,
) {
    let Some((word, kind, (is_limit, why))) = fault else {
        return;
    };
    let join = if why.starts_with("No ") {
        ".  "
    } else {
        ", but "
    };
    found.push(Violation {
        bound: node,
        kind,
        container,
        name,
        is_limit,
        message: format!(
            "{word} {name} usage per {} is {bound}{join}{why}",
            item.kind
        ),
    });
}

/// Amounts are compared in thousandths, and in units where these do not fit.
fn precise(amounts: [Quantity; 2]) -> [i64; 2] {
    const MAX_MILLI: i64 = i64::MAX / 1000;
    match amounts.iter().all(|it| it.value() <= MAX_MILLI) {
        true => amounts.map(Quantity::milli_value),
        false => amounts.map(Quantity::value),
    }
}

fn is_above(amount: Quantity, bound: Quantity) -> bool {
    let [amount, bound] = precise([amount, bound]);
    amount > bound
}

fn too_much(amount: Quantity, bound: Quantity, what: &str) -> Option<String> {
    is_above(amount, bound).then(|| format!("{what} is {amount}"))
}

fn below(
    bound: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
) -> Option<(bool, String)> {
    let Some(request) = request else {
        return Some((false, "No request is specified".to_owned()));
    };
    if is_above(bound, request) {
        return Some((false, format!("request is {request}")));
    }
    let limit = limit.filter(|limit| is_above(bound, *limit))?;
    Some((true, format!("limit is {limit}")))
}

fn too_far_apart(
    bound: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
) -> Option<(bool, String)> {
    let there = |amount: Option<Quantity>| amount.filter(|it| !it.is_zero());
    let Some(request) = there(request) else {
        return Some((false, "no request is specified or request is 0".to_owned()));
    };
    let Some(limit) = there(limit) else {
        return Some((true, "no limit is specified or limit is 0".to_owned()));
    };
    let [above, below] = precise([limit, request]);
    // The server divides in floating point and compares thousandths; so do we.
    #[allow(clippy::cast_precision_loss)]
    let (ratio, most) = (
        above as f64 / below as f64,
        bound.milli_value() as f64 / 1000.0,
    );
    (ratio * 1000.0 > most * 1000.0).then(|| (true, format!("provided ratio is {ratio:.6}")))
}
