//! Small mistakes in objects, the kinds that people make.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// A step from a value to one below it.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Makes mistakes, the same ones for the same seed.
pub(crate) struct Mutator {
    state: u64,
}

impl Mutator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of `objects` with one mistake, as JSON.
    pub(crate) fn mutation(&mut self, objects: &[Value]) -> String {
        let mut object = self.pick(objects).clone();
        let mut paths = Vec::new();
        collect(&object, &mut Vec::new(), &mut paths);
        let path = self.pick(&paths).clone();
        let mut duplicate = None;
        match self.below(6) {
            0 | 1 => self.flip(&mut object, &path),
            2 => self.rename(&mut object, &path),
            3 => self.misplace(&mut object, &path, &paths),
            4 => duplicate = Some(path),
            _ => replace(&mut object, &path, Value::Null),
        }
        let mut text = String::new();
        write(&object, &mut Vec::new(), duplicate.as_deref(), &mut text);
        text
    }

    fn flip(&mut self, object: &mut Value, path: &[Step]) {
        let values = [
            json!(true),
            json!(1),
            json!(1.5),
            json!(3.0),
            json!(-1),
            json!(3_000_000_000u64),
            json!(10_000_000_000_000_000_000u64),
            json!("x"),
            json!("1"),
            json!(""),
            json!("true"),
            json!("100 m"),
            json!("1Gi"),
            json!("2024-01-01T00:00:00Z"),
            json!("YQ=="),
            json!([]),
            json!({}),
            json!([null]),
            json!(["x"]),
            json!([1]),
            json!({"a": 1}),
            json!({"a": "b"}),
            json!([{}]),
            json!({"a": null}),
            json!(0),
            json!(1e21),
            json!("50%"),
        ];
        let value = self.pick(&values).clone();
        replace(object, path, value);
    }

    fn rename(&mut self, object: &mut Value, path: &[Step]) {
        let Some(Step::Key(key)) = path.last() else {
            return;
        };
        let letter = char::from(b'a' + u8::try_from(self.below(26)).unwrap());
        let new = match self.below(4) {
            0 => key.to_lowercase(),
            1 => key[..1].to_uppercase() + &key[1..],
            2 => format!("{key}{letter}"),
            _ => key.chars().skip(1).collect(),
        };
        let value = at(object, path).clone();
        let parent = at(object, &path[..path.len() - 1]).as_object_mut().unwrap();
        parent.shift_remove(key);
        parent.insert(new, value);
    }

    fn misplace(&mut self, object: &mut Value, path: &[Step], paths: &[Vec<Step>]) {
        let Some(Step::Key(key)) = path.last() else {
            return;
        };
        let value = at(object, path).clone();
        let target = self.pick(paths);
        if target.starts_with(path) {
            return;
        }
        if let Some(map) = at(object, target).as_object_mut() {
            map.entry(key.clone()).or_insert(value);
            let parent = at(object, &path[..path.len() - 1]).as_object_mut().unwrap();
            if target != &path[..path.len() - 1] {
                parent.shift_remove(key);
            }
        }
    }
}

fn collect(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let children: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, it)| (Step::Key(key.clone()), it))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, it)| (Step::Index(at), it))
            .collect(),
        _ => return,
    };
    for (step, child) in children {
        path.push(step);
        // What names the kind is no matter of shape.
        if ![["apiVersion"], ["kind"]]
            .iter()
            .any(|it| *path == [Step::Key(it[0].to_owned())])
        {
            found.push(path.clone());
        }
        collect(child, path, found);
        path.pop();
    }
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Index(index) => &mut value[*index],
    })
}

fn replace(object: &mut Value, path: &[Step], value: Value) {
    *at(object, path) = value;
}

/// Writes JSON; the entry at `duplicate` twice.
fn write(value: &Value, path: &mut Vec<Step>, duplicate: Option<&[Step]>, out: &mut String) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (index, (key, child)) in map.iter().enumerate() {
                path.push(Step::Key(key.clone()));
                let times = if duplicate == Some(path.as_slice()) {
                    2
                } else {
                    1
                };
                for time in 0..times {
                    let comma = if index + time > 0 { "," } else { "" };
                    let _ = write!(out, "{comma}{}:", Value::String(key.clone()));
                    write(child, path, duplicate, out);
                }
                path.pop();
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, child) in items.iter().enumerate() {
                path.push(Step::Index(index));
                if index > 0 {
                    out.push(',');
                }
                write(child, path, duplicate, out);
                path.pop();
            }
            out.push(']');
        }
        _ => {
            let _ = write!(out, "{value}");
        }
    }
}
