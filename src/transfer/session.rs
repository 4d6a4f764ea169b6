//! The session of an upload: what identifies it to the backend, and to another visit that continues it.
//!
//! A session lasts over all attempts of its file. If the file is remembered, the transfer looks for earlier
//! uploads of the same file before it asks the backend, and takes a lock so that no other window sends
//! it too.

use super::FileInfo;
use super::requests::{Abort, Method, Question, Request, StoredPart};
use super::url;

/// What another visit needs to continue an upload. Contains no upload URL and nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The idempotency key under which the backend knows the file.
    pub key: String,
    /// The file's name, as it was sent to the backend.
    pub name: String,
    /// The file's MIME type, as it was sent to the backend.
    pub mime: String,
    /// The absolute URL of the endpoint, to which requests about the parts go. `None` if there are no parts.
    pub endpoint: Option<String>,
    /// The backend's id of an upload in parts.
    pub upload_id: Option<String>,
    /// The size of each part except the last, in bytes. 0 if there are no parts.
    pub part_size: u64,
}

impl Saved {
    /// Returns whether requests about the upload may carry the page's credentials: it is at one of
    /// `origins`, and its id is one segment of a path.
    fn is_safe(&self, origins: &str) -> bool {
        let Some(id) = &self.upload_id else { return true };
        url::is_segment(id) && self.endpoint.as_ref().is_some_and(|at| url::is_at(at, origins))
    }

    /// Returns a request about the upload in parts. Returns `None` if there is no such upload.
    fn request(
        &self,
        method: Method,
        question: Question,
        parts: &[StoredPart],
    ) -> Option<Box<Request>> {
        let (endpoint, id) = (self.endpoint.as_ref()?, self.upload_id.as_ref()?);
        let path = match question {
            Question::Complete => "/complete",
            Question::Abort => "",
            Question::Target | Question::Parts | Question::Part { .. } => "/parts",
        };
        Some(Box::new(Request {
            method,
            url: Some(url::below(endpoint, id, path)),
            key: self.key.clone(),
            body: question.body(parts),
            question,
        }))
    }

    /// Returns what aborts the upload. `is_ours` says whether this page holds its lock.
    #[must_use]
    pub fn abort(&self, is_ours: bool) -> Box<Abort> {
        let request = self.request(Method::Delete, Question::Abort, &[]);
        Box::new(Abort { key: self.key.clone(), request, is_ours })
    }
}

/// One file's upload, over all attempts.
#[derive(Debug)]
pub struct Session {
    saved: Box<Saved>,
    /// The parts that the store has, in the order of their numbers.
    parts: Vec<StoredPart>,
    /// Earlier uploads of the same file, the best one last. `None` until the search for them has ended.
    #[expect(clippy::vec_box, reason = "they become the session's own, one by one")]
    candidates: Option<Vec<Box<Saved>>>,
    /// The earlier upload for which the person picked this file, if it turned out to be another file.
    replaced: Option<Box<Saved>>,
    /// Whether no other window can be sending this upload.
    is_held: bool,
    /// Whether another visit could find it.
    is_saved: bool,
    /// Whether the key was replaced because another window had the upload.
    is_renewed: bool,
}

/// What a session must do before the backend can be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Look for earlier uploads of the file.
    Find,
    /// Lock the upload with this key.
    Lock(String),
    /// Nothing.
    Nothing,
}

impl Session {
    pub(super) fn new(key: String, file: &FileInfo) -> Self {
        let saved =
            Saved { key, name: file.name.clone(), mime: file.mime.clone(), ..Saved::default() };
        Self {
            saved: Box::new(saved),
            parts: Vec::new(),
            candidates: None,
            replaced: None,
            is_held: false,
            is_saved: false,
            is_renewed: false,
        }
    }

    /// Returns what another visit needs to continue the upload.
    #[must_use]
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// Returns the parts that the store has, in the order of their numbers.
    #[must_use]
    pub fn parts(&self) -> &[StoredPart] {
        &self.parts
    }

    pub(super) fn need(&self) -> Need {
        match &self.candidates {
            _ if self.is_held => Need::Nothing,
            None => Need::Find,
            Some(candidates) => Need::Lock(candidates.last().unwrap_or(&self.saved).key.clone()),
        }
    }

    /// Stores the earlier uploads of the file, the best one last, and the upload for which the person picked
    /// it if that was of another file. Drops those to whose endpoint the page must not send credentials.
    #[expect(clippy::vec_box, reason = "they become the session's own, one by one")]
    pub(super) fn found(
        &mut self,
        mut found: Vec<Box<Saved>>,
        replaced: Option<Box<Saved>>,
        origins: &str,
    ) {
        found.retain(|saved| saved.is_safe(origins));
        self.candidates = Some(found);
        self.replaced = replaced;
    }

    /// Handles the outcome of locking the upload that [`Need::Lock`] named. If it could not be locked,
    /// another window is sending it. Then the session tries the next candidate, or in the end begins an
    /// upload of its own under a new key.
    pub(super) fn locked(&mut self, is_locked: bool, new_key: fn() -> String) {
        let candidate = self.candidates.as_mut().and_then(Vec::pop);
        let was_own = candidate.is_none();
        if is_locked {
            if let Some(candidate) = candidate {
                self.saved = candidate;
                self.is_saved = true;
                self.candidates = Some(Vec::new());
            }
            self.is_held = true;
        } else if was_own && !self.is_renewed {
            self.is_renewed = true;
            self.begin_anew();
            self.saved.key = new_key();
        } else if was_own {
            // No other window can know the new key, so this browser's locks do not work.
            self.is_held = true;
        }
    }

    /// Gives up the lock, so that another window can continue the upload.
    pub(super) const fn release(&mut self) {
        self.is_held = false;
    }

    /// Records the upload in parts that the backend has begun.
    pub(super) fn begin(&mut self, endpoint: Option<String>, upload_id: String, part_size: u64) {
        self.saved.endpoint = endpoint;
        self.saved.upload_id = Some(upload_id);
        self.saved.part_size = part_size;
    }

    /// Records a part that the store has.
    pub(super) fn keep(&mut self, part: StoredPart) {
        match self.parts.binary_search_by_key(&part.number, |other| other.number) {
            Ok(index) => self.parts[index] = part,
            Err(index) => self.parts.insert(index, part),
        }
    }

    /// Returns what to remember, and whether nothing was remembered of it before.
    pub(super) fn save(&mut self) -> (Box<Saved>, bool) {
        let is_new = !self.is_saved;
        self.is_saved = true;
        (self.saved.clone(), is_new)
    }

    /// Forgets the upload in parts and returns what aborts it at the backend. Keeps the key, because the
    /// file is the same.
    pub(crate) fn abort(&mut self) -> Box<Abort> {
        let abort = self.saved.abort(true);
        self.begin_anew();
        self.replaced = None;
        self.release();
        abort
    }

    /// Returns what aborts the upload for which the person picked the file, if it turned out to be another
    /// file.
    pub(super) fn abort_replaced(&mut self) -> Option<Box<Abort>> {
        self.replaced.take().map(|saved| saved.abort(false))
    }

    fn begin_anew(&mut self) {
        self.saved.endpoint = None;
        self.saved.upload_id = None;
        self.saved.part_size = 0;
        self.parts.clear();
        self.is_saved = false;
    }

    /// Returns the request for an upload target. `endpoint` is `None` if a function of the app answers it.
    pub(super) fn ask_target(
        &self,
        endpoint: Option<String>,
        size: u64,
        props: Option<&str>,
    ) -> Box<Request> {
        let Saved { key, name, mime, .. } = &*self.saved;
        Box::new(Request {
            method: Method::Post,
            url: endpoint,
            key: key.clone(),
            body: Some(super::requests::file_body(name, size, mime, props)),
            question: Question::Target,
        })
    }

    /// Returns a request about the upload in parts. Returns `None` if there is no such upload.
    pub(super) fn ask(&self, question: Question) -> Option<Box<Request>> {
        let method = if question == Question::Parts { Method::Get } else { Method::Post };
        self.saved.request(method, question, &self.parts)
    }
}
