//! The upload id: everything that these routes must know of an upload, signed.
//!
//! `1.<payload>.<tag>`: the version, the upload as JSON, and HMAC-SHA256 (RFC 2104) over both, each
//! in base64url. A page can read what is in it, the granted properties too, but can change nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::routes::UploadRequest;
use crate::service::NewUpload;
use crate::storage::StorageSettings;

/// How long an upload may go on. A lifecycle rule of the bucket clears away what is older.
const TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Characters. An id is a part of a path, and servers limit those.
const LONGEST_ID: usize = 6 * 1024;

const VERSION: &str = "1";

/// What an upload id says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    #[serde(rename = "o")]
    pub(super) object: String,
    #[serde(rename = "u")]
    pub(super) upload_id: String,
    /// Of the file, in bytes, as the page said when it began.
    #[serde(rename = "s")]
    pub(super) size: u64,
    /// Of every part but the last, in bytes.
    #[serde(rename = "p")]
    pub(super) part_size: u64,
    #[serde(rename = "n")]
    pub(super) filename: String,
    #[serde(rename = "t")]
    pub(super) mime: String,
    #[serde(rename = "g")]
    pub(super) grant: NewUpload,
}

#[derive(Serialize)]
struct Sealed<'a> {
    #[serde(flatten)]
    upload: &'a Upload,
    /// Seconds since 1970.
    #[serde(rename = "e")]
    expires: u64,
}

#[derive(Deserialize)]
struct Unsealed {
    #[serde(flatten)]
    upload: Upload,
    #[serde(rename = "e")]
    expires: u64,
}

/// An id that these routes, or their like, have made.
pub(super) struct Opened {
    pub(super) upload: Upload,
    pub(super) expired: bool,
}

/// The key that ids are signed with.
pub(super) struct IdKey(Hmac<Sha256>);

impl IdKey {
    /// The key of all routes that have the same secret and bucket.
    pub(super) fn of(settings: &StorageSettings) -> Self {
        let secret = settings.upload_secret.as_ref().unwrap_or(&settings.secret_access_key);
        let mut mac = keyed(secret.as_bytes());
        // Neither S3's own use of the secret nor another bucket's ids lead to the same key.
        mac.update(b"ittybit-uploader upload id\0");
        mac.update(settings.bucket.as_bytes());
        Self(keyed(&mac.finalize().into_bytes()))
    }

    /// The id of an upload, or `None` where it says too much for one.
    pub(super) fn seal(&self, upload: &Upload) -> Option<String> {
        self.seal_until(upload, now() + TTL)
    }

    fn seal_until(&self, upload: &Upload, expires: Duration) -> Option<String> {
        let json = serde_json::to_vec(&Sealed { upload, expires: expires.as_secs() }).ok()?;
        let signed = format!("{VERSION}.{}", BASE64URL.encode(json));
        let tag = self.mac(&signed).finalize().into_bytes();
        let id = format!("{signed}.{}", BASE64URL.encode(tag));
        (id.len() <= LONGEST_ID).then_some(id)
    }

    /// What an id says, if it is one of these.
    pub(super) fn open(&self, id: &str) -> Option<Opened> {
        if id.len() > LONGEST_ID {
            return None;
        }
        let (signed, tag) = id.rsplit_once('.')?;
        let tag = BASE64URL.decode(tag).ok()?;
        self.mac(signed).verify_slice(&tag).ok()?;
        let (version, payload) = signed.split_once('.')?;
        if version != VERSION {
            return None;
        }
        let json = BASE64URL.decode(payload).ok()?;
        let Unsealed { upload, expires } = serde_json::from_slice(&json).ok()?;
        Some(Opened { upload, expired: now().as_secs() >= expires })
    }

    /// What the object of an idempotency key's file is called, if the page says the same of it, and
    /// the app grants the same. Nobody else can guess it.
    pub(super) fn name(&self, key: Uuid, request: &UploadRequest, grant: &NewUpload) -> Uuid {
        let UploadRequest { filename, filesize, mime, .. } = request;
        let text = json!([key.to_string(), filename, filesize, mime, grant]).to_string();
        // No id begins like that.
        uuid_of(&self.mac("object\0").chain_update(text).finalize().into_bytes())
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(text)
    }
}

/// Hashed to the size of a key first, so that a secret of any length makes one.
fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    let mut key = hmac::digest::Key::<Hmac<Sha256>>::default();
    key[..32].copy_from_slice(&Sha256::digest(secret));
    Hmac::new(&key)
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Upload {
    /// How many parts the file has; an empty file has one.
    pub(super) fn part_count(&self) -> u64 {
        self.size.div_ceil(self.part_size).max(1)
    }

    pub(super) fn has_part(&self, number: u16) -> bool {
        (1..=self.part_count()).contains(&number.into())
    }

    /// How large a part is, in bytes.
    pub(super) fn part_bytes(&self, number: u16) -> u64 {
        let start = u64::from(number).saturating_sub(1).saturating_mul(self.part_size);
        self.size.saturating_sub(start).min(self.part_size)
    }

    /// Of this file alone, and the same on every instance: for the media object, and for the service
    /// as its idempotency key.
    pub(super) fn uuid(&self) -> Uuid {
        uuid_of(&Sha256::digest(&self.object))
    }
}

/// As many bits of a digest as an id has.
fn uuid_of(digest: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    fn key(secret: &str, bucket: &str) -> IdKey {
        IdKey::of(&StorageSettings::new("https://s3.example", "r", bucket, "key", secret))
    }

    fn upload(size: u64, part_size: u64) -> Upload {
        Upload {
            object: "uploads/1".into(),
            upload_id: "2".into(),
            size,
            part_size,
            filename: "قط.mp4".into(),
            mime: "video/mp4".into(),
            grant: NewUpload::default(),
        }
    }

    #[test]
    fn an_id_says_what_it_was_made_of_until_it_expires() {
        let key = key("secret", "bucket");
        let id = key.seal(&upload(20, 7)).unwrap();
        let Opened { upload: opened, expired } = key.open(&id).unwrap();
        assert_eq!((opened.filename.as_str(), opened.size, expired), ("قط.mp4", 20, false));
        assert_eq!(opened.uuid(), upload(20, 7).uuid());
        let old = key.seal_until(&opened, now()).unwrap();
        assert!(key.open(&old).unwrap().expired);
    }

    #[test]
    fn no_other_id_is_taken() {
        let id = key("secret", "bucket").seal(&upload(20, 7)).unwrap();
        for other in [key("Secret", "bucket"), key("secret", "bucket2"), key("", "bucket")] {
            assert!(other.open(&id).is_none());
        }
        let key = key("secret", "bucket");
        for at in 0..id.len() {
            let mut changed = id.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(key.open(&String::from_utf8(changed).unwrap()).is_none(), "at {at}");
            assert!(key.open(&id[..at]).is_none(), "first {at}");
        }
        for id in ["", ".", "..", "1..", &"1.".repeat(10_000)] {
            assert!(key.open(id).is_none(), "{id}");
        }
    }

    #[test]
    fn parts_of_every_size_add_up() {
        for (size, part_size, parts) in [(0, 7, vec![0]), (7, 7, vec![7]), (20, 7, vec![7, 7, 6])] {
            let upload = upload(size, part_size);
            assert_eq!(upload.part_count(), parts.len() as u64);
            let sizes = (1..).take(parts.len()).map(|number| upload.part_bytes(number));
            assert_eq!(sizes.collect::<Vec<_>>(), parts);
            assert!(!upload.has_part(0) && !upload.has_part(parts.len() as u16 + 1));
        }
    }
}
