//! `sts-retention-delete`: claims that are deleted with their pods, and the data on them.

use crate::listed::listed;
use crate::rule::{Category, Check, Cx, Forecast, Node, Rule, Severity};
use crate::simulate::Part;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "sts-retention-delete",
    summary: "scaling or deleting a StatefulSet deletes its data",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Forecast(check),
    docs: r##"
By default a StatefulSet keeps the claims of deleted pods, so that they find their
data when they come back. `persistentVolumeClaimRetentionPolicy` can delete the claims
as well: `whenScaled: Delete` on each reduction of `replicas`, also by an autoscaler,
and `whenDeleted: Delete` together with the object.

```yaml bad
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  persistentVolumeClaimRetentionPolicy:
    whenScaled: Delete
#               ^^^^^^ scaling down deletes the claim (data) of each removed pod, and the data on it
    whenDeleted: Delete
#                ^^^^^^ deleting `db` deletes its 3 claims (data) and the data on them
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: postgres:18.1
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 10Gi
```

```yaml good
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  persistentVolumeClaimRetentionPolicy:
    whenScaled: Retain
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: postgres:18.1
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 10Gi
```
"##,
};

fn check(forecast: &Forecast<'_>, cx: &mut Cx<'_>) {
    let Part::StatefulSet(part) = &forecast.part else {
        return;
    };
    let spec = forecast.resource.spec();
    let policy = spec.and_then(|it| it.get("persistentVolumeClaimRetentionPolicy"));
    let Some(policy) = policy.filter(|_| part.claims > 0) else {
        return;
    };
    let templates = spec.and_then(|it| it.get("volumeClaimTemplates"));
    let names = templates.into_iter().flat_map(Node::items);
    let names = names.filter_map(|it| it.at(&["metadata", "name"])?.as_str());
    let names = listed(names);
    let deletes = |key: &str| policy.get(key).filter(|it| it.as_str() == Some("Delete"));
    if let Some(node) = deletes("whenScaled") {
        let message = format!(
            "scaling down deletes the claim ({names}) of each removed pod, and the data on it"
        );
        cx.report(node, message)
            .help("use `Retain`, and delete claims by hand");
    }
    if let Some(node) = deletes("whenDeleted") {
        let name = forecast.resource.name();
        let claims = match part.claims {
            1 => "its claim".to_owned(),
            count => format!("its {count} claims"),
        };
        let message = format!("deleting `{name}` deletes {claims} ({names}) and the data on them");
        cx.report(node, message)
            .help("use `Retain`, and delete claims by hand");
    }
}
