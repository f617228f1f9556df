//! What the binary itself must be.

/// A parser of untrusted input keeps address randomisation.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[test]
fn it_is_position_independent() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_plimsoll")).unwrap();
    assert_eq!(&bytes[..4], b"\x7fELF");
    // The type of the file: 3 is one that may be loaded anywhere.
    assert_eq!(u16::from_ne_bytes([bytes[16], bytes[17]]), 3);
}
