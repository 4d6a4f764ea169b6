//! What one upload is: to the backend, and to another visit that continues it.
//!
//! A session stays with its file over all attempts. A file that is worth it is remembered: before the
//! backend is asked where it goes, earlier uploads of the same file are looked for, and a lock makes
//! sure that no other window is sending it.

use super::FileInfo;
use super::requests::{Abort, Method, Question, Request, StoredPart};
use super::url;

/// What another visit needs to continue an upload. Contains no upload URL and nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The idempotency key under which the backend knows the file.
    pub key: String,
    /// The name that the backend was told.
    pub name: String,
    /// The MIME type that the backend was told.
    pub mime: String,
    /// The absolute URL below which the backend is asked about the parts. `None` if there are none.
    pub endpoint: Option<String>,
    /// The backend's id of an upload in parts.
    pub upload_id: Option<String>,
    /// The size of each part but the last, in bytes. 0 if there are no parts of one size.
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

    /// Returns what ends the upload for good. `is_ours` says whether this page holds its lock.
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
    /// What the store has, in the order of the numbers.
    parts: Vec<StoredPart>,
    /// Earlier uploads of the same file, the best one last. `None` before they were looked for.
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

/// What a session needs before the backend can be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// To look for earlier uploads of the file.
    Find,
    /// To lock the upload with this key.
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

    /// Takes in the earlier uploads of the file, the best one last, and the one for which it was picked.
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

    /// Takes in whether the upload that [`Need::Lock`] named could be locked. If not, another window is
    /// sending it, and this one begins an upload of its own, under `new_key`.
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
            // Nobody else can know the new key: this browser's locks do not work.
            self.is_held = true;
        }
    }

    /// Another window may continue the upload from now on.
    pub(super) const fn release(&mut self) {
        self.is_held = false;
    }

    /// The backend has begun an upload in parts.
    pub(super) fn begin(&mut self, endpoint: Option<String>, upload_id: String, part_size: u64) {
        self.saved.endpoint = endpoint;
        self.saved.upload_id = Some(upload_id);
        self.saved.part_size = part_size;
    }

    /// The store has a part.
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

    /// Forgets the upload in parts, and returns what ends it at the backend. The key stays, because the
    /// file is the same.
    pub(crate) fn abort(&mut self) -> Box<Abort> {
        let abort = self.saved.abort(true);
        self.begin_anew();
        self.replaced = None;
        self.release();
        abort
    }

    /// Returns what ends the upload for which the file was picked, if it turned out to be another file.
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
