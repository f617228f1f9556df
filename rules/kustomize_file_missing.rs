//! `kustomize-file-missing`: a kustomization names a file that does not exist.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "kustomize-file-missing",
    summary: "a kustomization names a file that does not exist",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/kustomization"),
    docs: r##"
`kustomize build` fails at the first path that it cannot load. Paths are relative to
the folder of the kustomization. URLs, repositories, inline patches and paths with a
placeholder are skipped, and so are files that `.gitignore` excludes, because they are
generated. A missing file of a Secret is only a warning.

```yaml bad file=overlays/test/kustomization.yaml
resources:
- ../../base
- config.yml
# ^^^^^^^^^^ no such file or folder: config.yml
- https://example.com/deployment.yaml
- github.com/acme/charts//web?ref=v1.4.2
patches:
- path: replicas.yaml
#       ^^^^^^^^^^^^^ no such file: replicas.yaml
configMapGenerator:
- name: app
  files:
  - settings.json=app/settings.json
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no such file: app/settings.json
```

```yaml bad file=base/kustomization.yaml
resources:
- config.yaml
```

```yaml bad file=base/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```

```yaml good file=kustomization.yaml
resources:
- config.yaml
```

```yaml good file=config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```
"##,
};
