//! The README shows what the binary prints, and not what it once printed.
//! `PLIMSOLL_UPDATE=1 cargo test --test it readme::` writes it anew.

use std::path::Path;
use std::process::Command;

#[test]
fn commands_in_the_readme_print_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let fresh = refreshed(&text, root);
    if std::env::var_os("PLIMSOLL_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
        return;
    }
    assert_eq!(
        text, fresh,
        "PLIMSOLL_UPDATE=1 cargo test --test it readme::"
    );
}

/// `text` with every `console` block as it is now: its commands, and what they print.
fn refreshed(text: &str, root: &Path) -> String {
    let mut fresh = String::new();
    let mut is_console = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            is_console = line.trim_end() == "```console";
        }
        if !is_console || line.starts_with("```") {
            fresh.push_str(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            fresh.push_str(line);
            fresh.push_str(&printed(command.trim_end(), root));
        }
    }
    fresh
}

fn printed(command: &str, root: &Path) -> String {
    let names = ["cargo run --release -- ", "plimsoll "];
    let mut arguments = names.iter().filter_map(|name| command.strip_prefix(name));
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments.next().unwrap().split_whitespace())
        .current_dir(root)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env_remove("PLIMSOLL_OUTPUT_FORMAT")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
