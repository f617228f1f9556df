//! What came before: a set for values of an input whose number nobody bounds.
//!
//! Lists in manifests are short, so a few values are compared one by one; many are hashed,
//! with a seed that nobody who writes the input knows.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Deref;

/// Up to this many values are compared one by one.
const FEW: usize = 16;

/// Values in the order of the input, repeated ones included; it reads as a slice of them.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    all: Vec<T>,
    /// The same without repetitions, once there are many.
    many: HashSet<T>,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            many: HashSet::new(),
        }
    }
}

impl<T: Copy + Eq + Hash> Seen<T> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether `value` was added.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        match self.many.is_empty() {
            true => self.all.contains(value),
            false => self.many.contains(value),
        }
    }

    /// Adds `value`.
    pub fn push(&mut self, value: T) {
        self.all.push(value);
        if !self.many.is_empty() {
            self.many.insert(value);
        } else if self.all.len() > FEW {
            self.many.extend(self.all.iter().copied());
        }
    }

    /// Adds `value`; false if it was there.
    pub fn insert(&mut self, value: T) -> bool {
        let is_new = !self.contains(&value);
        self.push(value);
        is_new
    }
}

impl<T> Deref for Seen<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all
    }
}

impl<T: Copy + Eq + Hash> Extend<T> for Seen<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|it| self.push(it));
    }
}

impl<T: Copy + Eq + Hash> FromIterator<T> for Seen<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut seen = Self::new();
        seen.extend(values);
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_remembered() {
        for count in [0, 1, FEW, FEW + 1, 5 * FEW] {
            let seen: Seen<usize> = (0..count).chain(0..count).collect();
            assert_eq!(seen.is_empty(), count == 0);
            assert!((0..count).all(|it| seen.contains(&it)), "{count}");
            assert!(!seen.contains(&count), "{count}");
        }
        let mut seen = Seen::new();
        assert!(seen.insert("a"));
        assert!(!seen.insert("a"));
    }
}
