//! Where a value is in a custom resource, written out only when needed.

use std::fmt::Write as _;

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'p> {
    /// The object itself.
    Top,
    /// A field by name.
    Field(&'p str),
    /// An entry of a mapping, whose keys are anybody's.
    Key(&'p str),
    /// An item of a list.
    Index(usize),
}

/// A path as a chain of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

impl<'p> Path<'p> {
    /// The path of the object itself.
    pub(crate) const TOP: Path<'static> = Path {
        parent: None,
        step: Step::Top,
    };

    pub(crate) fn field(&'p self, name: &'p str) -> Self {
        self.then(Step::Field(name))
    }

    pub(crate) fn key(&'p self, name: &'p str) -> Self {
        self.then(Step::Key(name))
    }

    pub(crate) fn index(&'p self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// Whether it is the path of the object itself.
    pub(crate) fn is_top(&self) -> bool {
        matches!(self.step, Step::Top)
    }

    fn then(&'p self, step: Step<'p>) -> Self {
        Self {
            parent: Some(self),
            step,
        }
    }

    /// As the validation by schema writes it: each name after a point.
    pub(crate) fn in_schema(&self) -> String {
        self.write(|path, step| match step {
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) | Step::Key(name) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Index(index) => {
                let _ = write!(path, "[{index}]");
            }
            Step::Top => {}
        })
    }

    /// As all other checks write it: keys of mappings in brackets.
    pub(crate) fn in_object(&self) -> String {
        self.write(|path, step| match step {
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Key(name) => {
                let _ = write!(path, "[{name}]");
            }
            Step::Index(index) => {
                let _ = write!(path, "[{index}]");
            }
            Step::Top => {}
        })
    }

    fn write(&self, push: impl Fn(&mut String, Step<'_>)) -> String {
        let mut steps = vec![self.step];
        let mut at = self.parent;
        while let Some(path) = at {
            steps.push(path.step);
            at = path.parent;
        }
        let mut text = String::new();
        for step in steps.into_iter().rev() {
            push(&mut text, step);
        }
        text
    }
}
