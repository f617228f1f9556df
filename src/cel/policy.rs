//! The expressions of admission policies and of conditions for webhooks. Nothing
//! is declared of the objects that they see, but of the request, the namespace and
//! the authorizer.

use super::check::{Environment, Types};
use super::compile::{Refused, compile, program};
use super::shape::Shape;
use super::tree::Tree;
use super::types::Type;
use std::sync::{Arc, OnceLock};

/// What an expression has at hand beside the objects and the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// The parameters of a policy.
    pub params: bool,
    /// What the user may do.
    pub authorizer: bool,
    /// The types that patches are built of.
    pub patches: bool,
}

/// What an expression must give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A boolean.
    Bool,
    /// A string.
    Text,
    /// A string, or null for nothing.
    TextOrNull,
    /// Anything.
    Any,
    /// A list of patches.
    Patches,
    /// A part of an object.
    Object,
}

/// The expressions of one policy, with the variables that were read so far.
#[derive(Debug)]
pub struct Policy {
    minor: u8,
    variables: Option<Vec<(String, Type<'static>)>>,
}

impl Policy {
    /// A policy for a minor release, and whether it has variables.
    #[must_use]
    pub fn new(minor: u8, has_variables: bool) -> Self {
        Self {
            minor,
            variables: has_variables.then(Vec::new),
        }
    }

    /// Checks an expression, and says which minor release is the first to take it.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn check(&self, text: &str, given: Given, wanted: Wanted) -> Result<u8, Refused> {
        self.typed(text, given, wanted).1
    }

    /// Checks a variable, which the expressions after it may use.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn variable(&mut self, name: &str, text: &str, given: Given) -> Result<u8, Refused> {
        let (of, result) = self.typed(text, given, Wanted::Any);
        if let Some(variables) = &mut self.variables {
            variables.push((name.to_owned(), of.unwrap_or(Type::Dyn)));
        }
        result
    }

    fn typed(
        &self,
        text: &str,
        given: Given,
        wanted: Wanted,
    ) -> (Option<Type<'static>>, Result<u8, Refused>) {
        let known = Known::get();
        let mut variables = vec![
            ("object", Type::Dyn),
            ("oldObject", Type::Dyn),
            ("namespaceObject", known.namespace.ty()),
            ("request", known.request.ty()),
        ];
        if given.params {
            variables.push(("params", Type::Dyn));
        }
        if given.authorizer {
            let of = Type::Named("kubernetes.authorization.Authorizer");
            variables.push(("authorizer", of));
            let of = Type::Named("kubernetes.authorization.ResourceCheck");
            variables.push(("authorizer.requestResource", of));
        }
        if self.variables.is_some() {
            variables.push(("variables", Type::Variables));
        }
        let scope = Environment {
            minor: self.minor,
            variables,
            composed: self.variables.clone().unwrap_or_default(),
            root: &known.request,
            builds: given.patches,
        };
        let made = compile(text, &scope, |tree, types| {
            Ok((judged(tree, types, wanted)?, types.since))
        });
        match made {
            Ok((of, since)) => (Some(of), Ok(since)),
            Err(Refused::Limit) => (None, Ok(0)),
            Err(refused) => (None, Err(refused)),
        }
    }
}

/// Checks a selector of devices. What a driver says of them is not declared here.
///
/// # Errors
/// If the server refuses it.
pub fn device_selector(text: &str, minor: u8) -> Result<u8, Refused> {
    let scope = Environment {
        minor,
        variables: vec![("device", Type::Dyn)],
        composed: Vec::new(),
        root: &Known::get().request,
        builds: false,
    };
    let made = compile(text, &scope, |tree, types| {
        let found = &types.of[tree.root()];
        if !matches!(found, Type::Bool | Type::Dyn) {
            let message = "must evaluate to bool or the unknown type".to_owned();
            return Err(Refused::Type(message));
        }
        program(tree, types)?;
        Ok(types.since)
    });
    match made {
        Err(Refused::Limit) => Ok(0),
        other => other,
    }
}

fn judged(tree: &Tree<'_>, types: &Types<'_>, wanted: Wanted) -> Result<Type<'static>, Refused> {
    let found = &types.of[tree.root()];
    let is_built = |of: &Type<'_>, wanted: &str| matches!(of, Type::Built(it) if &**it == wanted);
    let (fits, names) = match wanted {
        Wanted::Any => (true, "any"),
        Wanted::Bool => (matches!(found, Type::Bool), "bool"),
        Wanted::Text => (matches!(found, Type::Str), "string"),
        Wanted::TextOrNull => (
            matches!(found, Type::Str | Type::Null),
            "one of [string null_type]",
        ),
        Wanted::Patches => (
            matches!(found, Type::List(of) if is_built(of, "JSONPatch")),
            "list(JSONPatch)",
        ),
        Wanted::Object => (is_built(found, "Object"), "Object"),
    };
    if !fits {
        let message = format!("must evaluate to {names} but got {}", found.printed());
        return Err(Refused::Type(message));
    }
    program(tree, types)?;
    Ok(kept(found))
}

/// What stays of a type in a variable: types with fields become dynamic.
fn kept(of: &Type<'_>) -> Type<'static> {
    match of {
        Type::Null => Type::Null,
        Type::Bool => Type::Bool,
        Type::Int => Type::Int,
        Type::Uint => Type::Uint,
        Type::Double => Type::Double,
        Type::Str => Type::Str,
        Type::Bytes => Type::Bytes,
        Type::Duration => Type::Duration,
        Type::Time => Type::Time,
        Type::List(of) => Type::list(kept(of)),
        Type::Map(of) => Type::Map(Arc::new((kept(&of.0), kept(&of.1)))),
        _ => Type::Dyn,
    }
}

/// What is declared of a request and of a namespace.
struct Known {
    request: Shape,
    namespace: Shape,
}

impl Known {
    fn get() -> &'static Self {
        static KNOWN: OnceLock<Known> = OnceLock::new();
        KNOWN.get_or_init(|| Self {
            request: request(),
            namespace: namespace(),
        })
    }
}

fn plain(of: Type<'static>) -> Shape {
    Shape::plain(of, 0, 2)
}

/// An object with fields of one type each.
fn object(name: &'static str, fields: Vec<(&str, Shape)>) -> Shape {
    let fields = fields.into_iter().map(|(name, of)| (name.to_owned(), of));
    Shape::object(Some(name), fields.collect())
}

fn texts() -> Shape {
    Shape::list(plain(Type::Str))
}

fn request() -> Shape {
    let text = || plain(Type::Str);
    let kind = || {
        let fields = vec![("group", text()), ("version", text()), ("kind", text())];
        object("kubernetes.GroupVersionKind", fields)
    };
    let resource = || {
        let fields = vec![("group", text()), ("version", text()), ("resource", text())];
        object("kubernetes.GroupVersionResource", fields)
    };
    let user = vec![
        ("username", text()),
        ("uid", text()),
        ("groups", texts()),
        ("extra", Shape::map(texts())),
    ];
    let fields = vec![
        ("kind", kind()),
        ("resource", resource()),
        ("subResource", text()),
        ("requestKind", kind()),
        ("requestResource", resource()),
        ("requestSubResource", text()),
        ("name", text()),
        ("namespace", text()),
        ("operation", text()),
        ("userInfo", object("kubernetes.UserInfo", user)),
        ("dryRun", plain(Type::Bool)),
        ("options", plain(Type::Dyn)),
    ];
    object("kubernetes.AdmissionRequest", fields)
}

fn namespace() -> Shape {
    let (text, time) = (|| plain(Type::Str), || plain(Type::Time));
    let spec = object("kubernetes.NamespaceSpec", vec![("finalizers", texts())]);
    let condition = vec![
        ("status", text()),
        ("type", text()),
        ("lastTransitionTime", time()),
        ("message", text()),
        ("reason", text()),
    ];
    let conditions = Shape::list(object("kubernetes.NamespaceCondition", condition));
    let status = vec![("conditions", conditions), ("phase", text())];
    let metadata = vec![
        ("name", text()),
        ("generateName", text()),
        ("namespace", text()),
        ("labels", Shape::map(text())),
        ("annotations", Shape::map(text())),
        ("UID", text()),
        ("creationTimestamp", time()),
        ("deletionGracePeriodSeconds", plain(Type::Int)),
        ("deletionTimestamp", time()),
        ("generation", plain(Type::Int)),
        ("resourceVersion", text()),
        ("finalizers", texts()),
    ];
    let fields = vec![
        ("metadata", object("kubernetes.NamespaceMetadata", metadata)),
        ("spec", spec),
        ("status", object("kubernetes.NamespaceStatus", status)),
    ];
    object("kubernetes.Namespace", fields)
}
