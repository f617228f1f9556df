//! What the committed table holds.

use super::*;

#[test]
fn the_table_covers_its_minors() {
    let catalog = Catalog::builtin();
    let minors: Vec<Minor> = catalog.minors().collect();
    assert_eq!(minors.first(), Some(&Minor::new(22)));
    assert!(minors.contains(&Minor::new(25)));
    assert!(catalog.newest() >= Minor::new(37));
    for minor in minors {
        let served = catalog.kinds().filter(|it| it.type_in(minor).is_some());
        assert!(served.count() > 100, "{minor}");
    }
    assert!(BUILT_IN.len() < 400_000);
}

#[test]
fn a_kind_is_found_with_its_type_scope_and_resource() {
    let catalog = Catalog::builtin();
    let kind = catalog.kind_of("apps/v1", "Deployment").unwrap();
    assert_eq!(kind.plural(), Some("deployments"));
    assert_eq!(kind.is_namespaced(), Some(true));
    assert_eq!(kind.introduced(), Some(Minor::new(9)));
    assert_eq!(kind.removed(), None);
    let node = catalog.kind_of("v1", "Node").unwrap();
    assert_eq!(node.is_namespaced(), Some(false));
    assert!(catalog.kind_of("v1", "Deployment").is_none());
    assert!(catalog.kind_of("apps/v1", "deployment").is_none());
}

#[test]
fn lives_end_with_a_replacement() {
    let catalog = Catalog::builtin();
    let old = catalog.kind_of("batch/v1beta1", "CronJob").unwrap();
    assert_eq!(old.deprecated(), Some(Minor::new(21)));
    assert_eq!(old.removed(), Some(Minor::new(25)));
    let new = old.replacement().unwrap();
    assert_eq!(
        (new.group, new.version, new.kind),
        ("batch", "v1", "CronJob")
    );
    assert!(old.type_in(Minor::new(24)).is_some());
    assert!(old.type_in(Minor::new(25)).is_none());
    let oldest = catalog.kind_of("extensions/v1beta1", "Deployment").unwrap();
    assert_eq!(oldest.removed(), Some(Minor::new(16)));
    assert_eq!(oldest.is_namespaced(), Some(true));
}

fn field<'c>(catalog: &'c Catalog, kind: &str, path: &[&str]) -> Field<'c> {
    let api_version = if kind == "Deployment" {
        "apps/v1"
    } else {
        "v1"
    };
    let root = catalog
        .type_of(catalog.newest(), api_version, kind)
        .unwrap();
    let (last, above) = path.split_last().unwrap();
    let step = |at: TypeRef<'c>, name: &&str| {
        let object = at.innermost().as_object().unwrap();
        object.field(name).unwrap().value_type()
    };
    let at = above.iter().fold(root, step);
    at.innermost().as_object().unwrap().field(last).unwrap()
}

#[test]
fn fields_have_types_formats_defaults_and_values() {
    let catalog = Catalog::builtin();
    let replicas = field(&catalog, "Deployment", &["spec", "replicas"]);
    assert!(matches!(replicas.value_type().shape(), Shape::Int32));
    assert_eq!(replicas.default_json(), Some("1"));
    assert!(!replicas.is_required());
    assert!(field(&catalog, "Deployment", &["spec", "selector"]).is_required());
    let ports = field(&catalog, "Pod", &["spec", "containers", "ports"]);
    let Shape::List(list) = ports.value_type().shape() else {
        panic!("ports are a list");
    };
    assert_eq!(list.list_type(), Some(ListType::Map));
    assert!(list.keys().eq(["containerPort", "protocol"]));
    assert_eq!(list.patch_key(), Some("containerPort"));
    let protocol = field(
        &catalog,
        "Pod",
        &["spec", "containers", "ports", "protocol"],
    );
    assert_eq!(protocol.default_json(), Some("\"TCP\""));
    let Shape::String(names) = protocol.value_type().shape() else {
        panic!("a protocol is a string");
    };
    assert!(names.iter().eq(["SCTP", "TCP", "UDP"]));
    let data = field(&catalog, "Secret", &["data"])
        .value_type()
        .innermost();
    assert!(matches!(data.shape(), Shape::Bytes));
    let limits = field(
        &catalog,
        "Pod",
        &["spec", "containers", "resources", "limits"],
    );
    assert!(matches!(
        limits.value_type().innermost().shape(),
        Shape::Quantity
    ));
    assert_eq!(
        list.element().as_object().map(Object::name),
        Some("ContainerPort")
    );
}

#[test]
fn every_type_is_whole() {
    let catalog = Catalog::builtin();
    let table = &catalog.table;
    for id in 0..table.type_count() {
        let at = TypeRef { table, id };
        if let Shape::Object(object) = at.shape() {
            // The walker keeps the fields that it has seen in the bits of a word.
            assert!(object.field_count() <= 64, "{}", object.name());
            let names: Vec<&str> = object.fields().map(Field::name).collect();
            assert!(names.is_sorted(), "{}", object.name());
            for name in names {
                assert_eq!(object.field(name).map(Field::name), Some(name));
            }
        }
        assert!(at.innermost().id() < table.type_count());
    }
}
