//! Manifests whose values are filled in later: by Flux or envsubst, by a template
//! engine, or by SOPS.

use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::placeholder::Placeholders;
use plimsoll::source::Source;
use regex::Regex;

fn check(config: Config, text: &str) -> Vec<String> {
    let report = Engine::new(config).check(&[Source::new("a.yaml", text)]);
    let shown = report.findings.iter();
    shown
        .map(|it| format!("{}: {}", it.rule, it.message))
        .collect()
}

/// The rules that are on by default, those about how well it will run left out.
fn usual() -> Config {
    let mut config = Config::default();
    for group in ["reliability", "security", "style"] {
        config.ignore(Selector::named(group).unwrap());
    }
    config
}

/// A Secret as `sops --encrypted-regex '^(data|stringData)$'` leaves it.
const SOPS: &str = r#"apiVersion: v1
kind: Secret
metadata:
    name: app
type: Opaque
data:
    password: ENC[AES256_GCM,data:dGVzdA==,iv:9y2pRjtGnSqI=,tag:Wn3yWQ==,type:str]
stringData:
    port: ENC[AES256_GCM,data:Tr7o=,iv:1vdrkg=,tag:qhzgA==,type:int]
sops:
    kms: []
    age:
        - recipient: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
          enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBxRkJ0
            -----END AGE ENCRYPTED FILE-----
    lastmodified: "2026-01-12T09:30:00Z"
    mac: ENC[AES256_GCM,data:6XrjRi8=,iv:Z9vR=,tag:7s==,type:str]
    encrypted_regex: ^(data|stringData)$
    version: 3.9.4
"#;

#[test]
fn what_sops_encrypted_is_not_judged() {
    assert_eq!(check(usual(), SOPS), [""; 0]);
    // Without one, the key is as unknown as any other.
    let plain = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nsops: {}\n";
    assert_eq!(check(usual(), plain).len(), 1);
    let mut all = usual();
    all.select(Selector::named("placeholder-left").unwrap());
    assert_eq!(check(all, SOPS), [""; 0]);
}

/// A Deployment, a Service and a CronJob as they stand in a repository of Flux.
const FLUX: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app_name}
  namespace: ${namespace:=default}
spec:
  replicas: ${replicas:=2}
  selector:
    matchLabels:
      app: ${app_name}
  template:
    metadata:
      labels:
        app: ${app_name}
    spec:
      nodeName: \"{{ node }}\"
      restartPolicy: ${RESTART}
      containers:
      - name: app
        image: registry.example.com/app:${TAG}
        imagePullPolicy: $(PULL_POLICY)
        env:
        - name: HOST
          value: $(HOST_IP):${PORT}
        ports:
        - containerPort: ${PORT}
        resources:
          limits:
            memory: ${MEMORY}
---
apiVersion: v1
kind: Service
metadata:
  name: ${app_name}
spec:
  type: ${SERVICE_TYPE}
  clusterIP: ${CLUSTER_IP}
  selector:
    app: ${app_name}
  ports:
  - port: ${PORT}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: tidy
spec:
  schedule: \"${SCHEDULE}\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: tidy
            image: registry.example.com/tidy:1.4.2
"#;

#[test]
fn what_is_filled_in_later_is_not_judged() {
    assert_eq!(check(usual(), FLUX), [""; 0]);
}

#[test]
fn each_is_reported_once_where_the_rule_is_on() {
    let mut config = usual();
    config.select(Selector::named("placeholder-left").unwrap());
    let found = check(config, FLUX);
    assert!(
        found.iter().all(|it| it.starts_with("placeholder-left: ")),
        "{found:#?}"
    );
    // Every value with one, but that of the variable.
    let values = FLUX
        .lines()
        .filter(|it| it.contains(['$', '{']) && !it.contains("value:"));
    assert_eq!(found.len(), values.count(), "{found:#?}");
}

#[test]
fn another_pattern_takes_the_place_of_the_usual_ones() {
    let text = |value| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{ports: [{{port: {value}}}]}}\n"
        )
    };
    let mut config = usual();
    config.placeholders = Placeholders::new(vec![Regex::new("@[A-Z]+@").unwrap()]);
    assert_eq!(check(config.clone(), &text("'@PORT@'")), [""; 0]);
    assert_eq!(check(config, &text("'${PORT}'")).len(), 1);
    assert_eq!(check(usual(), &text("'${PORT}'")), [""; 0]);
}

#[test]
fn what_has_no_placeholder_is_judged_beside_one_that_has() {
    let text = FLUX.replace("replicas: ${replicas:=2}", "replicas: two");
    let found = check(usual(), &text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("api-type: replicas must be an integer"));
}
