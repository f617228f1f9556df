//! The words of a command, and what would have needed a shell.
//!
//! `command`, `args` and `exec` start a program directly: nothing splits words,
//! expands `$NAME` or knows `&&`, unless a shell is among the words.

use crate::parse::Node;

/// Programs that read a command line out of one of their words.
const SHELLS: &[&str] = &[
    "sh",
    "bash",
    "ash",
    "dash",
    "ksh",
    "zsh",
    "fish",
    "busybox",
    "toybox",
    "cmd",
    "powershell",
    "pwsh",
    "eval",
    "su",
    "runuser",
    "ssh",
    "script",
    "expect",
    "nsenter",
];

/// Words that only a shell gives a meaning to. `;` and `!` are missing: `find` has them.
const OPERATORS: &[&str] = &[
    "&&",
    "||",
    "|",
    ">",
    ">>",
    "2>&1",
    ">/dev/null",
    "2>/dev/null",
    "&>/dev/null",
];

/// Programs that take such words as their own.
const OPERATOR_PROGRAMS: &[&str] = &["expr", "test", "[", "find", "jq", "awk"];

/// The words that a program is started with.
#[derive(Clone, Debug)]
pub struct Argv<'a> {
    words: Vec<(Node<'a>, &'a str)>,
}

impl<'a> Argv<'a> {
    /// The words of these sequences, one after the other; items that are no
    /// strings are left out.
    pub fn of(lists: impl IntoIterator<Item = Node<'a>>) -> Self {
        let items = lists.into_iter().flat_map(Node::items);
        Self {
            words: items.filter_map(|it| Some((it, it.as_str()?))).collect(),
        }
    }

    /// The name of the program, without its folders; empty when there are no words.
    #[must_use]
    pub fn program(&self) -> &'a str {
        self.words.first().map_or("", |(_, word)| base_name(word))
    }

    /// Whether a shell is among the words, so that nobody can say what is expanded.
    #[must_use]
    pub fn has_shell(&self) -> bool {
        self.words
            .iter()
            .any(|(_, word)| SHELLS.contains(&base_name(word)))
    }

    /// The first word, when it holds spaces and can be no file name.
    #[must_use]
    pub fn sentence(&self) -> Option<(Node<'a>, &'a str)> {
        let &(node, word) = self.words.first()?;
        let spaces = word.trim().contains(char::is_whitespace);
        // `C:\Program Files\…` is one name.
        (spaces && !word.contains('\\')).then_some((node, word))
    }

    /// The number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The first word that only a shell would understand, when none is there.
    #[must_use]
    pub fn stray_operator(&self) -> Option<(Node<'a>, &'a str)> {
        if self.has_shell() || OPERATOR_PROGRAMS.contains(&self.program()) {
            return None;
        }
        let mut arguments = self.words.iter().skip(1);
        arguments
            .find(|(_, word)| OPERATORS.contains(word))
            .copied()
    }

    /// The first `$NAME` or `${NAME}` with a name that `known` accepts, when no
    /// shell is there to expand it: the word, the reference and its name.
    pub fn stray_variable(
        &self,
        known: impl Fn(&str) -> bool,
    ) -> Option<(Node<'a>, &'a str, &'a str)> {
        if self.has_shell() {
            return None;
        }
        self.words.iter().find_map(|&(node, word)| {
            let (reference, name) = shell_variables(word).find(|(_, name)| known(name))?;
            Some((node, reference, name))
        })
    }

    /// The seconds that it certainly sleeps, and the word that says so:
    /// `sleep 5`, or the `sleep` statements that a shell script comes to.
    #[must_use]
    pub fn sleep_seconds(&self) -> Option<(Node<'a>, i64)> {
        if self.program() == "sleep" {
            let (node, word) = self.words.get(1)?;
            return Some((*node, seconds(word)?));
        }
        if !self.has_shell() {
            return None;
        }
        let is_flag = |word: &str| word.starts_with('-') && word.ends_with('c');
        let at = self.words.iter().position(|(_, word)| is_flag(word))?;
        let (node, script) = self.words.get(at + 1)?;
        Some((*node, script_sleep(script)?))
    }
}

fn base_name(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Each `$NAME` and `${NAME}`, with its name.
fn shell_variables(word: &str) -> impl Iterator<Item = (&str, &str)> {
    word.match_indices('$').filter_map(|(at, _)| {
        let after = &word[at + 1..];
        let (braced, text) = match after.strip_prefix('{') {
            Some(text) => (1, text),
            None => (0, after),
        };
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let starts = name.starts_with(|c: char| !c.is_ascii_digit());
        let length = 1 + name.len() + 2 * braced;
        let closed = braced == 0 || rest.starts_with('}');
        (starts && closed).then(|| (&word[at..at + length], name))
    })
}

/// The sum of the `sleep` statements that a script certainly runs: those before
/// the first one that may branch, loop or leave.
fn script_sleep(script: &str) -> Option<i64> {
    const BRANCHES: &[&str] = &[
        "if", "for", "while", "until", "case", "exit", "exec", "return", "{", "function",
    ];
    let mut total = None;
    for statement in script.split(['\n', ';']).flat_map(|it| it.split("&&")) {
        let statement = statement.trim();
        let mut words = statement.split_whitespace();
        let first = words.next().unwrap_or_default();
        let uncertain = statement.contains("||")
            || statement.ends_with('&')
            || statement.starts_with('(')
            || statement.contains("()");
        if uncertain || BRANCHES.contains(&first) {
            break;
        }
        if base_name(first) == "sleep"
            && let (Some(amount), None) = (words.next(), words.next())
            && let Some(amount) = seconds(amount)
        {
            total = Some(total.unwrap_or(0i64).saturating_add(amount));
        }
    }
    total
}

/// The argument of `sleep` in whole seconds: `5`, `0.5`, `2m`.
fn seconds(word: &str) -> Option<i64> {
    let (digits, unit) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(digits) => (digits, &word[digits.len()..]),
        None => (word, "s"),
    };
    let whole = digits.split('.').next().unwrap_or(digits);
    let number: i64 = whole.parse().ok().filter(|it| *it >= 0)?;
    let scale = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 1,
    };
    Some(number.saturating_mul(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_sleep_as_long_as_they_certainly_do() {
        assert_eq!(
            script_sleep("sleep 5 && /bin/sleep 2m; nginx -s quit"),
            Some(125)
        );
        assert_eq!(script_sleep("echo bye\nsleep 0.9"), Some(0));
        assert_eq!(
            script_sleep("sleep 3; while true; do sleep 9; done"),
            Some(3)
        );
        assert_eq!(script_sleep("sleep 30 &"), None);
        assert_eq!(script_sleep("curl localhost || sleep 30"), None);
        assert_eq!(script_sleep("sleep $DELAY"), None);
        assert_eq!(script_sleep("sleepy 5"), None);
    }

    #[test]
    fn shell_variables_are_names_after_a_dollar() {
        let found = |word| shell_variables(word).collect::<Vec<_>>();
        let both = [("$HOST", "HOST"), ("${PORT}", "PORT")];
        assert_eq!(found("--host=$HOST:${PORT}/$1"), both);
        assert_eq!(found("${A:-b} $(C) ^x$ $"), []);
    }
}
