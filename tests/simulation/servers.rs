//! The app's backend and the host: what they know, and what they make of what arrives.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::sabotage::Sabotage;

/// A file's identity: its idempotency key, its name and its bytes in one.
pub type Key = u32;

#[derive(Debug, Default)]
pub struct Servers {
    /// Whose each upload URL is, and whether it was used.
    urls: Vec<(Key, bool)>,
    /// Media objects of each file, with the bytes that are stored.
    stored: BTreeMap<Key, Vec<(String, u64)>>,
    /// How often one URL stored a file.
    pub most_stores: u32,
    sabotage: Option<Sabotage>,
}

/// What the host does with a whole body.
pub enum Received {
    Media(Value),
    Gone,
}

impl Servers {
    pub fn new(sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, ..Self::default() }
    }

    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }

    /// The media object of a file, where the servers know its key again.
    pub fn known(&self, key: Key, idempotent: bool) -> Option<Value> {
        let is_known = idempotent && !self.is(Sabotage::ForgetsKeys);
        self.stored.get(&key).filter(|_| is_known)?.first().map(|(id, _)| json!({ "id": id }))
    }

    pub fn create_url(&mut self, key: Key) -> String {
        if !self.is(Sabotage::OneUrlForAll) || self.urls.is_empty() {
            self.urls.push((key, false));
        }
        format!("https://host/{}", self.urls.len() - 1)
    }

    /// A whole body has arrived at a URL.
    pub fn receive(&mut self, url: &str, key: Key, size: u64, idempotent: bool) -> Received {
        let number: usize = url.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let was_used = std::mem::replace(&mut self.urls[number].1, true);
        if was_used && !self.is(Sabotage::OneUrlForAll) {
            return Received::Gone;
        }
        if was_used {
            self.most_stores = 2;
        }
        if let Some(media) = self.known(key, idempotent) {
            return Received::Media(media);
        }
        let id = format!("m{key}-{}", self.copies(key));
        if !self.is(Sabotage::StoresNothing) {
            self.stored.entry(key).or_default().push((id.clone(), size));
        }
        Received::Media(json!({ "id": id }))
    }

    /// Whether this very media object is stored for this file, to the last byte.
    pub fn has(&self, key: Key, media: &Value, size: u64) -> bool {
        let is_it = |(id, bytes): &(String, u64)| media["id"] == id.as_str() && *bytes == size;
        self.stored.get(&key).is_some_and(|objects| objects.iter().any(is_it))
    }

    pub fn copies(&self, key: Key) -> usize {
        self.stored.get(&key).map_or(0, Vec::len)
    }

    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.stored.keys().copied()
    }
}
