//! What the shell knows of each file's upload, and what of it outlives the page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::checks::{Checked, Promise, ensure};
use crate::files::Key;
use crate::happening::Happening;
use crate::sabotage::Sabotage;
use crate::world::World;

/// What another visit finds.
#[derive(Clone, Copy, Debug)]
struct Saved {
    idem: u32,
    upload: Option<usize>,
    part_size: u64,
}

#[derive(Debug)]
pub struct Record {
    pub idem: u32,
    pub upload: Option<usize>,
    part_size: u64,
    /// The ETag and the checksum of each part.
    parts: BTreeMap<u32, (String, Option<String>)>,
    saved: Option<Saved>,
}

impl Record {
    pub const fn new(idem: u32) -> Self {
        Self { idem, upload: None, part_size: 0, parts: BTreeMap::new(), saved: None }
    }

    /// The answer to where the file goes, where that is known.
    pub fn target(&self) -> Option<Value> {
        let id = format!("u{}", self.upload?);
        Some(json!({
            "protocol": "multipart",
            "upload_id": id,
            "part_size": self.part_size,
            "begun": true,
            "endpoint": "https://app.example/api/uploads",
        }))
    }

    pub fn etags(&self) -> impl Iterator<Item = (u64, &str)> {
        self.parts.iter().map(|(number, (etag, _))| (u64::from(*number), etag.as_str()))
    }
}

pub type Memory = BTreeMap<Key, Record>;

impl World {
    pub fn record(&mut self, key: Key) -> &mut Record {
        let idem = &mut self.last_idem;
        self.memory.entry(key).or_insert_with(|| {
            *idem += 1;
            Record::new(*idem)
        })
    }

    /// An upload is there to go on with; `upload` where its parts are signed for it.
    pub fn keep_upload(&mut self, key: Key, upload: Option<usize>, part_size: u64) {
        let record = self.record(key);
        record.upload = upload;
        record.part_size = part_size;
    }

    pub fn keep_part(&mut self, key: Key, number: u32, etag: String, checksum: Option<String>) {
        let is_lost = self.is(Sabotage::PartIsNotKept) && number == 2;
        if !is_lost {
            self.record(key).parts.insert(number, (etag, checksum));
        }
    }

    /// From here on another visit finds it.
    pub fn save(&mut self, key: Key) {
        let record = self.record(key);
        let Record { idem, upload, part_size, .. } = *record;
        record.saved = Some(Saved { idem, upload, part_size });
    }

    pub fn forget(&mut self, key: Key) {
        let is_ignored = self.is(Sabotage::ForgetIsIgnored);
        let record = self.record(key);
        if !is_ignored {
            record.upload = None;
            record.parts.clear();
            record.saved = None;
        }
    }

    /// Has the backend give an upload up; `upload` where it was begun just now.
    pub fn abandon(&mut self, key: Key, upload: Option<usize>) {
        let upload = upload.or(self.record(key).upload);
        self.give_up(key);
        if let Some(upload) = upload {
            self.servers.uploads[upload].is_given_up = true;
            if !self.is(Sabotage::AbandonIsIgnored) {
                let wait = self.choices.wait(5);
                self.after(wait, Happening::GiveUp { upload });
            }
        }
        self.forget(key);
    }

    /// The page goes on with none of a file's uploads.
    pub fn give_up(&mut self, key: Key) {
        for upload in self.servers.uploads.iter_mut().filter(|upload| upload.facts.key == key) {
            upload.is_given_up |= upload.is_known;
        }
    }

    /// The backend is asked to give an upload up, and asked again until it has.
    pub fn delete(&mut self, upload: usize) {
        if !self.online || self.fault() {
            let wait = 1_000.0 + self.choices.wait(7);
            self.after(wait, Happening::GiveUp { upload });
        } else {
            self.servers.vanish(upload);
        }
    }

    /// Another visit begins with what was saved.
    pub fn recall(&mut self) {
        let is_lost = self.is(Sabotage::ReloadForgets);
        for (key, record) in &mut self.memory {
            let saved = record.saved.filter(|_| !is_lost);
            let (upload, part_size) =
                saved.map_or((None, 0), |saved| (saved.upload, saved.part_size));
            let idem = saved.map(|saved| saved.idem).unwrap_or_else(|| {
                self.last_idem += 1;
                self.last_idem
            });
            for (index, other) in self.servers.uploads.iter_mut().enumerate() {
                let is_saved = record.saved.is_some_and(|saved| {
                    saved.upload.is_none_or(|upload| upload == index) && saved.idem == other.idem
                });
                // Of what was not saved yet, a page that has crashed knows nothing.
                if other.facts.key == *key && !is_saved && !other.is_given_up {
                    other.is_known = false;
                }
            }
            *record = Record { idem, upload, part_size, parts: BTreeMap::new(), saved };
        }
    }

    /// Once all is calm, only what a page can go on with is open.
    pub fn check_open_uploads(&self) -> Checked {
        use crate::checks::Life::{Cancelled, Done};
        use crate::files::Way;
        use crate::pieces::State;
        for (index, upload) in self.servers.uploads.iter().enumerate() {
            let is_multipart = matches!(upload.facts.way, Way::Multipart { .. });
            if !is_multipart || !upload.is_known || upload.state != State::Open {
                continue;
            }
            let key = upload.facts.key;
            let is_wanted = self
                .files
                .values()
                .any(|known| known.facts.key == key && !matches!(known.life, Done | Cancelled));
            let is_kept = self.memory.get(&key).and_then(|record| record.upload) == Some(index);
            ensure(is_wanted && is_kept, Promise::NothingIsLeftOpen, || {
                format!("upload u{index} of {:?}", upload.facts)
            })?;
        }
        Ok(())
    }
}
