//! Expressions that were read once, for all objects that they are asked of.

use super::Program;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Programs by their text.
#[derive(Debug, Default)]
pub struct Programs {
    known: RwLock<HashMap<String, Option<Arc<Program>>>>,
}

impl Programs {
    /// The program that `text` writes; `None` when it cannot be evaluated here.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Arc<Program>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = known.get(text) {
            return program.clone();
        }
        drop(known);
        let program = Program::new(text).ok().map(Arc::new);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(text.to_owned(), program.clone());
        program
    }
}
