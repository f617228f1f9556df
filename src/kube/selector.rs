//! Label selectors: which objects `matchLabels` and `matchExpressions` choose.
//!
//! The meaning is that of `metav1.LabelSelectorAsSelector`: all requirements must
//! hold, an empty selector chooses everything, a selector that is not there
//! chooses nothing, and `NotIn` and `DoesNotExist` also choose objects without
//! the key.
//!
//! Labels are a function from key to value. So a mapping of a YAML document can
//! be asked as it is, and nothing is copied for a comparison.

use super::names::{self, Faults};
use std::fmt;

/// How a requirement relates a key to its values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// The key is there, with one of the values.
    In,
    /// The key is not there, or with none of the values.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is not there.
    DoesNotExist,
    /// The label is an integer above the one value; on nodes only.
    Gt,
    /// The label is an integer below the one value; on nodes only.
    Lt,
}

impl Operator {
    /// The operator of that name in a label selector, where there is no `Gt` nor `Lt`.
    #[must_use]
    pub fn of_labels(name: &str) -> Option<Self> {
        match Self::of_nodes(name) {
            Some(Self::Gt | Self::Lt) => None,
            known => known,
        }
    }

    /// The operator of that name in a node selector.
    #[must_use]
    pub fn of_nodes(name: &str) -> Option<Self> {
        Some(match name {
            "In" => Self::In,
            "NotIn" => Self::NotIn,
            "Exists" => Self::Exists,
            "DoesNotExist" => Self::DoesNotExist,
            "Gt" => Self::Gt,
            "Lt" => Self::Lt,
            _ => return None,
        })
    }

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
            Self::Gt => "Gt",
            Self::Lt => "Lt",
        }
    }
}

/// Why no selector can be made of a requirement; displayed as `labels.NewRequirement` says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequirementError {
    /// The key is not a label key.
    Key(Faults),
    /// One of the values, counted from 0, is not a label value.
    Value(usize, Faults),
    /// `In` or `NotIn` without values.
    NoValues,
    /// `Exists` or `DoesNotExist` with values.
    NeedlessValues,
    /// `Gt` or `Lt` with other than one value.
    NotOneValue,
    /// The value of `Gt` or `Lt` at that index is no 64-bit integer.
    NotInteger(usize),
}

impl fmt::Display for RequirementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(faults) | Self::Value(_, faults) => return faults.fmt(f),
            Self::NoValues => "for 'in', 'notin' operators, values set can't be empty",
            Self::NeedlessValues => "values set must be empty for exists and does not exist",
            Self::NotOneValue => "for 'Gt', 'Lt' operators, exactly one value is required",
            Self::NotInteger(_) => "for 'Gt', 'Lt' operators, the value must be an integer",
        })
    }
}

impl std::error::Error for RequirementError {}

/// One condition on one label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Requirement<'a, V> {
    /// The label's key.
    pub key: &'a str,
    /// How the label must relate to the values.
    pub operator: Operator,
    /// The values: anything that can be walked as often as needed.
    pub values: V,
}

impl<'a, V: IntoIterator<Item = &'a str> + Clone> Requirement<'a, V> {
    /// Whether an object with these labels meets it.
    pub fn matches<'l>(&self, labels: impl Fn(&str) -> Option<&'l str>) -> bool {
        let label = labels(self.key);
        match self.operator {
            Operator::In => label.is_some_and(|label| self.has_value(label)),
            Operator::NotIn => !label.is_some_and(|label| self.has_value(label)),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
            Operator::Gt => self
                .compare(label)
                .is_some_and(|(label, bound)| label > bound),
            Operator::Lt => self
                .compare(label)
                .is_some_and(|(label, bound)| label < bound),
        }
    }

    fn has_value(&self, label: &str) -> bool {
        self.values.clone().into_iter().any(|value| value == label)
    }

    /// The label and the only value as integers, if that is what they are.
    fn compare(&self, label: Option<&str>) -> Option<(i64, i64)> {
        let mut values = self.values.clone().into_iter();
        match (values.next(), values.next()) {
            (Some(bound), None) => Some((label?.parse().ok()?, bound.parse().ok()?)),
            _ => None,
        }
    }

    /// Whether controllers and the scheduler can make a selector of it.
    ///
    /// # Errors
    /// With the first reason why not; one invalid requirement spoils its whole selector.
    pub fn check(&self) -> Result<(), RequirementError> {
        names::label_key(self.key).map_err(RequirementError::Key)?;
        let values = || self.values.clone().into_iter();
        match self.operator {
            Operator::In | Operator::NotIn if values().next().is_none() => {
                return Err(RequirementError::NoValues);
            }
            Operator::Exists | Operator::DoesNotExist if values().next().is_some() => {
                return Err(RequirementError::NeedlessValues);
            }
            Operator::Gt | Operator::Lt => {
                if values().count() != 1 {
                    return Err(RequirementError::NotOneValue);
                }
                if let Some(index) = values().position(|value| value.parse::<i64>().is_err()) {
                    return Err(RequirementError::NotInteger(index));
                }
            }
            _ => {}
        }
        for (index, value) in values().enumerate() {
            names::label_value(value).map_err(|faults| RequirementError::Value(index, faults))?;
        }
        Ok(())
    }
}

/// Whether an object with these labels meets every requirement; with none, it does.
pub fn all_match<'a, 'l, V>(
    requirements: impl IntoIterator<Item = Requirement<'a, V>>,
    labels: impl Fn(&str) -> Option<&'l str>,
) -> bool
where
    V: IntoIterator<Item = &'a str> + Clone,
{
    requirements
        .into_iter()
        .all(|requirement| requirement.matches(&labels))
}

/// Whether an object with these labels has all these pairs; with none, it does.
///
/// Beware that a Service or ReplicationController without a selector chooses nothing.
pub fn all_equal<'a, 'l>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    labels: impl Fn(&str) -> Option<&'l str>,
) -> bool {
    pairs
        .into_iter()
        .all(|(key, value)| labels(key) == Some(value))
}

/// A selector gathered once to be asked often; it borrows its texts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selector<'a> {
    /// Keys and the values that they must have (`matchLabels`).
    pub equal: Vec<(&'a str, &'a str)>,
    /// Further conditions (`matchExpressions`).
    pub requirements: Vec<Requirement<'a, Vec<&'a str>>>,
}

impl<'a> Selector<'a> {
    /// A selector of pairs only, such as a Service has.
    #[must_use]
    pub fn of_pairs(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self {
            equal: pairs.into_iter().collect(),
            requirements: Vec::new(),
        }
    }

    /// Whether it sets no condition, so that it chooses everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.requirements.is_empty()
    }

    /// Whether it chooses an object with these labels.
    pub fn matches<'l>(&self, labels: impl Fn(&str) -> Option<&'l str>) -> bool {
        all_equal(self.equal.iter().copied(), &labels)
            && self.requirements.iter().all(|r| r.matches(&labels))
    }

    /// Whether controllers can work with it.
    ///
    /// # Errors
    /// With the first reason why not.
    pub fn check(&self) -> Result<(), RequirementError> {
        for (key, value) in &self.equal {
            let requirement = Requirement {
                key,
                operator: Operator::In,
                values: [*value],
            };
            requirement.check()?;
        }
        self.requirements.iter().try_for_each(Requirement::check)
    }
}

/// As `kubectl --selector` takes it, ordered by key: `app=web,tier in (a,b),!legacy`.
impl fmt::Display for Selector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equal = self.equal.iter().map(|(key, value)| (*key, Err(*value)));
        let others = self.requirements.iter().map(|r| (r.key, Ok(r)));
        let mut terms: Vec<_> = equal.chain(others).collect();
        terms.sort_by_key(|(key, _)| *key);
        for (index, (key, term)) in terms.into_iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match term {
                Err(value) => write!(f, "{key}={value}")?,
                Ok(requirement) => requirement.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Requirement<'_, Vec<&str>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.values.clone();
        sorted.sort_unstable();
        let (key, values) = (self.key, sorted.join(","));
        match self.operator {
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::Gt => write!(f, "{key}>{values}"),
            Operator::Lt => write!(f, "{key}<{values}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(key: &str) -> Option<&'static str> {
        match key {
            "app" => Some("web"),
            "cores" => Some("8"),
            "empty" => Some(""),
            _ => None,
        }
    }

    fn holds(key: &str, operator: Operator, values: &[&str]) -> bool {
        let values = values.iter().copied();
        Requirement {
            key,
            operator,
            values,
        }
        .matches(labels)
    }

    #[test]
    fn negative_operators_choose_objects_without_the_key() {
        assert!(holds("tier", Operator::NotIn, &["db"]));
        assert!(holds("tier", Operator::DoesNotExist, &[]));
        assert!(!holds("tier", Operator::In, &[""]));
        assert!(!holds("app", Operator::NotIn, &["db", "web"]));
        assert!(holds("empty", Operator::In, &[""]));
        assert!(holds("empty", Operator::Exists, &[]));
    }

    #[test]
    fn comparisons_need_two_integers() {
        assert!(holds("cores", Operator::Gt, &["7"]));
        assert!(!holds("cores", Operator::Gt, &["8"]));
        assert!(holds("cores", Operator::Lt, &["+9"]));
        assert!(!holds("app", Operator::Gt, &["1"]));
        assert!(!holds("cores", Operator::Gt, &["1", "2"]));
        assert!(!holds("gpus", Operator::Lt, &["1"]));
    }

    #[test]
    fn an_empty_selector_chooses_everything() {
        assert!(Selector::default().matches(|_| None));
        assert!(!Selector::of_pairs([("app", "db")]).matches(labels));
        assert!(Selector::of_pairs([("app", "web"), ("cores", "8")]).matches(labels));
    }

    #[test]
    fn values_must_fit_their_operator() {
        let check = |operator, values: &[&'static str]| {
            let values = values.iter().copied();
            Requirement {
                key: "a",
                operator,
                values,
            }
            .check()
        };
        assert_eq!(check(Operator::In, &[]), Err(RequirementError::NoValues));
        assert_eq!(
            check(Operator::Exists, &["x"]),
            Err(RequirementError::NeedlessValues)
        );
        assert_eq!(
            check(Operator::Gt, &["x"]),
            Err(RequirementError::NotInteger(0))
        );
        assert_eq!(
            check(Operator::Lt, &["1", "2"]),
            Err(RequirementError::NotOneValue)
        );
        assert!(matches!(
            check(Operator::In, &["ok", "not ok"]),
            Err(RequirementError::Value(1, _))
        ));
        assert_eq!(check(Operator::NotIn, &["ok"]), Ok(()));
        assert_eq!(Operator::of_labels("Gt"), None);
        assert_eq!(Operator::of_nodes("Gt"), Some(Operator::Gt));
    }

    #[test]
    fn a_selector_is_printed_in_order_of_keys() {
        let mut selector = Selector::of_pairs([("z", "1"), ("app", "web")]);
        selector.requirements = vec![
            Requirement {
                key: "tier",
                operator: Operator::In,
                values: vec!["b", "a"],
            },
            Requirement {
                key: "legacy",
                operator: Operator::DoesNotExist,
                values: vec![],
            },
        ];
        assert_eq!(selector.to_string(), "app=web,!legacy,tier in (a,b),z=1");
    }
}
