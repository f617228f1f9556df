//! `api-warning`: something that the API server accepts with a warning.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-warning",
    summary: "something that the API server accepts with a warning",
    category: Category::Api,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server accepts the object and warns about fields that no longer have an
effect, values that it will round, or entries that hide each other. Users of `kubectl`
see these warnings; nobody sees them when a pipeline or a controller applies the
manifest. The text is the server's own, for the chosen version of Kubernetes.

If another rule reports the same problem of the same field, this one does not.

```yaml bad in=pod
volumes:
- name: cache
  projected:
    sources:
    - configMap: {name: app, items: [{key: a, path: conf}]}
    - secret: {name: app, items: [{key: b, path: conf/key}]}
    #                                            ^^^^^^^^ volume "cache" (Projected): overlapping paths: "conf/key" (Secret "app") with "conf" (ConfigMap "app")
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts: [{name: cache, mountPath: /cache}]
```

```yaml good in=pod
volumes:
- name: cache
  projected:
    sources:
    - configMap: {name: app, items: [{key: a, path: conf}]}
    - secret: {name: app, items: [{key: b, path: keys/key}]}
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts: [{name: cache, mountPath: /cache}]
```
"##,
};
