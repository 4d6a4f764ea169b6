//! The app's backend and the host: what they know, and how they handle requests.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::files::to_base64;
use ittybit_uploader::transfer::Reply;
use serde_json::{Value, json};

use crate::files::{Facts, Key, Way, bits, crc};
use crate::pieces::{State, Taken, Upload, etag};
use crate::sabotage::Sabotage;
use crate::wire::{Answer, Arrived, reply};

#[derive(Debug)]
struct Url {
    to: To,
    was_used: bool,
    has_expired: bool,
}

/// What a URL leads to.
#[derive(Clone, Debug)]
enum To {
    Form { idem: u32 },
    Chunks { upload: usize },
    Part { upload: usize, number: u32, checksum: String },
}

#[derive(Debug, Default)]
pub struct Servers {
    urls: Vec<Url>,
    pub uploads: Vec<Upload>,
    /// The media objects of each idempotency key, with the file, and whether it is exact to the last byte.
    stored: BTreeMap<u32, Vec<(Value, Key, bool)>>,
    /// The most files that any one URL has stored.
    pub most_stores: u32,
    is_idempotent: bool,
    sabotage: Option<Sabotage>,
}

fn number_of(url: &str) -> usize {
    url.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl Servers {
    pub fn new(is_idempotent: bool, sabotage: Option<Sabotage>) -> Self {
        Self { is_idempotent, sabotage, ..Self::default() }
    }

    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }

    /// Returns the media object of an idempotency key, if the servers recognise the key.
    fn known(&self, idem: u32) -> Option<Value> {
        let is_known = self.is_idempotent && !self.is(Sabotage::ForgetsKeys);
        Some(self.stored.get(&idem).filter(|_| is_known)?.first()?.0.clone())
    }

    fn sign(&mut self, to: To) -> String {
        let is_old = |url: &Url| match (&url.to, &to) {
            (To::Form { .. }, To::Form { .. }) => self.is(Sabotage::OneUrlForAll),
            (To::Part { upload, number, .. }, To::Part { upload: of, number: n, .. }) => {
                self.is(Sabotage::OneUrlForEachPart) && (upload, number) == (of, n)
            }
            _ => false,
        };
        let old = self.urls.iter().position(is_old);
        let number = old.unwrap_or(self.urls.len());
        if old.is_none() {
            self.urls.push(Url { to, was_used: false, has_expired: false });
        }
        format!("https://host/{number}")
    }

    /// Answers where a file goes.
    pub fn target(&mut self, facts: Facts, idem: u32) -> Answer {
        if let Some(media) = self.known(idem) {
            return reply(200, json!({ "media": media })).into();
        }
        match facts.way {
            Way::Simple => {
                let url = self.sign(To::Form { idem });
                reply(200, json!({ "url": url })).into()
            }
            Way::Resumable { chunk_size, equals_form, .. } => {
                let upload = self.session(facts, idem);
                let url = self.sign(To::Chunks { upload });
                let session = &self.uploads[upload];
                let mut target = json!({
                    "url": url, "protocol": "resumable", "chunk_size": chunk_size,
                });
                if equals_form {
                    target["content_range"] = json!("equals");
                }
                let acked = if facts.size == 0 { 0 } else { session.stored() };
                if acked != 0 && !self.is(Sabotage::ReceivedIsLost) {
                    target["received"] = json!(session.received());
                }
                Answer { reply: reply(200, target), upload: Some(upload), acked }
            }
            Way::Multipart { part_size } => {
                self.uploads.push(Upload::new(facts, idem));
                let upload = self.uploads.len() - 1;
                let id = format!("u{upload}");
                let target =
                    json!({ "protocol": "multipart", "upload_id": id, "part_size": part_size });
                Answer { reply: reply(200, target), upload: Some(upload), acked: 0 }
            }
        }
    }

    /// Returns the session of an idempotency key. A host that does not recognise keys begins another one.
    fn session(&mut self, facts: Facts, idem: u32) -> usize {
        let is_known = self.is_idempotent && !self.is(Sabotage::ForgetsKeys);
        for (index, upload) in self.uploads.iter_mut().enumerate() {
            if upload.idem == idem && upload.state == State::Open {
                if is_known {
                    return index;
                }
                upload.state = State::Gone;
            }
        }
        self.uploads.push(Upload::new(facts, idem));
        self.uploads.len() - 1
    }

    /// Lists the stored parts.
    pub fn list(&self, index: usize) -> Answer {
        let upload = &self.uploads[index];
        if upload.state != State::Open {
            return reply(404, "").into();
        }
        let parts = if self.is(Sabotage::ListIsEmpty) { json!([]) } else { upload.parts() };
        let acked = upload.stored();
        Answer { reply: reply(200, json!({ "parts": parts })), upload: Some(index), acked }
    }

    /// Answers where a part goes.
    pub fn sign_part(&mut self, upload: usize, number: u32, checksum: &str) -> Answer {
        if self.uploads[upload].state != State::Open {
            return reply(404, "").into();
        }
        let headers = json!({ "x-amz-checksum-crc32c": checksum });
        let url = self.sign(To::Part { upload, number, checksum: checksum.into() });
        let part = json!({ "part_number": number, "url": url, "headers": headers });
        reply(200, json!({ "parts": [part] })).into()
    }

    /// Completes an upload.
    pub fn complete(&mut self, index: usize) -> Answer {
        let media = match &self.uploads[index].state {
            State::Gone => return reply(404, "").into(),
            State::Whole(media) => media.clone(),
            State::Open => self.finish(index),
        };
        reply(200, json!({ "data": media })).into()
    }

    fn finish(&mut self, index: usize) -> Value {
        let upload = &self.uploads[index];
        let (idem, key, is_exact) = (upload.idem, upload.facts.key, upload.is_exact());
        let media = self.store(idem, key, is_exact);
        self.uploads[index].state = State::Whole(media.clone());
        media
    }

    fn store(&mut self, idem: u32, key: Key, is_exact: bool) -> Value {
        if let Some(media) = self.known(idem) {
            return media;
        }
        let media = json!({ "id": format!("m{idem}-{}", self.copies(idem)) });
        if !self.is(Sabotage::StoresNothing) {
            self.stored.entry(idem).or_default().push((media.clone(), key, is_exact));
        }
        media
    }

    /// Receives a complete body.
    pub fn receive(&mut self, body: &Arrived) -> Answer {
        let number = number_of(&body.url);
        if self.urls[number].has_expired {
            return reply(403, "").into();
        }
        match (self.urls[number].to.clone(), &body.range) {
            (To::Form { idem }, None) => self.receive_form(number, idem, body.facts.key),
            (To::Chunks { upload }, Some(range)) => self.receive_chunk(upload, range),
            (To::Part { upload, number, checksum }, Some(range)) => {
                // The header that was signed must come with the part.
                if body.checksum.as_ref() != Some(&checksum) {
                    return reply(403, "<Code>SignatureDoesNotMatch</Code>").into();
                }
                let sum = to_base64(crc(body.facts.key, range, body.is_changed));
                if sum != checksum && !self.is(Sabotage::StoreTakesAnything) {
                    return reply(400, "<Code>BadDigest</Code>").into();
                }
                match self.uploads[upload].take(number.into(), range, body.is_changed) {
                    Taken::Stored => {
                        let reply = Reply { etag: Some(etag(range)), ..reply(200, "") };
                        Answer { reply, upload: Some(upload), acked: bits(range) }
                    }
                    _ => reply(404, "<Code>NoSuchUpload</Code>").into(),
                }
            }
            _ => reply(405, "").into(),
        }
    }

    fn receive_form(&mut self, number: usize, idem: u32, key: Key) -> Answer {
        let was_used = std::mem::replace(&mut self.urls[number].was_used, true);
        if was_used && !self.is(Sabotage::OneUrlForAll) {
            return reply(410, "").into();
        }
        if was_used {
            self.most_stores = 2;
        }
        let media = self.store(idem, key, true);
        reply(201, json!({ "data": media, "error": null })).into()
    }

    fn receive_chunk(&mut self, index: usize, range: &Range<u64>) -> Answer {
        if let Way::Resumable { most, .. } = self.uploads[index].facts.way
            && range.end - range.start > most
        {
            return reply(413, "").into();
        }
        let taken = self.uploads[index].take(range.start, range, false);
        let reply = match taken {
            Taken::Gone => return reply(404, "").into(),
            Taken::Overlaps => return reply(409, "").into(),
            Taken::Stored if self.uploads[index].is_whole() => {
                let media = match &self.uploads[index].state {
                    State::Whole(media) => media.clone(),
                    _ => self.finish(index),
                };
                reply(201, json!({ "data": media }))
            }
            Taken::Stored => reply(202, ""),
        };
        Answer { reply, upload: Some(index), acked: bits(range) }
    }

    /// Expires a URL.
    pub fn expire(&mut self, url: &str) {
        self.urls[number_of(url)].has_expired = true;
    }

    /// Returns the upload and the part number for which a URL was signed.
    pub fn part_behind(&self, url: &str) -> Option<(usize, u32)> {
        match self.urls.get(number_of(url))?.to {
            To::Part { upload, number, .. } => Some((upload, number)),
            _ => None,
        }
    }

    /// Removes the upload in pieces to which a URL belongs, if there is one.
    pub fn vanish_behind(&mut self, url: &str) {
        if let To::Chunks { upload } | To::Part { upload, .. } = self.urls[number_of(url)].to {
            self.vanish(upload);
        }
    }

    pub fn vanish(&mut self, upload: usize) {
        let state = &mut self.uploads[upload].state;
        if *state == State::Open {
            *state = State::Gone;
        }
    }

    /// Returns whether exactly this media object is stored for this file, to the last byte.
    pub fn has(&self, key: Key, media: &Value) -> bool {
        let is_it =
            |(id, of, is_exact): &(Value, Key, bool)| id == media && *of == key && *is_exact;
        self.stored.values().any(|objects| objects.iter().any(is_it))
    }

    pub fn copies(&self, idem: u32) -> usize {
        self.stored.get(&idem).map_or(0, Vec::len)
    }

    pub fn idempotency_keys(&self) -> impl Iterator<Item = u32> {
        self.stored.keys().copied()
    }
}
