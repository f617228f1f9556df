//! Expressions in CEL that policies and webhooks hold: whether they can be read,
//! and are of the types that they must be.

use super::at::At;
use super::report::Api;
use crate::cel::{self, Given, Policy, Refused, Wanted};

/// The expressions of one policy or webhook.
pub(super) struct Expressions {
    policy: Policy,
    params: bool,
}

impl Expressions {
    /// With parameters, and with variables.
    pub(super) fn new(api: &Api<'_, '_>, params: bool, variables: bool) -> Self {
        Self {
            policy: Policy::new(api.minor_of_expressions(), variables),
            params,
        }
    }

    fn given(&self) -> Given {
        Given {
            params: self.params,
            authorizer: true,
            patches: false,
        }
    }

    /// Reports an expression that does not give what is wanted. `text` is what the
    /// server reads of it, `shown` what it shows.
    fn check<'a>(
        &self,
        api: &mut Api<'a, '_>,
        at: At<'a>,
        (text, shown): (&str, &str),
        given: Given,
        wanted: Wanted,
    ) {
        tell(api, at, shown, self.policy.check(text, given, wanted));
    }

    /// A condition.
    pub(super) fn condition<'a>(&self, api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
        self.check(api, at, (text, text), self.given(), Wanted::Bool);
    }

    /// What is said when a condition does not hold.
    pub(super) fn message<'a>(&self, api: &mut Api<'a, '_>, at: At<'a>) {
        let given = Given {
            authorizer: false,
            ..self.given()
        };
        self.check(api, at, (at.str(), at.str()), given, Wanted::Text);
    }

    /// The value of an annotation for the audit.
    pub(super) fn annotation<'a>(&self, api: &mut Api<'a, '_>, at: At<'a>) {
        let texts = (at.str().trim(), at.str());
        self.check(api, at, texts, self.given(), Wanted::TextOrNull);
    }

    /// What changes an object.
    pub(super) fn mutation<'a>(&self, api: &mut Api<'a, '_>, at: At<'a>, wanted: Wanted) {
        let given = Given {
            patches: true,
            ..self.given()
        };
        let text = at.str().trim();
        self.check(api, at, (text, text), given, wanted);
    }

    /// A variable for the expressions after it.
    pub(super) fn variable<'a>(&mut self, api: &mut Api<'a, '_>, name: &str, at: At<'a>) {
        let given = self.given();
        let made = self.policy.variable(name, at.str(), given);
        tell(api, at, at.str(), made);
    }
}

/// Reports a selector of devices that cannot be one.
pub(super) fn device_selector<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let made = cel::device_selector(text, api.minor_of_expressions());
    tell(api, at, text, made);
}

fn tell<'a>(api: &mut Api<'a, '_>, at: At<'a>, shown: &str, made: Result<u8, Refused>) {
    let refused = match made {
        Ok(since) => {
            api.since(since);
            return;
        }
        Err(refused) => refused,
    };
    api.since(api.minor_of_expressions());
    match refused {
        Refused::Mistakes(it) => {
            let mut said = format!("compilation failed: {it}");
            if shown.is_empty() {
                // Of nothing no line is shown.
                said.truncate(said.find('\n').unwrap_or(said.len()));
                said = said.replacen(":1:1:", ":1:0:", 1);
            }
            api.invalid_text(at, shown, &said);
        }
        Refused::Type(it) => api.invalid_text(at, shown, &it),
        Refused::Program(it) => {
            let detail = format!("program instantiation failed: {it}");
            api.internal(at, &detail);
        }
        Refused::Limit => {}
    }
}
