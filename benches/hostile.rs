//! What it costs to check input that was made to be expensive, at four sizes: seconds,
//! memory, and how fast both grow. An exponent of 1 is linear; above 1.3 the run fails.
//!
//! ```sh
//! cargo bench --bench hostile [-- NAME]
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark runs the program, and prints what it measured"
)]

#[path = "hostile/inputs.rs"]
mod inputs;

use inputs::{INPUTS, Input};
use plimsoll::read::LIMIT;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The sizes that are compared, as multiples of an input's own.
const SIZES: [usize; 4] = [1, 2, 4, 8];

/// More than linear by so much is a fault.
const MOST: f64 = 1.3;

/// Times below this are mostly the start of the program.
const FLOOR: f64 = 0.05;

/// A run that takes longer is stopped, and counts as a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds and MiB of one run; `None` if it did not end.
type Cost = Option<(f64, f64)>;

fn main() {
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let mut faults = 0;
    println!(
        "{:<24}{:>9}{:>34}{:>26}{:>10}",
        "input", "size", "seconds at 1, 2, 4, 8 times", "MiB at 1, 8 times", "exponent"
    );
    for input in INPUTS {
        if wanted.as_ref().is_none_or(|it| input.name.contains(&**it)) {
            faults += usize::from(!measure(input));
        }
    }
    if faults > 0 {
        println!("{faults} inputs cost more than they should");
        std::process::exit(1);
    }
}

/// Prints a line; false where the cost grows too fast.
fn measure(input: &Input) -> bool {
    let costs: Vec<Cost> = SIZES.iter().map(|it| run(input, input.size * it)).collect();
    let seconds: String = costs
        .iter()
        .map(|it| it.map_or("   never".to_owned(), |it| format!("{:>8.2}", it.0)))
        .collect();
    let (first, last) = (costs[0], costs[SIZES.len() - 1]);
    let (exponent, memory) = match (first, last) {
        (Some(first), Some(last)) => {
            let growth = last.0.max(FLOOR) / first.0.max(FLOOR);
            (growth.log2() / 3.0, format!("{:.0} {:.0}", first.1, last.1))
        }
        _ => (f64::INFINITY, "-".to_owned()),
    };
    println!(
        "{:<24}{:>9}{seconds:>34}{memory:>26}{exponent:>10.2}",
        input.name, input.size
    );
    exponent <= MOST
}

/// Whether all files in a folder are small enough to be checked: a run that leaves its input
/// out is a fast one.
fn is_read(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).expect("a scratch folder");
    let sizes = entries.map(|it| it.and_then(|it| it.metadata()).expect("a file").len());
    sizes.max().is_none_or(|it| it <= LIMIT as u64)
}

fn run(input: &Input, size: usize) -> Cost {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let arguments = (input.make)(folder.path(), size);
    assert!(
        is_read(folder.path()),
        "{}: a file is too large",
        input.name
    );
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak = 0.0f64;
    while child.try_wait().expect("its state is known").is_none() {
        peak = peak.max(resident(child.id()));
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Some((start.elapsed().as_secs_f64(), peak))
}

/// The most MiB that a process has held so far; 0 where the system does not tell.
fn resident(process: u32) -> f64 {
    let path = Path::new("/proc").join(process.to_string()).join("status");
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|it| it.split_whitespace().next());
    kibibytes
        .and_then(|it| it.parse::<f64>().ok())
        .unwrap_or_default()
        / 1024.0
}
