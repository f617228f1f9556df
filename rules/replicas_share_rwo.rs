//! `replicas-share-rwo`: several replicas with a volume for one node.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "replicas-share-rwo",
    summary: "several replicas share a claim that only one node can mount",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A claim with only `ReadWriteOnce` can be mounted by the pods of one node,
`ReadWriteOncePod` by one pod. Replicas that are scheduled to other nodes stay in
`ContainerCreating` with a multi-attach error. If each replica needs its own data, use
a StatefulSet with `volumeClaimTemplates`; if they share it, the claim needs
`ReadWriteMany` and a class that supports it. Volumes that are never attached to a
node, such as `nfs` and `hostPath`, are not reported.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  replicas: 2
  selector:
    matchLabels:
      app: wiki
  template:
    metadata:
      labels:
        app: wiki
    spec:
      containers:
      - name: wiki
        image: ghcr.io/acme/wiki:1.4.2
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: wiki
#                    ^^^^ the 2 replicas share claim `wiki`, which is `ReadWriteOnce`: only replicas on one node start
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  replicas: 2
  selector:
    matchLabels:
      app: wiki
  template:
    metadata:
      labels:
        app: wiki
    spec:
      containers:
      - name: wiki
        image: ghcr.io/acme/wiki:1.4.2
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: wiki
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki
spec:
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 1Gi
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  replicas: 2
  selector:
    matchLabels:
      app: wiki
  template:
    metadata:
      labels:
        app: wiki
    spec:
      containers:
      - name: wiki
        image: ghcr.io/acme/wiki:1.4.2
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: wiki
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: wiki
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  capacity:
    storage: 1Gi
  nfs:
    server: nfs.example.com
    path: /wiki
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for workload in bundle.workloads() {
        let (true, Some(pod)) = (workload.kind.has_replicas(), workload.pod()) else {
            continue;
        };
        let mut replicas = workload.replicas().value;
        for autoscaler in bundle.autoscalers_of(workload) {
            // The default of KEDA is not a number that anybody chose.
            if bundle.are_near(&autoscaler.resource, &workload.resource) {
                let most = autoscaler.max_replicas();
                replicas = replicas.max(most.node.map_or(1, |_| most.value));
            }
        }
        if replicas < 2 {
            continue;
        }
        for claim in bundle.exclusive_claims(&pod) {
            let those = if claim.one_pod {
                "one of them starts"
            } else {
                "replicas on one node start"
            };
            let message = format!(
                "the {replicas} replicas share claim `{}`, which is `{}`: only {those}",
                claim.reference.name,
                claim.mode()
            );
            let instead = match workload.kind {
                WorkloadKind::StatefulSet => "use `volumeClaimTemplates`",
                _ => "use a StatefulSet with `volumeClaimTemplates`",
            };
            cx.report_on(&workload.resource, claim.reference.node, message)
                .help(format!("{instead}, or a claim with `ReadWriteMany`"))
                .related(claim.modes, "the claim");
        }
    }
}
