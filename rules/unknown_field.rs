//! `unknown-field`: a field that its type does not have.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unknown-field",
    summary: "a field that its type does not have",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
If fields are validated strictly, as `kubectl apply` requests, the API server refuses
the object. Otherwise it silently drops the field: the manifest says one thing and the
cluster does another. Names are compared exactly, including upper and lower case.

Most unknown fields are misspelt, or are one level too high or too low. The fix writes
the nearest name, or moves the lines with their comments to the only place where the
name is known; it is unsafe, because the field then takes effect.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  imagePullpolicy: Always
# ^^^^^^^^^^^^^^^ unknown field "imagePullpolicy"
```

```yaml fixed in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  imagePullPolicy: Always
```

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  # enough for now
  limits:
# ^^^^^^ unknown field "limits"
    memory: 64Mi
```

```yaml fixed in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  # enough for now
  resources:
    limits:
      memory: 64Mi
```

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  restartPolicy: Never
  nodeSelector: # the fast ones
# ^^^^^^^^^^^^ unknown field "nodeSelector"
    disk: ssd
```

```yaml fixed in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  restartPolicy: Never
nodeSelector: # the fast ones
  disk: ssd
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  resources:
    limits:
      memory: 64Mi
```

Fields that are indented too little leave the field above them empty:

```yaml bad in=container
readinessProbe:
  httpGet:
# ^^^^^^^ unknown fields "path", "port" beside httpGet, which is empty
  path: /ready
  port: 8080
```

```yaml fixed in=container
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
```
"##,
};
