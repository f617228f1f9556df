//! `feature-removed`: removed in a newer Kubernetes.

use crate::resolve::view::Workload;
use crate::rule::{Category, Check, Cx, Node, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "feature-removed",
    summary: "removed in a newer Kubernetes",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Kubernetes removes fields of unstable versions, and code behind fields that stay. A
removed volume plugin is the worse case: the API server accepts the volume, and the
pod stays in `ContainerCreating`. Use a CSI driver instead, through a claim or a `csi`
volume.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
volumes:
- name: data
  glusterfs:
# ^^^^^^^^^ volume plugin glusterfs was removed in Kubernetes 1.26
    endpoints: gluster
    path: data
```

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
volumes:
- name: site
  gitRepo:
# ^^^^^^^ volume plugin gitRepo was removed in Kubernetes 1.36
    repository: https://git.example.com/site.git
```

```yaml bad kubernetes=1.28-1.31
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes: [ReadWriteOnce]
  rbd:
# ^^^ volume plugin rbd was removed in Kubernetes 1.31
    image: data
    monitors: [192.0.2.1]
```

```yaml bad kubernetes=1.30-1.31
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
  - name: app
    image: registry.example.com/app:1.4.2
  resourceClaims:
  - name: gpu
    source:
#   ^^^^^^ field "source" was removed in Kubernetes 1.31
      resourceClaimName: gpu
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
volumes:
- name: data
  emptyDir: {}
  glusterfs: null
```

```yaml bad
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: kubernetes.io/rbd
#            ^^^^^^^^^^^^^^^^^ provisioner kubernetes.io/rbd was removed in Kubernetes 1.31
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
volumes:
- name: data
  csi:
    driver: rbd.csi.ceph.com
```
"##,
};

/// Volume sources whose plugins were removed, each with the first minor without it:
/// the folders of `pkg/volume` and the warnings of `pkg/api/pod` in Kubernetes.
const PLUGINS: [(&str, u8); 9] = [
    ("cephfs", 31),
    ("flocker", 25),
    // Its gate is locked to off since then.
    ("gitRepo", 36),
    ("glusterfs", 26),
    ("photonPersistentDisk", 16),
    ("quobyte", 25),
    ("rbd", 31),
    ("scaleIO", 22),
    ("storageos", 25),
];

/// The provisioners of these plugins.
const PROVISIONERS: [(&str, u8); 7] = [
    ("kubernetes.io/flocker", 25),
    ("kubernetes.io/glusterfs", 26),
    ("kubernetes.io/photon-pd", 16),
    ("kubernetes.io/quobyte", 25),
    ("kubernetes.io/rbd", 31),
    ("kubernetes.io/scaleio", 22),
    ("kubernetes.io/storageos", 25),
];

/// Annotations for what is now a field of the pod.
const ANNOTATIONS: [(&str, u8, &str); 4] = [
    (
        "pod.alpha.kubernetes.io/init-containers",
        8,
        "spec.initContainers",
    ),
    (
        "pod.beta.kubernetes.io/init-containers",
        8,
        "spec.initContainers",
    ),
    ("scheduler.alpha.kubernetes.io/affinity", 8, "spec.affinity"),
    (
        "scheduler.alpha.kubernetes.io/tolerations",
        8,
        "spec.tolerations",
    ),
];

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    if let Some(pod) = Workload::new(*resource).and_then(|it| it.pod()) {
        for volume in pod.volumes() {
            plugin(volume.node, cx);
        }
        annotations(pod.node, cx);
    }
    if resource.is("", "PersistentVolume")
        && let Some(spec) = resource.spec()
    {
        plugin(spec, cx);
    }
    if resource.is("storage.k8s.io", "StorageClass")
        && let Some(node) = resource.node.get("provisioner")
        && let Some((name, gone)) = PROVISIONERS.iter().find(|it| node.as_str() == Some(it.0))
        && cx.reaches(*gone)
    {
        let message = format!("provisioner {name} was removed in Kubernetes 1.{gone}");
        cx.report(node, message).help("use a CSI driver");
    }
}

fn plugin(volume: Node<'_>, cx: &mut Cx<'_>) {
    for (name, gone) in PLUGINS {
        let entry = volume.entry(name).filter(|it| !it.value.is_null());
        if let Some(entry) = entry.filter(|_| cx.reaches(gone)) {
            let message = format!("volume plugin {name} was removed in Kubernetes 1.{gone}");
            cx.report(entry.value, message)
                .at(entry.key.place())
                .help(match name {
                    "gitRepo" => "clone into an `emptyDir` in an init container",
                    _ => "use a CSI driver",
                });
        }
    }
}

fn annotations(pod: Node<'_>, cx: &mut Cx<'_>) {
    let Some(annotations) = pod.at(&["metadata", "annotations"]) else {
        return;
    };
    for (name, gone, field) in ANNOTATIONS {
        if let Some(entry) = annotations.entry(name).filter(|_| cx.reaches(gone)) {
            let message = format!("annotation {name} has no effect since Kubernetes 1.{gone}");
            cx.report(entry.value, message)
                .at(entry.key.place())
                .help(format!("set {field}"));
        }
    }
}
