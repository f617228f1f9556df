//! `full`: for people. A heading, the lines in question with what is wrong
//! marked, the object, and what to do.

use super::excerpt::Excerpt;
use super::text::{BOLD, CYAN, DIM, PLAIN, Paint, RED, YELLOW};
use super::text::{count, paint, visible, width, wrap};
use super::{Format, RenderOptions, Run};
use crate::engine::Summary;
use crate::finding::{Finding, Place, Related, Severity};
use crate::source::Span;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use miette::{SourceCode, SourceSpan};
use std::fmt::{self, Write as _};
use std::io;

pub(super) const FORMAT: Format = Format {
    name: "full",
    summary: "for people: the affected lines, marked, and what to do (default)",
    commands: false,
    sums_up: true,
    write,
};

/// Lines between two marks that are shown rather than a second frame, which
/// would take four.
const NEAR: usize = 5;
/// Frames for related places; further ones are only named.
const FRAMES: usize = 3;

fn write(run: &Run<'_>, look: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = String::new();
    for finding in &run.report.findings {
        page.clear();
        Writer {
            run,
            look,
            page: &mut page,
        }
        .finding(finding);
        writeln!(out, "{page}")?;
    }
    if look.summary {
        let line = summary(&run.report.summary);
        writeln!(out, "{}", paint(&line, BOLD, look.color))?;
        if run.report.summary.unknown_kinds > 0 {
            let objects = count(run.report.summary.unknown_kinds, "object");
            writeln!(out, "{objects} of unknown kinds not checked.")?;
        }
        if let Some(line) = fixable(&run.report.findings) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The last line: what was found in how much.
fn summary(summary: &Summary) -> String {
    let scope = format!(
        "{} with {}",
        count(summary.files, "file"),
        count(summary.objects, "object")
    );
    let found: Vec<String> = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "info"),
    ]
    .into_iter()
    .filter(|&(n, _)| n > 0)
    .map(|(n, noun)| count(n, noun))
    .collect();
    let fixed = match summary.fixed {
        0 => String::new(),
        fixed => format!("Fixed {}. ", count(fixed, "finding")),
    };
    match found.as_slice() {
        [] if summary.files == 0 => "No Kubernetes object found.".to_owned(),
        [] => format!("{fixed}No problem found in {scope}."),
        [start @ .., last] if !start.is_empty() => {
            format!("{fixed}Found {} and {last} in {scope}.", start.join(", "))
        }
        all => format!("{fixed}Found {} in {scope}.", all.join("")),
    }
}

/// How much `--fix` would fix.
fn fixable(findings: &[Finding]) -> Option<String> {
    let fixes = || findings.iter().filter_map(|it| it.fix.as_ref());
    let safe = fixes().filter(|it| it.safe).count();
    match (safe, fixes().count() - safe) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} fixable with --fix.")),
        (0, risky) => Some(format!("{risky} fixable with --fix --unsafe-fixes.")),
        (safe, risky) => Some(format!(
            "{safe} fixable with --fix, {risky} more with --unsafe-fixes."
        )),
    }
}

fn color_of(severity: Severity) -> Paint {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    }
}

/// Writes one finding.
struct Writer<'a> {
    run: &'a Run<'a>,
    look: &'a RenderOptions,
    page: &'a mut String,
}

impl<'a> Writer<'a> {
    fn finding(&mut self, finding: &'a Finding) {
        let color = color_of(finding.severity);
        let label = format!("{}[{}]:", finding.severity, finding.rule);
        self.paragraph(&label, color, &finding.message, BOLD);
        let primary = Mark {
            span: finding.place.span,
            label: None,
        };
        let (near, far) = self.by_distance(finding);
        let marks: Vec<Mark<'_>> = std::iter::once(primary).chain(near).collect();
        self.frame(finding.place, finding.severity, &marks, &tail(finding));
        for (index, related) in far.into_iter().enumerate() {
            if index < FRAMES {
                let marks = [Mark::from(related)];
                self.frame(related.place, Severity::Info, &marks, &[]);
            } else {
                self.note(related);
            }
        }
        if let Some(help) = &finding.help {
            self.paragraph("  help:", CYAN, help, PLAIN);
        }
        if let Some(fix) = &finding.fix {
            let label = if fix.safe { "  fix:" } else { "  unsafe fix:" };
            self.paragraph(label, CYAN, &fix.title, PLAIN);
        }
    }

    /// The related places that fit into the frame of the finding itself, and the others.
    fn by_distance(&self, finding: &'a Finding) -> (Vec<Mark<'a>>, Vec<&'a Related>) {
        let source = self.run.source(finding.place);
        let line = source.line_of(finding.place.span.start);
        let (mut first, mut last) = (line, line);
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for related in &finding.related {
            let line = source.line_of(related.place.span.start);
            let is_near = related.place.source == finding.place.source
                && (first.saturating_sub(NEAR)..=last + NEAR).contains(&line);
            if is_near {
                (first, last) = (first.min(line), last.max(line));
                near.push(Mark::from(related));
            } else {
                far.push(related);
            }
        }
        (near, far)
    }

    /// The lines with `marks`, of which the first is what it is about.
    fn frame(&mut self, place: Place, severity: Severity, marks: &[Mark<'_>], tail: &[String]) {
        let source = self.run.source(place);
        let spans: Vec<Span> = marks.iter().map(|mark| mark.span).collect();
        // Beside the text are a line number, a bar and four spaces.
        let room = self.look.width.saturating_sub(12).max(40);
        let excerpt = Excerpt::new(source, &spans, room);
        let mut theme = self.theme();
        let tone = match severity {
            Severity::Error => theme.styles.error,
            Severity::Warning => theme.styles.warning,
            Severity::Info => theme.styles.advice,
        };
        let mut labels: Vec<_> = (0..)
            .zip(marks)
            .map(|(index, mark)| (excerpt.mark(source, mark.span), index, mark.label))
            .collect();
        labels.sort_by_key(|(span, index, _)| (span.offset(), *index));
        let tones = labels.iter().map(|&(_, index, _)| match index {
            0 => tone,
            _ => theme.styles.help,
        });
        theme.styles.highlights = tones.collect();
        let indent = " ".repeat(excerpt.digits() + 2);
        let corner = format!("{}{}", theme.characters.lbot, theme.characters.hbar);
        let frame = Frame {
            excerpt,
            labels: labels.into_iter().map(label).collect(),
        };
        self.page.push_str(&draw(&frame, theme));
        self.close(&indent, &corner, tail);
    }

    /// The last line of a frame, which says what object it is about.
    fn close(&mut self, indent: &str, corner: &str, tail: &[String]) {
        let joined = tail.join(": ");
        let fits = width(indent) + 3 + width(&joined) <= self.look.width;
        let lines = if fits { &[joined][..] } else { tail };
        if tail.is_empty() {
            let line = corner.chars().last().unwrap_or(' ');
            let _ = writeln!(self.page, "{indent}{corner}{line}{line}{line}");
        }
        let mut lead = corner;
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let line = format!("{lead} {}", visible(line));
            let line = paint(line.trim_end(), DIM, self.look.color);
            let _ = writeln!(self.page, "{indent}{line}");
            lead = "  ";
        }
    }

    fn theme(&self) -> GraphicalTheme {
        match (self.look.unicode, self.look.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        }
    }

    /// A related place without its lines.
    fn note(&mut self, related: &Related) {
        let source = self.run.source(related.place);
        let at = source.position(related.place.span.start);
        let text = format!(
            "{}:{}:{}: {}",
            source.name(),
            at.line,
            at.column,
            related.message
        );
        self.paragraph("  note:", BOLD, &text, PLAIN);
    }

    /// A label and a text that is wrapped and set in behind it.
    fn paragraph(&mut self, label: &str, color: Paint, text: &str, tone: Paint) {
        let indent = if label.starts_with(' ') {
            "        "
        } else {
            "    "
        };
        let first = (width(label) + 1).saturating_sub(indent.len());
        let limit = self.look.width.saturating_sub(indent.len());
        let mut lead = format!("{} ", paint(label, color, self.look.color));
        for line in wrap(text.trim_end(), limit, first) {
            let line = paint(&line, tone, self.look.color);
            let _ = writeln!(self.page, "{lead}{line}");
            lead.clear();
            lead.push_str(indent);
        }
    }
}

/// The object and the field, each on its line when they do not fit on one.
fn tail(finding: &Finding) -> Vec<String> {
    let object = finding.object.as_ref().map(ToString::to_string);
    let field = finding.field.clone();
    object.into_iter().chain(field).collect()
}

/// A place to mark in a frame, and what to write there.
struct Mark<'a> {
    span: Span,
    label: Option<&'a str>,
}

impl<'a> From<&'a Related> for Mark<'a> {
    fn from(related: &'a Related) -> Self {
        Self {
            span: related.place.span,
            label: Some(&related.message),
        }
    }
}

fn label((span, index, text): (SourceSpan, usize, Option<&str>)) -> LabeledSpan {
    let text = text.map(|text| visible(text).into_owned());
    match index {
        0 => LabeledSpan::new_primary_with_span(text, span),
        _ => LabeledSpan::new_with_span(text, span),
    }
}

/// What miette is asked to draw: lines and marks; the words around them are ours.
#[derive(Debug)]
struct Frame {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Frame {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The frame without the line for a message above it and the corner below it.
fn draw(frame: &Frame, theme: GraphicalTheme) -> String {
    let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(1);
    let mut drawn = String::new();
    // Writing to a string does not fail.
    let _ = handler.render_report(&mut drawn, frame);
    let lines = drawn.split_inclusive('\n').skip(1);
    let mut lines: Vec<&str> = lines.collect();
    lines.pop();
    lines.concat()
}
