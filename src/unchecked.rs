//! What a run leaves out although it may hold manifests, so that nothing is left out silently.

/// A file or folder that was found and is not checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Unchecked {
    /// Its name in reports.
    pub path: String,
    /// Why it is left out.
    pub why: Why,
}

/// Why something is left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    /// The rules in files of that name exclude it, and it looks like a manifest.
    Ignored(&'static str),
    /// Its name, or that of its folder, begins with a dot, and it looks like a manifest.
    Hidden,
    /// It is a symbolic link out of the folders that are searched.
    Link,
    /// It is a pipe or a device.
    Special,
    /// It is too large or binary.
    Data,
    /// It is a template of a Helm chart.
    Template,
}

impl Why {
    /// The reason, to follow `not checked: a.yaml:`.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Ignored(by) => format!("excluded by {by}"),
            Self::Hidden => "hidden".to_owned(),
            Self::Link => "symbolic link out of the folder".to_owned(),
            Self::Special => "not a regular file".to_owned(),
            Self::Data => "too large or binary".to_owned(),
            Self::Template => "template of a Helm chart".to_owned(),
        }
    }

    /// How to have it checked.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Ignored(_) => "use --no-respect-gitignore",
            Self::Hidden | Self::Link | Self::Special => "pass the path explicitly",
            Self::Data => "split the file",
            Self::Template => "check what `helm template` prints",
        }
    }
}
