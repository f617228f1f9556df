//! Virtual time: what happens later, in order. No clock of any machine is read.

use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Where virtual time starts unless told otherwise: 2026-01-01T00:00:00Z. Any
/// point will do, as long as it is always the same one.
pub const START: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Events to come. Those of one instant come out in the order they went in, so
/// that a run never depends on anything but its input.
#[derive(Clone, Debug)]
pub struct Queue<E> {
    waiting: BinaryHeap<Reverse<Entry<E>>>,
    next: u64,
}

#[derive(Clone, Debug)]
struct Entry<E> {
    at: Timestamp,
    number: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (Timestamp, u64) {
        (self.at, self.number)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self {
            waiting: BinaryHeap::new(),
            next: 0,
        }
    }
}

impl<E> Queue<E> {
    /// Lets `event` happen at that time.
    pub fn push(&mut self, at: Timestamp, event: E) {
        let number = self.next;
        self.next += 1;
        self.waiting.push(Reverse(Entry { at, number, event }));
    }

    /// The time of the next event.
    #[must_use]
    pub fn next_time(&self) -> Option<Timestamp> {
        self.waiting.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the next event, with its time.
    pub fn pop(&mut self) -> Option<(Timestamp, E)> {
        let Reverse(entry) = self.waiting.pop()?;
        Some((entry.at, entry.event))
    }

    /// Takes all events of the next instant, with that time.
    pub fn pop_instant(&mut self) -> Option<(Timestamp, Vec<E>)> {
        let (at, first) = self.pop()?;
        let mut events = vec![first];
        while self.next_time() == Some(at)
            && let Some((_, event)) = self.pop()
        {
            events.push(event);
        }
        Some((at, events))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn events_of_one_instant_keep_their_order() {
        let later = START.checked_add(1.second()).unwrap();
        let mut queue = Queue::default();
        queue.push(later, "c");
        queue.push(START, "a");
        queue.push(START, "b");
        assert_eq!(queue.pop_instant(), Some((START, vec!["a", "b"])));
        assert_eq!(queue.pop(), Some((later, "c")));
        assert_eq!(queue.pop_instant(), None);
    }
}
