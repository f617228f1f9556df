fn main() {
    for path in std::env::args().skip(1) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let s = plimsoll::source::Source::new(path, text);
        for l in plimsoll::parse::lines(&s) {
            println!("{l}");
        }
        for f in plimsoll::parse::parse(&s, 0).findings {
            let p = s.position(f.place.span.start);
            println!(
                "{}:{}: {} {:?} [{}] {:?}",
                p.line,
                p.column,
                f.message,
                f.place.span.text(s.text()),
                f.rule,
                f.help
            );
        }
    }
}
