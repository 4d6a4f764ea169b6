//! The upload id: everything that these routes need to know about an upload, encrypted and authenticated.
//!
//! Its format is `2.<sealed>`: the version, then in base64url a nonce of 12 bytes, the upload as JSON
//! encrypted with AES-256-GCM, and the tag of 16 bytes. The version is authenticated too. So nobody who
//! sees an id in a page, a proxy or a log can read or change its content. The JavaScript handler uses the
//! same format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aes_gcm::aead::{Aead, Generate, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::routes::Handover;
use crate::secret::{derived_key, derived_mac};
use crate::service::NewUpload;
use crate::storage::{Checksums, StorageSettings};

/// How long an owner can continue an upload. A lifecycle rule of the bucket should abort older ones.
const OWNED_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long an upload without an owner can be continued, by anyone who has its id.
const OWNERLESS_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest id, in characters. It is part of a path, whose length servers limit.
const LONGEST_ID: usize = 6 * 1024;

const VERSION: &str = "2";

/// In bytes.
const NONCE_SIZE: usize = 12;

/// The content of an upload id.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    #[serde(rename = "o")]
    pub(super) object: String,
    #[serde(rename = "u")]
    pub(super) upload_id: String,
    /// The size of the file, in bytes, as the page said when the upload began.
    #[serde(rename = "s")]
    pub(super) size: u64,
    /// The size of every part except the last, in bytes.
    #[serde(rename = "p")]
    pub(super) part_size: u64,
    #[serde(rename = "n")]
    pub(super) filename: String,
    #[serde(rename = "t")]
    pub(super) mime: String,
    #[serde(rename = "g")]
    pub(super) grant: NewUpload,
    /// The owner, who alone can continue the upload. If `None`, anyone who has the id can.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    /// Omitted for CRC32C, because ids that are older than this field don't have it.
    #[serde(rename = "c", default, skip_serializing_if = "is_default")]
    pub(super) checksums: Checksums,
}

fn is_default(checksums: &Checksums) -> bool {
    *checksums == Checksums::default()
}

#[derive(Serialize)]
struct Sealed<'a> {
    #[serde(flatten)]
    upload: &'a Upload,
    /// When the upload expires, in seconds since 1970.
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

/// An id that routes with the same settings have created.
pub(super) struct Opened {
    pub(super) upload: Upload,
    pub(super) expired: bool,
}

/// Seals uploads into ids, and opens ids. Its keys are derived from the app's secrets, the name of the
/// routes, and the place in the store, so it doesn't open the ids of others.
pub(super) struct Ids {
    /// A key for each secret, the newest first. The first one seals, and all of them open.
    keys: Vec<Aes256Gcm>,
    names: Hmac<Sha256>,
    /// The prefix of all object keys.
    prefix: String,
}

impl Ids {
    /// Creates the ids for routes with these settings and this name.
    pub(super) fn of(settings: &StorageSettings, handover: Handover, name: &str) -> Self {
        let handover = match handover {
            Handover::Service => "service",
            Handover::Own => "own",
        };
        let (bucket, prefix) = (settings.bucket.as_str(), settings.prefix.as_str());
        let about = |purpose| [purpose, name, bucket, prefix, handover];
        let secrets = &settings.upload_secrets;
        let key =
            |secret: &String| Aes256Gcm::new(&derived_key(secret, &about("upload id")).into());
        let newest = secrets.first().map(String::as_str).unwrap_or_default();
        Self {
            keys: secrets.iter().map(key).collect(),
            names: derived_mac(newest, &about("object name")),
            prefix: settings.prefix.clone(),
        }
    }

    /// Seals an upload into an id. Returns `None` if the id would be too long.
    pub(super) fn seal(&self, upload: &Upload) -> Option<String> {
        let ttl = if upload.owner.is_some() { OWNED_TTL } else { OWNERLESS_TTL };
        self.seal_until(upload, now() + ttl)
    }

    fn seal_until(&self, upload: &Upload, expires: Duration) -> Option<String> {
        let json = serde_json::to_vec(&Sealed { upload, expires: expires.as_secs() }).ok()?;
        let nonce = Nonce::generate();
        let payload = Payload { msg: &json, aad: VERSION.as_bytes() };
        let mut sealed = nonce.to_vec();
        sealed.extend(self.keys.first()?.encrypt(&nonce, payload).ok()?);
        let id = format!("{VERSION}.{}", BASE64URL.encode(sealed));
        (id.len() <= LONGEST_ID).then_some(id)
    }

    /// Opens an id. Returns `None` if it was not sealed by these routes.
    pub(super) fn open(&self, id: &str) -> Option<Opened> {
        let sealed = BASE64URL.decode(sealed_part(id)?).ok()?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_SIZE>()?;
        let payload = || Payload { msg: sealed, aad: VERSION.as_bytes() };
        let nonce = Nonce::from(*nonce);
        let json = self.keys.iter().find_map(|key| key.decrypt(&nonce, payload()).ok())?;
        let Unsealed { upload, expires } = serde_json::from_slice(&json).ok()?;
        // Never touches an object outside the prefix, whatever the id says.
        let is_ours = upload.object.starts_with(&self.prefix);
        is_ours.then(|| Opened { expired: now().as_secs() >= expires, upload })
    }

    /// Returns the name of the object for a file, the same each time the file is uploaded. Nobody else
    /// can guess it.
    pub(super) fn name(&self, same_file: &str) -> Uuid {
        uuid_of(&self.names.clone().chain_update(same_file).finalize().into_bytes())
    }
}

/// Returns whether a text has the format of an id.
pub(super) fn is_id(text: &str) -> bool {
    sealed_part(text).is_some()
}

fn sealed_part(id: &str) -> Option<&str> {
    let sealed = id.strip_prefix(VERSION)?.strip_prefix('.')?;
    let is_base64url =
        || sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (id.len() <= LONGEST_ID && !sealed.is_empty() && is_base64url()).then_some(sealed)
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Upload {
    /// Returns the number of parts. An empty file has one.
    pub(super) fn part_count(&self) -> u64 {
        self.size.div_ceil(self.part_size).max(1)
    }

    pub(super) fn has_part(&self, number: u16) -> bool {
        (1..=self.part_count()).contains(&number.into())
    }

    /// Returns the size of a part, in bytes.
    pub(super) fn part_bytes(&self, number: u16) -> u64 {
        let start = u64::from(number).saturating_sub(1).saturating_mul(self.part_size);
        self.size.saturating_sub(start).min(self.part_size)
    }

    /// Returns an id for the media object that is also the service's idempotency key. It is unique to
    /// this file, and the same on every instance.
    pub(super) fn uuid(&self) -> Uuid {
        uuid_of(&Sha256::digest(&self.object))
    }
}

/// Creates an id from the first 16 bytes of a digest.
fn uuid_of(digest: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use std::fs;

    use serde_json::Value;

    use super::*;

    const SECRET: &str = "a secret that has at least 32 bytes";

    fn settings(bucket: &str, prefix: &str, secrets: &[&str]) -> StorageSettings {
        StorageSettings {
            prefix: prefix.into(),
            upload_secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
            ..StorageSettings::new("https://s3.example", "r", bucket, "key", "secret")
        }
    }

    fn ids(secrets: &[&str]) -> Ids {
        Ids::of(&settings("films", "uploads/", secrets), Handover::Service, "")
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
            owner: Some("alice".into()),
            checksums: Checksums::default(),
        }
    }

    #[test]
    fn an_id_contains_the_upload_until_it_expires() {
        let ids = ids(&[SECRET]);
        let id = ids.seal(&upload(20, 7)).unwrap();
        assert!(is_id(&id));
        assert_ne!(ids.seal(&upload(20, 7)).unwrap(), id, "a nonce is used once");
        let Opened { upload: opened, expired } = ids.open(&id).unwrap();
        assert_eq!((opened.filename.as_str(), opened.size, expired), ("قط.mp4", 20, false));
        assert_eq!(opened.owner.as_deref(), Some("alice"));
        assert_eq!(opened.uuid(), upload(20, 7).uuid());
        let old = ids.seal_until(&opened, now()).unwrap();
        assert!(ids.open(&old).unwrap().expired);
    }

    /// Tests how long an id is valid, with and without an owner.
    #[test]
    fn an_id_without_an_owner_expires_after_a_day() {
        let ids = ids(&[SECRET]);
        for (owner, hours) in [(None, 24), (Some("alice".to_owned()), 7 * 24)] {
            let before = now().as_secs();
            let id = ids.seal(&Upload { owner, ..upload(20, 7) }).unwrap();
            let sealed = BASE64URL.decode(sealed_part(&id).unwrap()).unwrap();
            let (nonce, sealed) = sealed.split_first_chunk().unwrap();
            let payload = Payload { msg: sealed, aad: b"2" };
            let json = ids.keys[0].decrypt(&Nonce::from(*nonce), payload).unwrap();
            let said: Value = serde_json::from_slice(&json).unwrap();
            let ttl = said["e"].as_u64().unwrap() - before;
            assert!((hours * 3600..=hours * 3600 + 60).contains(&ttl), "{ttl}");
        }
    }

    #[test]
    fn an_id_reveals_nothing() {
        let id = ids(&[SECRET]).seal(&upload(20, 7)).unwrap();
        let bytes = BASE64URL.decode(sealed_part(&id).unwrap()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for word in ["mp4", "uploads", "alice", "\"o\""] {
            assert!(!text.contains(word), "{word}");
        }
    }

    #[test]
    fn refuses_other_ids() {
        let own = ids(&[SECRET]);
        let id = own.seal(&upload(20, 7)).unwrap();
        let films = settings("films", "uploads/", &[SECRET]);
        for other in [
            ids(&["A secret that has at least 32 bytes"]),
            Ids::of(&settings("films2", "uploads/", &[SECRET]), Handover::Service, ""),
            Ids::of(&settings("films", "upload", &[SECRET]), Handover::Service, ""),
            Ids::of(&films, Handover::Own, ""),
            Ids::of(&films, Handover::Service, "admin"),
        ] {
            assert!(other.open(&id).is_none());
            assert_ne!(other.name("a file"), own.name("a file"));
        }
        for at in 0..id.len() {
            let mut changed = id.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(own.open(&String::from_utf8(changed).unwrap()).is_none(), "at {at}");
            assert!(own.open(&id[..at]).is_none(), "first {at}");
        }
        let long = format!("2.{}", "A".repeat(LONGEST_ID));
        for id in ["", ".", "..", "2.", "2..", "1.e30", "2.e30", "2.a.b", "2.e30=", "2.é", &long] {
            assert!(own.open(id).is_none(), "{id}");
        }
    }

    #[test]
    fn refuses_objects_outside_the_prefix() {
        let ids = ids(&[SECRET]);
        let other = Upload { object: "private/1".into(), ..upload(20, 7) };
        assert!(ids.open(&ids.seal(&other).unwrap()).is_none());
    }

    #[test]
    fn secrets_are_rotated_without_losing_an_upload() {
        let old = ids(&["an old secret that has at least 32 bytes"]);
        let both = ids(&[SECRET, "an old secret that has at least 32 bytes"]);
        assert!(both.open(&old.seal(&upload(20, 7)).unwrap()).is_some());
        let id = both.seal(&upload(20, 7)).unwrap();
        assert!(old.open(&id).is_none() && ids(&[SECRET]).open(&id).is_some());
    }

    /// Opens ids that the Rust and JavaScript handlers have created, from a file that both tests read.
    #[test]
    fn opens_ids_of_both_languages() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/server/upload-ids.json");
        let vectors: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let text = |name: &str| vectors[name].as_str().unwrap();
        let secrets: Vec<String> = serde_json::from_value(vectors["secrets"].clone()).unwrap();
        let settings = StorageSettings {
            upload_secrets: secrets,
            ..settings(text("bucket"), text("prefix"), &[])
        };
        assert_eq!(text("handover"), "service");
        let ids = Ids::of(&settings, Handover::Service, text("name"));
        let mut makers = Vec::new();
        for vector in vectors["ids"].as_array().unwrap() {
            let Opened { upload, expired } = ids.open(vector["id"].as_str().unwrap()).unwrap();
            assert!(!expired);
            assert_eq!(serde_json::to_value(&upload).unwrap(), vector["upload"]);
            makers.push(vector["madeBy"].as_str().unwrap());
        }
        assert!(makers.contains(&"Rust"), "{makers:?}");
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
