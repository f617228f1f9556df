//! Which nodes a node selector chooses.
//!
//! The terms of a node selector are alternatives, the requirements inside a term
//! must all hold, and a term without any requirement chooses no node: the meaning
//! of `k8s.io/component-helpers/scheduling/corev1/nodeaffinity`.

use super::selector::{Operator, Requirement, RequirementError};
use std::fmt;

/// The only field that a node can be chosen by.
pub const NAME_FIELD: &str = "metadata.name";

/// What is asked of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term<E, F> {
    /// Conditions on its labels (`matchExpressions`).
    pub expressions: E,
    /// Conditions on its fields (`matchFields`).
    pub fields: F,
}

/// Why the scheduler cannot work with a term; displayed in its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TermError {
    /// A requirement on labels is invalid.
    Requirement(RequirementError),
    /// A requirement on fields has other than one value.
    FieldNotOneValue,
    /// A requirement on fields has another operator than `In` and `NotIn`.
    FieldOperator(Operator),
}

impl fmt::Display for TermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requirement(error) => error.fmt(f),
            Self::FieldNotOneValue => f.write_str("must have one element"),
            Self::FieldOperator(operator) => write!(
                f,
                "Unsupported value: \"{}\": supported values: \"In\", \"NotIn\"",
                operator.name()
            ),
        }
    }
}

impl std::error::Error for TermError {}

/// Whether any of the terms chooses the node of that name with these labels.
///
/// # Errors
/// If no term chooses it and one of them is invalid: with the first reason. A
/// valid term that chooses the node makes invalid ones beside it harmless.
pub fn any_term_matches<'a, 'l, V, E, F>(
    terms: impl IntoIterator<Item = Term<E, F>>,
    node_name: &str,
    labels: impl Fn(&str) -> Option<&'l str>,
) -> Result<bool, TermError>
where
    V: IntoIterator<Item = &'a str> + Clone,
    E: IntoIterator<Item = Requirement<'a, V>> + Clone,
    F: IntoIterator<Item = Requirement<'a, V>> + Clone,
{
    let mut first_error = None;
    for term in terms {
        match term_matches(&term, node_name, &labels) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    first_error.map_or(Ok(false), Err)
}

/// Whether the term chooses the node of that name with these labels.
///
/// # Errors
/// If one of its requirements is invalid.
pub fn term_matches<'a, 'l, V, E, F>(
    term: &Term<E, F>,
    node_name: &str,
    labels: impl Fn(&str) -> Option<&'l str>,
) -> Result<bool, TermError>
where
    V: IntoIterator<Item = &'a str> + Clone,
    E: IntoIterator<Item = Requirement<'a, V>> + Clone,
    F: IntoIterator<Item = Requirement<'a, V>> + Clone,
{
    let (mut empty, mut matches) = (true, true);
    for requirement in term.expressions.clone() {
        requirement.check().map_err(TermError::Requirement)?;
        empty = false;
        matches &= requirement.matches(&labels);
    }
    for requirement in term.fields.clone() {
        empty = false;
        matches &= field_matches(&requirement, node_name)?;
    }
    Ok(matches && !empty)
}

fn field_matches<'a, V>(
    requirement: &Requirement<'a, V>,
    node_name: &str,
) -> Result<bool, TermError>
where
    V: IntoIterator<Item = &'a str> + Clone,
{
    let wanted = match requirement.operator {
        Operator::In => true,
        Operator::NotIn => false,
        other => return Err(TermError::FieldOperator(other)),
    };
    let mut values = requirement.values.clone().into_iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(TermError::FieldNotOneValue);
    };
    let actual = if requirement.key == NAME_FIELD {
        node_name
    } else {
        ""
    };
    Ok((actual == value) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Given = (&'static str, Operator, &'static [&'static str]);

    fn requirements(given: &[Given]) -> Vec<Requirement<'static, Vec<&'static str>>> {
        let requirement = |(key, operator, values): &Given| Requirement {
            key,
            operator: *operator,
            values: values.to_vec(),
        };
        given.iter().map(requirement).collect()
    }

    fn chosen(terms: &[(&[Given], &[Given])]) -> Result<bool, TermError> {
        let terms = terms.iter().map(|(expressions, fields)| Term {
            expressions: requirements(expressions),
            fields: requirements(fields),
        });
        any_term_matches(terms, "n1", |key| (key == "disk").then_some("ssd"))
    }

    #[test]
    fn terms_are_alternatives_and_an_empty_one_chooses_nothing() {
        const SSD: Given = ("disk", Operator::In, &["ssd"]);
        const HDD: Given = ("disk", Operator::In, &["hdd"]);
        assert_eq!(chosen(&[]), Ok(false));
        assert_eq!(chosen(&[(&[], &[])]), Ok(false));
        assert_eq!(chosen(&[(&[SSD, HDD], &[])]), Ok(false));
        assert_eq!(chosen(&[(&[HDD], &[]), (&[SSD], &[])]), Ok(true));
    }

    #[test]
    fn fields_know_only_the_name() {
        assert_eq!(
            chosen(&[(&[], &[(NAME_FIELD, Operator::In, &["n1"])])]),
            Ok(true)
        );
        assert_eq!(
            chosen(&[(&[], &[(NAME_FIELD, Operator::NotIn, &["n1"])])]),
            Ok(false)
        );
        assert_eq!(
            chosen(&[(&[], &[(NAME_FIELD, Operator::In, &["n1", "n2"])])]),
            Err(TermError::FieldNotOneValue)
        );
        assert_eq!(
            chosen(&[(&[], &[(NAME_FIELD, Operator::Exists, &[])])]),
            Err(TermError::FieldOperator(Operator::Exists))
        );
    }

    #[test]
    fn an_invalid_term_matters_only_if_no_other_matches() {
        const BROKEN: Given = ("disk", Operator::Gt, &["fast"]);
        const SSD: Given = ("disk", Operator::In, &["ssd"]);
        assert!(chosen(&[(&[BROKEN], &[])]).is_err());
        assert_eq!(chosen(&[(&[BROKEN], &[]), (&[SSD], &[])]), Ok(true));
    }
}
