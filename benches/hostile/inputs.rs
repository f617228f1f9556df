//! Inputs that cost more than they should where something compares all with all.

use std::fmt::Write as _;
use std::path::Path;

/// An input that can be made in any size.
pub(crate) struct Input {
    /// What it is full of.
    pub(crate) name: &'static str,
    /// Its smallest size, in the things that it is full of: 10,000 objects or items, so that
    /// the largest has 80,000.
    pub(crate) size: usize,
    /// Writes it into a folder, and gives the arguments of the program.
    pub(crate) make: fn(&Path, usize) -> Vec<String>,
}

/// All of them.
pub(crate) const INPUTS: &[Input] = &[
    input("apps, one namespace", 1700, |at, n| {
        many(at, n, |i| app(i, "default"))
    }),
    input("apps, 100 namespaces", 1700, |at, n| {
        many(at, n, |i| app(i, &format!("n{}", i % 100)))
    }),
    input("apps, a folder each", 1700, |at, n| {
        for i in 0..n {
            write(at, &format!("app{i}/all.yaml"), &app(i, "default"));
        }
        check(".")
    }),
    input("a million objects", 20_834, |at, n| {
        for file in 0..n.div_ceil(5000) {
            let apps = file * 5000..n.min((file + 1) * 5000);
            let text: String = apps.map(|i| app(i, &format!("n{}", i % 1000))).collect();
            write(at, &format!("{file}.yaml"), &text);
        }
        check(".")
    }),
    input("quotas", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                quota(i),
                deployment(&format!("d{i}"), "default", &format!("d{i}"))
            )
        })
    }),
    input("limit ranges", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                limit_range(i),
                deployment(&format!("d{i}"), "default", &format!("d{i}"))
            )
        })
    }),
    input("pods with equal labels", 10000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                pod(&format!("p{i}"), "web"),
                if i == 0 {
                    service(0, "web")
                } else {
                    String::new()
                }
            )
        })
    }),
    input("equal services", 10000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                service(i, "web"),
                if i == 0 {
                    pod("p", "web")
                } else {
                    String::new()
                }
            )
        })
    }),
    input("services and pods", 5000, |at, n| {
        many(at, n, |i| {
            format!("{}{}", service(i, "web"), pod(&format!("p{i}"), "web"))
        })
    }),
    input("services without pods", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                service(i, &format!("x{i}")),
                pod(&format!("p{i}"), "web")
            )
        })
    }),
    input("autoscalers, one target", 10000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                autoscaler(i, "d"),
                if i == 0 {
                    deployment("d", "default", "d")
                } else {
                    String::new()
                }
            )
        })
    }),
    input("autoscalers, no target", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                autoscaler(i, &format!("missing{i}")),
                deployment(&format!("d{i}"), "default", &format!("d{i}"))
            )
        })
    }),
    input("budgets, same pods", 5000, |at, n| {
        many(at, n, |i| {
            format!("{}{}", budget(i, "web"), pod(&format!("p{i}"), "web"))
        })
    }),
    input("controllers overlap", 10000, |at, n| {
        halves(at, n, |i| deployment(&format!("d{i}"), "default", "web"))
    }),
    input("missing config maps", 5000, |at, n| {
        many(at, n, |i| format!("{}{}", referring_pod(i), config_map(i)))
    }),
    input("ingress backends", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}",
                ingress(i, &format!("missing{i}")),
                service(i, &format!("s{i}"))
            )
        })
    }),
    input("cron jobs", 10000, |at, n| halves(at, n, cron_job)),
    input("stateful sets", 10000, |at, n| halves(at, n, stateful_set)),
    input("equal names", 10000, |at, n| many(at, n, |_| config_map(0))),
    input("items of a list", 10000, |at, n| {
        let items: String = (0..n).fold(String::new(), |mut out, i| {
            let _ = writeln!(
                out,
                "- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{i}}}, data: {{a: b}}}}"
            );
            out
        });
        one(at, &format!("apiVersion: v1\nkind: List\nitems:\n{items}"))
    }),
    input("custom resources", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: w{i}}}\nspec: {{ref: c{i}}}\n{}",
                referring_pod(i)
            )
        })
    }),
    input("equal variables", 10000, |at, n| {
        container(at, n, "env", |_| "{name: A, value: b}".to_owned())
    }),
    input("variables", 10000, |at, n| {
        container(at, n, "env", |i| {
            format!("{{name: A{i}, value: $(A{})}}", i + 1)
        })
    }),
    input("equal ports", 10000, |at, n| {
        container(at, n, "ports", |_| "{containerPort: 80}".to_owned())
    }),
    input("ports", 10000, |at, n| {
        container(at, n, "ports", |i| {
            format!("{{name: p{i}, containerPort: {}}}", i % 65535 + 1)
        })
    }),
    input("equal mounts", 10000, |at, n| {
        container(at, n, "volumeMounts", |_| {
            "{name: a, mountPath: /a}".to_owned()
        })
    }),
    input("wrong mounts", 10000, |at, n| {
        container(at, n, "volumeMounts", |i| {
            format!("{{name: a{i}, mountPath: '/a:{i}'}}")
        })
    }),
    input("unknown fields", 10000, |at, n| {
        let fields: String = (0..n).fold(String::new(), |mut out, i| {
            let _ = writeln!(out, "  imagee{i}: a");
            out
        });
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers: [{{name: a, image: 'a:1'}}]\n{fields}"
            ),
        )
    }),
    input("containers", 10000, |at, n| {
        spec(at, n, "containers", |i| {
            format!("{{name: c{i}, image: 'a:1'}}")
        })
    }),
    input("equal containers", 10000, |at, n| {
        spec(at, n, "containers", |_| {
            "{name: c, image: 'a:1', ports: [{containerPort: 80, hostPort: 80}]}".to_owned()
        })
    }),
    input("volumes", 10000, |at, n| {
        spec(
            at,
            n,
            "containers: [{name: a, image: 'a:1'}]\n  volumes",
            |i| format!("{{name: v{i}, configMap: {{name: c{i}}}}}"),
        )
    }),
    input("equal volumes", 10000, |at, n| {
        spec(
            at,
            n,
            "containers: [{name: a, image: 'a:1'}]\n  volumes",
            |_| "{name: v, emptyDir: {}}".to_owned(),
        )
    }),
    input("tolerations", 10000, |at, n| {
        spec(
            at,
            n,
            "containers: [{name: a, image: 'a:1'}]\n  tolerations",
            |_| "{key: a, operator: Exists, effect: NoSchedule}".to_owned(),
        )
    }),
    input("host aliases", 10000, |at, n| {
        spec(
            at,
            n,
            "containers: [{name: a, image: 'a:1'}]\n  hostAliases",
            |_| "{ip: 10.0.0.01, hostnames: [a]}".to_owned(),
        )
    }),
    input("network policy peers", 10000, |at, n| {
        let peers = items(n, 4, |i| {
            format!(
                "{{ipBlock: {{cidr: 10.{}.{}.0/24, except: [10.0.0.1/33]}}}}",
                i / 256 % 256,
                i % 256
            )
        });
        one(
            at,
            &format!(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec:\n  podSelector: {{}}\n  ingress:\n  - from:\n{peers}"
            ),
        )
    }),
    input("rules of a role", 10000, |at, n| {
        let rules = items(n, 0, |i| {
            format!("{{apiGroups: [''], resources: [pods{i}], verbs: [gett]}}")
        });
        one(
            at,
            &format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: a}}\nrules:\n{rules}"
            ),
        )
    }),
    input("service ports", 10000, |at, n| {
        let ports = items(n, 2, |i| {
            format!("{{port: {}, targetPort: p{}}}", i % 65535 + 1, i % 10)
        });
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n  selector: {{app: web}}\n  ports:\n{ports}{}",
                pod("p", "web")
            ),
        )
    }),
    input("labels of a pod", 10000, |at, n| {
        let labels: String = (0..n).fold(String::new(), |mut out, i| {
            let _ = writeln!(out, "    l{i}: v");
            out
        });
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n{labels}spec: {{containers: [{{name: a, image: 'a:1'}}]}}\n{}",
                service(0, "web")
            ),
        )
    }),
    input("findings on one line", 10000, |at, n| {
        let keys: String = (0..n).fold(String::new(), |mut out, i| {
            let _ = write!(out, "a{i}: b, a{i}: c, ");
            out
        });
        one(
            at,
            &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{{keys}}}\n"),
        )
    }),
    input("kustomization entries", 10000, |at, n| {
        let entries = items(n, 0, |i| format!("missing{i}.yaml"));
        write(
            at,
            ".gitignore",
            &items(2000, 0, |i| format!("ignored{i}/*.yaml")).replace("- ", ""),
        );
        write(at, "kustomization.yaml", &format!("resources:\n{entries}"));
        check(".")
    }),
    input("equal apps, folders", 1700, |at, n| {
        for i in 0..n {
            write(at, &format!("app{i}/all.yaml"), &app(0, "default"));
        }
        check(".")
    }),
    input("equal apps, files", 1700, |at, n| {
        for i in 0..n {
            write(at, &format!("app{i}.yaml"), &app(0, "default"));
        }
        check(".")
    }),
    input("equal apps, one file", 1700, |at, n| {
        many(at, n, |_| app(0, "default"))
    }),
    input("half selected", 5000, |at, n| {
        many(at, n, |i| {
            let (one, other) = if i % 2 == 0 { ("1", "2") } else { ("2", "1") };
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, labels: {{a: '{one}', b: '{other}'}}}}\nspec: {{containers: [{{name: a, image: 'a:1'}}]}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{selector: {{a: '1', b: '1'}}, ports: [{{port: 80}}]}}\n"
            )
        })
    }),
    input("expressions", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "{}---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{i}}}\nspec: {{minAvailable: 1, selector: {{matchExpressions: [{{key: app, operator: In, values: [x{i}]}}]}}}}\n",
                pod(&format!("p{i}"), "web")
            )
        })
    }),
    input("budgets, shared label", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, labels: {{all: same, app: p{i}}}}}\nspec: {{containers: [{{name: a, image: 'a:1'}}]}}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{i}}}\nspec: {{minAvailable: 1, selector: {{matchLabels: {{all: same, app: p{i}}}}}}}\n"
            )
        })
    }),
    input("policies and services", 3400, |at, n| {
        many(at, n, |i| {
            format!(
                "{}{}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{i}}}\nspec: {{podSelector: {{matchLabels: {{app: web}}}}, ingress: [{{ports: [{{port: 8080}}]}}]}}\n",
                pod(&format!("p{i}"), "web"),
                service(i, "web")
            )
        })
    }),
    input("names in namespaces", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: same, namespace: m{i}}}\ndata: {{a: b}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: r, namespace: n{i}}}\nspec: {{containers: [{{name: a, image: 'a:1', envFrom: [{{configMapRef: {{name: same}}}}]}}]}}\n"
            )
        })
    }),
    input("keys of a config map", 10000, |at, n| {
        let data: String = (0..n).map(|i| format!("  k{i}: v\n")).collect();
        let items = items(n, 4, |i| {
            format!("{{name: E{i}, valueFrom: {{configMapKeyRef: {{name: c, key: x{i}}}}}}}")
        });
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n{data}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    env:\n{items}"
            ),
        )
    }),
    input("mounts of volumes", 10000, |at, n| {
        let volumes = items(n, 2, |i| format!("{{name: v{i}, configMap: {{name: c}}}}"));
        let mounts = items(n, 4, |i| {
            format!("{{name: v{i}, mountPath: /m{i}, subPath: k}}")
        });
        one(
            at,
            &format!(
                "{}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  volumes:\n{volumes}  containers:\n  - name: a\n    image: a:1\n    volumeMounts:\n{mounts}",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"
            ),
        )
    }),
    input("ports of a pod", 10000, |at, n| {
        let ports = items(n, 4, |i| {
            format!("{{name: p{i}, containerPort: {}}}", i % 30000 + 1)
        });
        let wanted = items(n, 2, |i| {
            format!(
                "{{name: n{i}, port: {}, targetPort: {}}}",
                i % 30000 + 1,
                i % 30000 + 30001
            )
        });
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec:\n  selector: {{app: web}}\n  ports:\n{wanted}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: web}}}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    ports:\n{ports}"
            ),
        )
    }),
    input("labels of a selector", 10000, |at, n| {
        let labels = |indent: usize| -> String {
            (0..n).map(|i| format!("{:indent$}l{i}: v\n", "")).collect()
        };
        one(
            at,
            &format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec:\n  ports: [{{port: 80}}]\n  selector:\n{}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n{}spec: {{containers: [{{name: a, image: 'a:1'}}]}}\n",
                labels(4),
                labels(4)
            ),
        )
    }),
    input("definitions", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: w{i}s.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {{kind: W{i}, plural: w{i}s, singular: w{i}}}\n  versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}}}]\n---\napiVersion: example.com/v1\nkind: W{i}\nmetadata: {{name: a}}\nspec: {{a: b}}\n"
            )
        })
    }),
    input("claims of replicas", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: same}}\nspec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{i}}}\nspec: {{replicas: 3, selector: {{matchLabels: {{app: d{i}}}}}, template: {{metadata: {{labels: {{app: d{i}}}}}, spec: {{volumes: [{{name: v, persistentVolumeClaim: {{claimName: same}}}}], containers: [{{name: a, image: 'a:1', volumeMounts: [{{name: v, mountPath: /a}}]}}]}}}}}}\n"
            )
        })
    }),
    input("node ports", 10000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{type: NodePort, selector: {{app: a}}, ports: [{{port: 80, nodePort: 30000}}]}}\n"
            )
        })
    }),
    input("namespaces", 5000, |at, n| {
        many(at, n, |i| {
            format!(
                "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: same, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, namespace: same}}\nspec: {{containers: [{{name: a, image: 'a:1'}}]}}\n"
            )
        })
    }),
    input("kustomizations", 5000, |at, n| {
        for i in 0..n {
            write(
                at,
                &format!("app{i}/kustomization.yaml"),
                "resources: [all.yaml]\n",
            );
            write(at, &format!("app{i}/all.yaml"), &config_map(i));
        }
        check(".")
    }),
    input("placed apps", 1700, |at, n| {
        let node = |i| {
            format!(
                "---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{i}}}\nstatus: {{allocatable: {{cpu: '100000', memory: 100Ti, pods: '100000'}}}}\n"
            )
        };
        let nodes: String = (0..3).map(node).collect();
        many(at, n, |i| match i {
            0 => nodes.clone(),
            _ => app(i, "default"),
        });
        vec!["simulate".to_owned(), "all.yaml".to_owned()]
    }),
    input("limited apps", 1700, |at, n| {
        many(at, n, |i| {
            let namespace = format!("n{i}");
            format!(
                "{}---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q, namespace: {namespace}}}\nspec: {{hard: {{requests.cpu: '1', pods: '5', services: '1'}}}}\n",
                app(i, &namespace)
            )
        });
        vec!["simulate".to_owned(), "all.yaml".to_owned()]
    }),
    input("simulated apps", 1700, |at, n| {
        many(at, n, |i| app(i, "default"));
        vec!["simulate".to_owned(), "all.yaml".to_owned()]
    }),
    input("compared apps", 1700, |at, n| {
        many(at, n, |i| app(i, "default"));
        let text = std::fs::read_to_string(at.join("all.yaml")).expect("it was written");
        write(at, "new.yaml", &text.replace("replicas: 3", "replicas: 4"));
        ["diff", "all.yaml", "new.yaml"].map(str::to_owned).to_vec()
    }),
];

const fn input(name: &'static str, size: usize, make: fn(&Path, usize) -> Vec<String>) -> Input {
    Input { name, size, make }
}

fn write(at: &Path, name: &str, text: &str) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("the file is written");
}

fn check(path: &str) -> Vec<String> {
    vec!["check".to_owned(), path.to_owned()]
}

fn one(at: &Path, text: &str) -> Vec<String> {
    write(at, "all.yaml", text);
    check("all.yaml")
}

fn many(at: &Path, n: usize, object: impl Fn(usize) -> String) -> Vec<String> {
    one(at, &(0..n).map(object).collect::<String>())
}

/// The same in two files, where one would be too large.
fn halves(at: &Path, n: usize, object: impl Fn(usize) -> String) -> Vec<String> {
    for (name, half) in [("a.yaml", 0..n / 2), ("b.yaml", n / 2..n)] {
        write(at, name, &half.map(&object).collect::<String>());
    }
    check(".")
}

fn items(n: usize, indent: usize, item: impl Fn(usize) -> String) -> String {
    (0..n)
        .map(|i| format!("{:indent$}- {}\n", "", item(i)))
        .collect()
}

/// A pod with a list of `n` in its one container.
fn container(at: &Path, n: usize, key: &str, item: impl Fn(usize) -> String) -> Vec<String> {
    let items = items(n, 4, item);
    one(
        at,
        &format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    {key}:\n{items}"
        ),
    )
}

/// A pod with a list of `n` in its spec.
fn spec(at: &Path, n: usize, key: &str, item: impl Fn(usize) -> String) -> Vec<String> {
    let items = items(n, 2, item);
    one(
        at,
        &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  {key}:\n{items}"),
    )
}

fn template(app: &str, indent: &str, more: &str) -> String {
    format!(
        "{indent}template:\n{indent}  metadata: {{labels: {{app: {app}}}}}\n{indent}  spec:\n{more}{indent}    containers:\n{indent}    - name: c\n{indent}      image: registry.example.com/a:1\n{indent}      envFrom: [{{configMapRef: {{name: {app}}}}}]\n{indent}      ports: [{{name: http, containerPort: 80}}]\n{indent}      resources: {{requests: {{cpu: 100m, memory: 64Mi}}, limits: {{memory: 64Mi}}}}\n"
    )
}

fn deployment(name: &str, namespace: &str, app: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  replicas: 3\n  selector: {{matchLabels: {{app: {app}}}}}\n{}",
        template(app, "  ", "")
    )
}

fn app(i: usize, namespace: &str) -> String {
    format!(
        "{}---\napiVersion: v1\nkind: Service\nmetadata: {{name: a{i}, namespace: {namespace}}}\nspec: {{selector: {{app: a{i}}}, ports: [{{port: 80, targetPort: http}}]}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{i}, namespace: {namespace}}}\ndata: {{a: b}}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a{i}, namespace: {namespace}}}\nspec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a{i}}}, maxReplicas: 5}}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: a{i}, namespace: {namespace}}}\nspec: {{minAvailable: 1, selector: {{matchLabels: {{app: a{i}}}}}}}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a{i}, namespace: {namespace}}}\nspec: {{rules: [{{host: a{i}.example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: a{i}, port: {{number: 80}}}}}}}}]}}}}]}}\n",
        deployment(&format!("a{i}"), namespace, &format!("a{i}"))
    )
}

fn quota(i: usize) -> String {
    format!(
        "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q{i}}}\nspec: {{hard: {{requests.cpu: '1', pods: '5'}}}}\n"
    )
}

fn limit_range(i: usize) -> String {
    format!(
        "---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: l{i}}}\nspec: {{limits: [{{type: Container, max: {{cpu: '1'}}, min: {{cpu: 200m}}}}]}}\n"
    )
}

fn pod(name: &str, app: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {app}}}}}\nspec: {{containers: [{{name: a, image: 'a:1', ports: [{{name: http, containerPort: 80}}]}}]}}\n"
    )
}

fn referring_pod(i: usize) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: r{i}}}\nspec: {{containers: [{{name: a, image: 'a:1', envFrom: [{{configMapRef: {{name: missing{i}}}}}]}}]}}\n"
    )
}

fn service(i: usize, app: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{selector: {{app: {app}}}, ports: [{{port: 80, targetPort: http}}]}}\n"
    )
}

fn config_map(i: usize) -> String {
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\ndata: {{a: b}}\n")
}

fn autoscaler(i: usize, target: &str) -> String {
    format!(
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h{i}}}\nspec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}, maxReplicas: 5}}\n"
    )
}

fn budget(i: usize, app: &str) -> String {
    format!(
        "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{i}}}\nspec: {{minAvailable: 1, selector: {{matchLabels: {{app: {app}}}}}}}\n"
    )
}

fn ingress(i: usize, service: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i{i}}}\nspec: {{rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}]}}\n"
    )
}

fn cron_job(i: usize) -> String {
    format!(
        "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: c{i}}}\nspec:\n  schedule: '0 0 * * *'\n  jobTemplate:\n    spec:\n{}",
        template("c", "      ", "          restartPolicy: Never\n")
    )
}

fn stateful_set(i: usize) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: s{i}}}\nspec:\n  serviceName: s{i}\n  selector: {{matchLabels: {{app: s{i}}}}}\n{}",
        template(&format!("s{i}"), "  ", "")
    )
}
