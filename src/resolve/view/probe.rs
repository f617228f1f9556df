//! Liveness, readiness and startup probes.

use super::command::Argv;
use super::{Field, int_field, text_field};
use crate::parse::{Node, Value};

/// Which of the three probes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProbeKind {
    /// `livenessProbe`: its failure restarts the container.
    Liveness,
    /// `readinessProbe`: its failure takes the pod out of Services.
    Readiness,
    /// `startupProbe`: holds the others back until it succeeds.
    Startup,
}

impl ProbeKind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Liveness, Self::Readiness, Self::Startup];

    /// The field of the container.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Liveness => "livenessProbe",
            Self::Readiness => "readinessProbe",
            Self::Startup => "startupProbe",
        }
    }
}

/// What a probe (or a lifecycle hook) does.
#[derive(Clone, Copy, Debug)]
pub enum Handler<'a> {
    /// `exec`.
    Exec(Node<'a>),
    /// `httpGet`.
    HttpGet(Node<'a>),
    /// `tcpSocket`.
    TcpSocket(Node<'a>),
    /// `grpc`.
    Grpc(Node<'a>),
    /// `sleep`, of lifecycle hooks only.
    Sleep(Node<'a>),
}

impl<'a> Handler<'a> {
    /// The first handler that `node` has.
    #[must_use]
    pub fn of(node: Node<'a>) -> Option<Self> {
        node.entries().find_map(|entry| match entry.name() {
            _ if !entry.value.is_map() => None,
            "exec" => Some(Self::Exec(entry.value)),
            "httpGet" => Some(Self::HttpGet(entry.value)),
            "tcpSocket" => Some(Self::TcpSocket(entry.value)),
            "grpc" => Some(Self::Grpc(entry.value)),
            "sleep" => Some(Self::Sleep(entry.value)),
            _ => None,
        })
    }

    /// `port`, a number or the name of one; none for exec and sleep.
    #[must_use]
    pub fn port(self) -> Option<Node<'a>> {
        match self {
            Self::HttpGet(node) | Self::TcpSocket(node) | Self::Grpc(node) => node.get("port"),
            Self::Exec(_) | Self::Sleep(_) => None,
        }
    }

    /// The words of an `exec`.
    #[must_use]
    pub fn argv(self) -> Option<Argv<'a>> {
        match self {
            Self::Exec(node) => Some(Argv::of(node.get("command"))),
            _ => None,
        }
    }

    /// The seconds that it certainly sleeps, and where it says so.
    #[must_use]
    pub fn sleep_seconds(self) -> Option<(Node<'a>, i64)> {
        match self {
            Self::Sleep(node) => {
                let seconds = node.get("seconds")?;
                Some((seconds, seconds.as_i64()?))
            }
            _ => self.argv()?.sleep_seconds(),
        }
    }

    /// Whether two handlers ask the same question the same way.
    #[must_use]
    pub fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exec(a), Self::Exec(b)) => same_value(a, b, "command"),
            (Self::HttpGet(a), Self::HttpGet(b)) => {
                let text = |node, key, default| text_field(Some(node), key, default).value;
                same_value(a, b, "port")
                    && same_value(a, b, "host")
                    && text(a, "path", "/") == text(b, "path", "/")
                    && text(a, "scheme", "HTTP") == text(b, "scheme", "HTTP")
            }
            (Self::TcpSocket(a), Self::TcpSocket(b)) => {
                same_value(a, b, "port") && same_value(a, b, "host")
            }
            (Self::Grpc(a), Self::Grpc(b)) => {
                same_value(a, b, "port") && same_value(a, b, "service")
            }
            _ => false,
        }
    }
}

fn same_value(a: Node<'_>, b: Node<'_>, key: &str) -> bool {
    match (a.get(key), b.get(key)) {
        (None, None) => true,
        (Some(a), Some(b)) => same_tree(a, b),
        _ => false,
    }
}

fn same_tree(a: Node<'_>, b: Node<'_>) -> bool {
    match (a.value(), b.value()) {
        (Value::Seq(_), Value::Seq(_)) => a.items().map(Node::value).eq(b.items().map(Node::value)),
        (a, b) => a == b,
    }
}

/// A probe of a container.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// Its mapping.
    pub node: Node<'a>,
    /// Which of the three.
    pub kind: ProbeKind,
}

impl<'a> Probe<'a> {
    /// What it does; `None` when no handler is written.
    #[must_use]
    pub fn handler(&self) -> Option<Handler<'a>> {
        Handler::of(self.node)
    }

    /// `initialDelaySeconds`, 0 by default.
    #[must_use]
    pub fn initial_delay(&self) -> Field<'a, i64> {
        int_field(Some(self.node), "initialDelaySeconds", 0)
    }

    /// `periodSeconds`, 10 by default.
    #[must_use]
    pub fn period(&self) -> Field<'a, i64> {
        self.defaulted("periodSeconds", 10)
    }

    /// `timeoutSeconds`, 1 by default.
    #[must_use]
    pub fn timeout(&self) -> Field<'a, i64> {
        self.defaulted("timeoutSeconds", 1)
    }

    /// `failureThreshold`, 3 by default.
    #[must_use]
    pub fn failure_threshold(&self) -> Field<'a, i64> {
        self.defaulted("failureThreshold", 3)
    }

    /// `successThreshold`, 1 by default.
    #[must_use]
    pub fn success_threshold(&self) -> Field<'a, i64> {
        self.defaulted("successThreshold", 1)
    }

    /// The server defaults a written 0 as well as a missing value.
    fn defaulted(&self, key: &str, default: i64) -> Field<'a, i64> {
        let field = int_field(Some(self.node), key, default);
        match field.value {
            0 => Field {
                value: default,
                node: None,
            },
            _ => field,
        }
    }

    /// Seconds of continuous failure until it gives up, at the least:
    /// `period × failureThreshold`.
    #[must_use]
    pub fn budget(&self) -> i64 {
        self.period()
            .value
            .saturating_mul(self.failure_threshold().value)
    }
}
