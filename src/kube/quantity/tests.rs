//! What quantities mean, and that arithmetic on them is exact.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn q(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

#[test]
fn suffixes_are_powers_of_ten_and_of_two() {
    let nano = |text| q(text).nano();
    assert_eq!(nano("1n"), 1);
    assert_eq!(nano("1u"), 1_000);
    assert_eq!(nano("1m"), 1_000_000);
    assert_eq!(nano("1k"), 1_000 * UNIT);
    assert_eq!(nano("1E"), 10_i128.pow(18) * UNIT);
    assert_eq!(nano("1Ki"), 1024 * UNIT);
    assert_eq!(nano("3Ei"), 3 * (1 << 60) * UNIT);
    assert_eq!(nano("1e3"), nano("1E3"));
    assert_eq!(nano("1e+3"), nano("1k"));
    assert_eq!(nano("1e-3"), nano("1m"));
    assert_eq!(nano("+.5"), nano("500m"));
    assert_eq!(nano("5."), nano("5"));
    assert_eq!(nano("-1.5Gi"), -nano("1536Mi"));
    assert_eq!(nano("1e4294967296"), UNIT);
}

#[test]
fn fractions_are_rounded_up_and_big_ones_capped() {
    assert_eq!(q("0.0000000001").nano(), 1);
    assert_eq!(q("-0.0000000001").nano(), -1);
    assert_eq!(q("1.0000000001Ki").nano(), 1024 * UNIT + 103);
    assert_eq!(q("0.00000000000000000000001Ei").nano(), 11530);
    assert_eq!(q("8Ei").nano(), i128::from(i64::MAX) * UNIT);
    assert_eq!(q("100000000000000000000000Ki"), q("9223372036854775807"));
    assert_eq!(q("1e100").value(), i64::MAX);
    assert_eq!(q("1e-2147483648").nano(), 1);
    assert_eq!(q("1.5").value(), 2);
    assert_eq!(q("-1.5").value(), -2);
    assert_eq!(q("100u").milli_value(), 1);
    assert_eq!(q("2.5").milli_value(), 2500);
}

#[test]
fn odd_texts_are_zero_for_kubernetes() {
    for text in [
        "0", "-", "+", ".", "-.", "00", "0.0", "Ki", "m", "e5", "-0Gi",
    ] {
        assert!(q(text).is_zero(), "{text}");
    }
}

#[test]
fn what_is_no_quantity_is_refused_with_its_reason() {
    use QuantityError::{Format, Numeric, Suffix};
    for (text, error) in [
        ("", Format),
        ("1 Gi", Format),
        (" 1", Format),
        ("1.2.3", Format),
        ("--1", Suffix),
        ("1,5", Format),
        ("1Gb", Format),
        ("1kb", Format),
        ("ten", Format),
        ("1١", Format),
        ("1K", Suffix),
        ("1ki", Suffix),
        ("1gi", Format),
        ("1MM", Suffix),
        ("1e", Suffix),
        ("1e-", Suffix),
        ("1Gi5", Suffix),
        ("1e9223372036854775808", Suffix),
        ("e-10", Numeric),
        (".e-10", Numeric),
    ] {
        assert_eq!(Quantity::parse(text), Err(error), "{text}");
    }
    assert_eq!(Quantity::parse_field(" 1\t"), Ok(q("1")));
}

#[test]
fn the_canonical_form_has_the_largest_suffix() {
    for (text, canonical) in [
        ("1.5", "1500m"),
        ("1024Ki", "1Mi"),
        ("1.5Gi", "1536Mi"),
        ("1000m", "1"),
        ("1000k", "1M"),
        ("0.5Ki", "512"),
        ("1.1Ki", "1126400m"),
        ("2e3", "2e3"),
        ("2000e1", "20e3"),
        ("12e-1", "1200e-3"),
        ("-1Ki", "-1Ki"),
        ("1000E", "1"),
        ("8Ei", "9223372036854775807"),
    ] {
        assert_eq!(q(text).to_string(), canonical, "{text}");
    }
    assert_eq!(q("1.500").printed("1.500"), "1.500");
    assert_eq!(q("+5Ki").printed("+5Ki"), "+5Ki");
    assert_eq!(q("1.5").printed("1.5"), "1500m");
}

#[test]
fn sums_keep_the_format_of_the_first_that_is_not_zero() {
    let total: Quantity = ["0", "1Gi", "512Mi", "1k"].map(q).into_iter().sum();
    assert_eq!(total.nano(), (1536 * 1024 * 1024 + 1000) * UNIT);
    assert_eq!(total.format(), Format::BinarySi);
    assert_eq!((q("1Gi") - q("512Mi")).to_string(), "512Mi");
    assert_eq!((q("250m") * 3).to_string(), "750m");
    assert_eq!(-q("250m"), q("-250m"));
    assert!(q("0.1") < q("101m") && q("1k") == q("1000"));
}

proptest! {
    #[test]
    fn canonical_text_reads_back(text in "[+-]?[0-9]{1,10}(\\.[0-9]{0,12})?(n|u|m||k|M|G|Ki|Mi|Gi|e3|E-2)") {
        let first = q(&text);
        let canonical = first.to_string();
        let again = q(&canonical);
        prop_assert_eq!(first, again);
        prop_assert_eq!(again.to_string(), canonical);
    }

    #[test]
    fn nothing_panics(text in "[+\\-.0-9eEinumkKMGTP]{0,60}") {
        let _ = Quantity::parse(&text).map(|quantity| (quantity.to_string(), quantity.value()));
    }

    #[test]
    fn sums_and_differences_undo_each_other(a in any::<i64>(), b in any::<i64>()) {
        let (a, b) = (Quantity::from_milli(a), Quantity::from_milli(b));
        prop_assert_eq!(a + b - b, a);
        prop_assert_eq!(a < b, (a - b).is_negative());
    }
}
