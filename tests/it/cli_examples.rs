//! The examples in `tests/cli/`: commands with what they print and how they exit.
//! `TRYCMD=overwrite cargo test --test it cli_examples::` writes what is printed now.

#[test]
fn commands_print_what_the_examples_say() {
    trycmd::TestCases::new()
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .case("tests/cli/*.trycmd");
}
