//! Which files are checked, and what becomes of those that cannot be.

use plimsoll::walk::{Found, Options, walk};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const POD: &str = "apiVersion: v1\nkind: Pod\n";

/// A folder with those files in it; parents are made.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        put(folder.path(), file, POD);
    }
    folder
}

fn put(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Walks `paths`, taken relative to `folder`.
fn found(folder: &Path, paths: &[&str], options: Options) -> Found {
    let paths: Vec<PathBuf> = paths.iter().map(|it| folder.join(it)).collect();
    let base = Some(folder.to_path_buf());
    walk(&paths, &Options { base, ..options }).unwrap()
}

fn names(found: &Found) -> Vec<&str> {
    found.files.iter().map(|file| file.name.as_str()).collect()
}

#[test]
fn manifests_are_known_by_their_names_and_come_sorted() {
    let folder = folder(&[
        "b/z.yml",
        "a.yaml",
        "b/A.YAML",
        "b/c/x.json",
        "b.yaml",
        "README.md",
        "x.yaml.tmpl",
        "yaml",
    ]);
    let found = found(folder.path(), &[""], Options::default());
    assert_eq!(
        names(&found),
        ["a.yaml", "b/A.YAML", "b/c/x.json", "b/z.yml", "b.yaml"]
    );
    assert!(found.files.iter().all(|file| !file.named));
}

#[test]
fn what_is_named_is_taken_whatever_it_is_called() {
    let folder = folder(&["manifest.tmpl", ".hidden/.x.yaml", ".gitignore"]);
    put(folder.path(), ".gitignore", "*\n");
    let paths = [".hidden/.x.yaml", "manifest.tmpl"];
    let found = found(folder.path(), &paths, Options::default());
    assert_eq!(names(&found), paths);
    assert!(found.files.iter().all(|file| file.named));
}

#[test]
fn ignore_files_hold_inside_of_a_repository_or_not() {
    let folder = folder(&[
        "a.yaml",
        "out/b.yaml",
        "out/keep.yaml",
        "c.yaml",
        ".hid/d.yaml",
    ]);
    put(folder.path(), ".gitignore", "out/*\n!keep.yaml\n");
    put(folder.path(), ".ignore", "c.yaml\n");
    let found_by_default = found(folder.path(), &[""], Options::default());
    assert_eq!(names(&found_by_default), ["a.yaml", "out/keep.yaml"]);
    let all = Options {
        respect_gitignore: false,
        ..Options::default()
    };
    let found = found(folder.path(), &[""], all);
    assert_eq!(
        names(&found),
        ["a.yaml", "c.yaml", "out/b.yaml", "out/keep.yaml"]
    );
}

#[test]
fn exclusions_are_written_as_in_gitignore() {
    let folder = folder(&[
        "a.yaml",
        "x/a.yaml",
        "x/b.yaml",
        "vendor/c.yaml",
        "y/vendor/d.yaml",
    ]);
    let exclude = |globs: &[&str]| Options {
        exclude: globs.iter().map(|it| (*it).to_owned()).collect(),
        ..Options::default()
    };
    let names_of = |globs: &[&str]| {
        let found = found(folder.path(), &[""], exclude(globs));
        names(&found).join(" ")
    };
    assert_eq!(names_of(&["vendor/"]), "a.yaml x/a.yaml x/b.yaml");
    assert_eq!(
        names_of(&["/vendor"]),
        "a.yaml x/a.yaml x/b.yaml y/vendor/d.yaml"
    );
    assert_eq!(
        names_of(&["a.yaml", "!x/a.yaml", "vendor"]),
        "x/a.yaml x/b.yaml"
    );
    assert_eq!(names_of(&["x/**", "**/vendor/**"]), "a.yaml");
}

#[test]
fn a_named_path_wins_over_an_exclusion_unless_forced() {
    let folder = folder(&["vendor/a.yaml", "b.yaml"]);
    let mut options = Options {
        exclude: vec!["vendor".to_owned()],
        ..Options::default()
    };
    let paths = ["vendor/a.yaml", "b.yaml"];
    let named = found(folder.path(), &paths, options.clone());
    assert_eq!(names(&named), ["b.yaml", "vendor/a.yaml"]);
    options.force_exclude = true;
    let forced = found(folder.path(), &paths, options.clone());
    assert_eq!(names(&forced), ["b.yaml"]);
    let forced = found(folder.path(), &["vendor"], options);
    assert_eq!(names(&forced), [""; 0]);
}

#[test]
fn a_bad_glob_is_an_error() {
    let exclude = vec!["a{b".to_owned()];
    let options = Options {
        exclude,
        ..Options::default()
    };
    assert!(walk(&[], &options).is_err());
}

#[test]
fn the_same_file_comes_once() {
    let folder = folder(&["x/a.yaml", "x/b.yaml"]);
    let paths = ["x", "x/a.yaml", "x/../x/b.yaml", "./x"];
    let found = found(folder.path(), &paths, Options::default());
    assert_eq!(names(&found), ["x/a.yaml", "x/b.yaml"]);
}

#[test]
fn a_missing_path_has_a_hint_and_does_not_stop_the_others() {
    let folder = folder(&["deployment.yaml", "service.yaml"]);
    let found = found(
        folder.path(),
        &["deploymnet.yaml", "service.yaml", "nothing-like-it"],
        Options::default(),
    );
    assert_eq!(names(&found), ["service.yaml"]);
    let problems: Vec<_> = found
        .problems
        .iter()
        .map(|it| (it.message.as_str(), it.hint.as_deref()))
        .collect();
    let near = format!(
        "did you mean `{}`?",
        folder.path().join("deployment.yaml").display()
    );
    let missing = "no such file or folder";
    assert_eq!(problems, [(missing, Some(near.as_str())), (missing, None)]);
}

#[test]
fn the_templates_of_a_chart_are_left_out_and_named_once() {
    let folder = folder(&[
        "shop/values.yaml",
        "shop/crds/crd.yaml",
        "shop/templates/web.yaml",
        "shop/templates/sub/api.yaml",
        "shop/charts/db/templates/db.yaml",
        "plain/templates/web.yaml",
    ]);
    for chart in ["shop/Chart.yaml", "shop/charts/db/Chart.yaml"] {
        put(folder.path(), chart, "apiVersion: v2\nname: a\n");
    }
    let walked = found(folder.path(), &[""], Options::default());
    assert_eq!(
        names(&walked),
        [
            "plain/templates/web.yaml",
            "shop/Chart.yaml",
            "shop/charts/db/Chart.yaml",
            "shop/crds/crd.yaml",
            "shop/values.yaml",
        ]
    );
    let charts: Vec<_> = walked
        .charts
        .iter()
        .map(|(chart, left)| (chart.as_str(), left.len()))
        .collect();
    assert_eq!(charts, [("shop", 1), ("shop/charts/db", 1)]);

    let paths = [
        "shop/templates/web.yaml",
        "shop/templates/sub/api.yaml",
        "shop/templates",
    ];
    let named = found(folder.path(), &paths, Options::default());
    assert_eq!(names(&named), [""; 0]);
    assert_eq!(named.charts["shop"], paths);
}

#[test]
fn an_empty_chart_hides_no_template() {
    let folder = folder(&["shop/templates/web.yaml"]);
    put(folder.path(), "shop/Chart.yaml", "");
    let walked = found(folder.path(), &[""], Options::default());
    assert_eq!(
        names(&walked),
        ["shop/Chart.yaml", "shop/templates/web.yaml"]
    );
    assert!(walked.charts.is_empty());
}

/// What is left out although it may hold manifests, each with the reason.
fn unchecked(found: &Found) -> Vec<String> {
    let all = found.unchecked.iter();
    all.map(|it| format!("{}: {}", it.path, it.why.reason()))
        .collect()
}

#[test]
fn manifests_that_rules_or_a_dot_hide_are_named() {
    let folder = folder(&[
        "a.yaml",
        ".a.yaml",
        ".hidden/deep/b.json",
        ".git/c.yaml",
        "ignored/deep/d.yml",
        "ignored/readme.md",
        "e.yaml",
        "f.yaml",
        "g.yaml",
    ]);
    put(folder.path(), ".ignore", "ignored/\ne.yaml\nn.yaml\n");
    put(folder.path(), ".gitignore", "f.yaml\n");
    // These are no manifests by what they hold.
    put(folder.path(), ".github/workflows/ci.yaml", "on: push\n");
    put(folder.path(), "n.yaml", "a: b\n");
    let options = Options {
        exclude: vec!["g.yaml".to_owned()],
        ..Options::default()
    };
    let walked = found(folder.path(), &[""], options);
    assert_eq!(names(&walked), ["a.yaml"]);
    assert_eq!(
        unchecked(&walked),
        [
            ".a.yaml: hidden",
            ".hidden/deep/b.json: hidden",
            "e.yaml: excluded by .ignore",
            "f.yaml: excluded by .gitignore",
            "ignored/deep/d.yml: excluded by .ignore",
        ]
    );
}

#[test]
fn of_very_many_that_are_hidden_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..1100 {
        put(folder.path(), &format!(".a/{number}.yaml"), "a: b\n");
    }
    put(folder.path(), ".b/c.yaml", "a: b\n");
    let walked = found(folder.path(), &[""], Options::default());
    assert_eq!(unchecked(&walked), [".a: hidden", ".b: hidden"]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_followed_where_they_are_named_and_nowhere_else() {
        let folder = folder(&["real/a.yaml"]);
        let path = folder.path();
        symlink(path.join("real"), path.join("linked")).unwrap();
        symlink(path, path.join("real/loop")).unwrap();
        symlink(path.join("real/a.yaml"), path.join("real/b.yaml")).unwrap();
        symlink(path.join("nowhere"), path.join("real/c.yaml")).unwrap();
        let walked = found(path, &[""], Options::default());
        assert_eq!(
            (names(&walked), walked.problems.len()),
            (vec!["real/a.yaml"], 0)
        );
        // What they lead to is checked where it is.
        assert_eq!(unchecked(&walked), [""; 0]);
        let linked = found(path, &["linked"], Options::default());
        assert_eq!(names(&linked), ["linked/a.yaml"]);
        let file = found(path, &["real/b.yaml"], Options::default());
        assert_eq!(names(&file), ["real/b.yaml"]);
        let dangling = found(path, &["real/c.yaml"], Options::default());
        assert_eq!(dangling.problems.len(), 1);
    }

    #[test]
    fn links_that_lead_out_are_named() {
        let outside = folder(&["a.yaml"]);
        let folder = folder(&["b.yaml"]);
        let links = [
            (outside.path().join("a.yaml"), "a.yaml"),
            (outside.path().to_path_buf(), "all"),
            (PathBuf::from("/dev/zero"), "z.yaml"),
            (outside.path().join("a.yaml"), "README.md"),
        ];
        for (target, name) in links {
            symlink(target, folder.path().join(name)).unwrap();
        }
        let walked = found(folder.path(), &[""], Options::default());
        assert_eq!(names(&walked), ["b.yaml"]);
        assert_eq!(
            unchecked(&walked),
            [
                "a.yaml: symbolic link out of the folder",
                "all: symbolic link out of the folder",
                "z.yaml: not a regular file",
            ]
        );
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_a_problem_and_no_end() {
        let folder = folder(&["shut/a.yaml", "b.yaml"]);
        let shut = folder.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        let is_root = fs::read_dir(&shut).is_ok();
        let found = found(folder.path(), &[""], Options::default());
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        if is_root {
            // The superuser may read everything.
            assert_eq!(names(&found), ["b.yaml", "shut/a.yaml"]);
            return;
        }
        assert_eq!(names(&found), ["b.yaml"]);
        assert_eq!(found.problems[0].message, "permission denied");
    }
}
