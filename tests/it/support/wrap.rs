//! Fragments to whole manifests: what `in=…` of an example means.

/// What a fragment is put into.
struct Frame {
    name: &'static str,
    /// The manifest down to the mapping that the fragment is the body of.
    head: &'static str,
    /// By how much the fragment is indented there.
    indent: usize,
    /// What the mapping needs, by key, where the fragment does not say it.
    needs: &'static [(&'static str, &'static str)],
}

const CONTAINERS: (&str, &str) = (
    "containers",
    "containers:\n- name: app\n  image: registry.example.com/app:1.4.2\n",
);
const NAMED: &[(&str, &str)] = &[
    ("name", "name: app\n"),
    ("image", "image: registry.example.com/app:1.4.2\n"),
];
const SELECTOR: (&str, &str) = ("selector", "selector:\n  matchLabels:\n    app: app\n");
const TEMPLATE: (&str, &str) = (
    "template",
    "template:\n  metadata:\n    labels:\n      app: app\n  spec:\n    containers:\n    - name: app\n      image: registry.example.com/app:1.4.2\n",
);
const JOB_TEMPLATE: (&str, &str) = (
    "template",
    "template:\n  spec:\n    restartPolicy: Never\n    containers:\n    - name: app\n      image: registry.example.com/app:1.4.2\n",
);

macro_rules! head {
    ($version:literal, $kind:literal, $rest:literal) => {
        concat!(
            "apiVersion: ",
            $version,
            "\nkind: ",
            $kind,
            "\nmetadata:\n  name: app\n",
            $rest
        )
    };
}

const FRAMES: &[Frame] = &[
    Frame {
        name: "container",
        head: head!(
            "apps/v1",
            "Deployment",
            "spec:\n  selector:\n    matchLabels:\n      app: app\n  template:\n    metadata:\n      labels:\n        app: app\n    spec:\n      containers:\n      -\n"
        ),
        indent: 8,
        needs: NAMED,
    },
    Frame {
        name: "init",
        head: head!(
            "apps/v1",
            "Deployment",
            "spec:\n  selector:\n    matchLabels:\n      app: app\n  template:\n    metadata:\n      labels:\n        app: app\n    spec:\n      containers:\n      - name: main\n        image: registry.example.com/main:1.4.2\n      initContainers:\n      -\n"
        ),
        indent: 8,
        needs: NAMED,
    },
    Frame {
        name: "pod",
        head: head!(
            "apps/v1",
            "Deployment",
            "spec:\n  selector:\n    matchLabels:\n      app: app\n  template:\n    metadata:\n      labels:\n        app: app\n    spec:\n"
        ),
        indent: 6,
        needs: &[CONTAINERS],
    },
    Frame {
        name: "job-pod",
        head: head!("batch/v1", "Job", "spec:\n  template:\n    spec:\n"),
        indent: 6,
        needs: &[("restartPolicy", "restartPolicy: Never\n"), CONTAINERS],
    },
    Frame {
        name: "deployment",
        head: head!("apps/v1", "Deployment", "spec:\n"),
        indent: 2,
        needs: &[SELECTOR, TEMPLATE],
    },
    Frame {
        name: "daemonset",
        head: head!("apps/v1", "DaemonSet", "spec:\n"),
        indent: 2,
        needs: &[SELECTOR, TEMPLATE],
    },
    Frame {
        name: "statefulset",
        head: head!("apps/v1", "StatefulSet", "spec:\n"),
        indent: 2,
        needs: &[("serviceName", "serviceName: app\n"), SELECTOR, TEMPLATE],
    },
    Frame {
        name: "job",
        head: head!("batch/v1", "Job", "spec:\n"),
        indent: 2,
        needs: &[JOB_TEMPLATE],
    },
    Frame {
        name: "cronjob",
        head: head!("batch/v1", "CronJob", "spec:\n"),
        indent: 2,
        needs: &[
            ("schedule", "schedule: 0 3 * * *\n"),
            (
                "jobTemplate",
                "jobTemplate:\n  spec:\n    template:\n      spec:\n        restartPolicy: Never\n        containers:\n        - name: app\n          image: registry.example.com/app:1.4.2\n",
            ),
        ],
    },
    Frame {
        name: "service",
        head: head!("v1", "Service", "spec:\n"),
        indent: 2,
        needs: &[
            ("selector", "selector:\n  app: app\n"),
            ("ports", "ports:\n- port: 80\n"),
        ],
    },
];

/// The manifest that `fragment` stands for, and by how much its lines are
/// indented there; `None` when nothing is called `name`.
pub(crate) fn wrap(name: &str, fragment: &str) -> Option<(String, usize)> {
    let frame = FRAMES.iter().find(|frame| frame.name == name)?;
    let mut text = frame.head.to_owned();
    push_indented(&mut text, fragment, frame.indent);
    for (key, need) in frame.needs {
        let says = |line: &str| line.strip_prefix(key).is_some_and(|it| it.starts_with(':'));
        if !fragment.lines().any(says) {
            push_indented(&mut text, need, frame.indent);
        }
    }
    Some((text, frame.indent))
}

fn push_indented(text: &mut String, lines: &str, indent: usize) {
    for line in lines.lines() {
        if !line.is_empty() {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push_str(line);
        text.push('\n');
    }
}

#[test]
fn a_fragment_gets_only_what_it_lacks() {
    let (text, indent) = wrap("container", "name: web\nenv: []\n").unwrap();
    assert_eq!(indent, 8);
    assert!(text.ends_with("      -\n        name: web\n        env: []\n        image: registry.example.com/app:1.4.2\n"), "{text}");
    assert!(wrap("nothing", "").is_none());
}
