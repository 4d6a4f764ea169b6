//! What the browser saves of uploads for another visit, and what happens to aborted uploads.

use std::cell::Cell;
use std::collections::BTreeMap;

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Abort, Request, Saved, abort_retry};

use crate::checks::{Checked, Promise, ensure};
use crate::files::Key;
use crate::happening::Happening;
use crate::sabotage::Sabotage;
use crate::world::World;

/// The saved sessions of each file, the newest first.
pub type Memory = BTreeMap<Key, Vec<Saved>>;

thread_local! {
    static LAST_KEY: Cell<u32> = const { Cell::new(0) };
}

/// Returns a new idempotency key. Each has a number of its own.
pub fn new_key() -> String {
    LAST_KEY.set(LAST_KEY.get() + 1);
    format!("k{}", LAST_KEY.get())
}

/// Makes the next key the first again.
pub fn reset_keys() {
    LAST_KEY.set(0);
}

/// Returns the number of an idempotency key.
pub fn number_of(key: &str) -> u32 {
    key.strip_prefix('k').and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl World {
    /// Returns the sessions that earlier visits have saved of a file.
    pub fn saved(&self, key: Key) -> Vec<Saved> {
        self.memory.get(&key).cloned().unwrap_or_default()
    }

    /// Saves a session, so that another visit finds it. One that was forgotten meanwhile stays forgotten.
    pub fn remember(&mut self, id: FileId, key: Key, saved: Saved, is_new: bool) {
        self.remembered.insert(id, saved.key.clone());
        let all = self.memory.entry(key).or_default();
        let known = all.iter().position(|other| other.key == saved.key);
        if let Some(index) = known {
            all.remove(index);
        }
        if is_new || known.is_some() {
            all.insert(0, saved);
        }
    }

    /// Forgets the session that was last saved of a file.
    pub fn forget(&mut self, id: FileId) {
        if let Some(idempotency_key) = self.remembered.remove(&id) {
            self.erase(&idempotency_key);
        }
    }

    fn erase(&mut self, idempotency_key: &str) {
        let idem = number_of(idempotency_key);
        for upload in self.servers.uploads.iter_mut().filter(|upload| upload.idem == idem) {
            upload.is_given_up |= upload.is_known;
        }
        if !self.is(Sabotage::ForgetIsIgnored) {
            for all in self.memory.values_mut() {
                all.retain(|saved| saved.key != idempotency_key);
            }
        }
    }

    /// Asks the backend to abort an upload.
    pub fn abort(&mut self, abort: &Abort) -> Checked {
        self.erase(&abort.key);
        let Some(request) = &abort.request else { return Ok(()) };
        let upload = self.upload_behind(request)?;
        self.servers.uploads[upload].is_given_up = true;
        if !self.is(Sabotage::AbortIsIgnored) {
            let wait = self.choices.wait(5);
            self.after(wait, Happening::GiveUp { upload, tries: 1 });
        }
        Ok(())
    }

    /// Returns the upload that a request is about.
    pub fn upload_behind(&self, request: &Request) -> Checked<usize> {
        let url = request.url.as_deref().unwrap_or_default();
        let below = url.strip_prefix("https://app.example/api/uploads/");
        self.upload_of(below.and_then(|path| path.split('/').next()).unwrap_or_default())
    }

    /// Aborts an upload at the backend. After a failure, tries again as long as the core says so.
    pub fn delete(&mut self, upload: usize, tries: usize) {
        let fails = !self.online || self.fault();
        if !fails {
            return self.servers.vanish(upload);
        }
        let status = if self.online { self.choices.pick(&[0, 503, 429]) } else { 0 };
        match abort_retry(tries, status) {
            Some(wait) => self.after(wait, Happening::GiveUp { upload, tries: tries + 1 }),
            // The store's own lifecycle rules remove the parts.
            None => self.servers.uploads[upload].is_known = false,
        }
    }

    /// Begins another visit with the saved sessions.
    pub fn recall(&mut self) {
        for (index, other) in self.servers.uploads.iter_mut().enumerate() {
            let is_it = |saved: &Saved| {
                number_of(&saved.key) == other.idem
                    && saved.upload_id.as_ref().is_none_or(|id| *id == format!("u{index}"))
            };
            let is_saved =
                self.memory.get(&other.facts.key).is_some_and(|all| all.iter().any(is_it));
            // After a crash, the page knows nothing about an upload that was not saved.
            if !is_saved && !other.is_given_up {
                other.is_known = false;
            }
        }
        if self.is(Sabotage::ReloadForgets) {
            self.memory.clear();
        }
    }

    /// Leaves the upload of this key to another window, which is sending it and must end it.
    pub fn leave_to_another(&mut self, idempotency_key: &str) {
        let idem = number_of(idempotency_key);
        for upload in self.servers.uploads.iter_mut().filter(|upload| upload.idem == idem) {
            upload.is_known = false;
        }
    }

    /// Checks, once the faults are over, that every open upload can be continued by the page or another visit.
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
            let id = format!("u{index}");
            let is_it = |saved: &Saved| saved.upload_id.as_ref() == Some(&id);
            let files = self.files.iter().filter(|(_, known)| known.facts.key == key);
            let mut sessions = files.filter_map(|(id, _): (&FileId, _)| self.queue.session(*id));
            let is_kept = is_wanted && sessions.any(|session| is_it(session.saved()));
            // A file may be cancelled before its earlier upload was found.
            let is_saved = self.saved(key).iter().any(is_it);
            ensure(is_kept || is_saved, Promise::NothingIsLeftOpen, || {
                format!("upload u{index} of {:?}", upload.facts)
            })?;
        }
        Ok(())
    }
}
