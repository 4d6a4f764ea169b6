//! Notes about unfinished uploads: a folder for each upload, with a file for each part. A part is noted
//! when it is completely on disk, so a killed process leaves no incomplete notes.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// A part that has arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartNote {
    #[serde(default)]
    pub(super) number: i32,
    /// The size, in bytes.
    pub(super) size: i64,
    /// The `ETag`, without quotes.
    pub(super) etag: String,
    /// The checksum in base64.
    pub(super) crc32c: Option<String>,
}

/// The folders of all notes, and of the composite checksums of complete objects.
pub(super) struct Notes {
    uploads: PathBuf,
    sums: PathBuf,
}

impl Notes {
    pub(super) fn open(dir: PathBuf) -> io::Result<Self> {
        let sums = dir.with_file_name("sums");
        std::fs::create_dir_all(&dir)?;
        std::fs::create_dir_all(&sums)?;
        Ok(Self { uploads: dir, sums })
    }

    pub(super) fn begin(
        &self,
        upload_id: &str,
        checksum_algorithm: Option<&str>,
    ) -> io::Result<()> {
        let dir = self.dir(upload_id)?;
        std::fs::create_dir(&dir)?;
        std::fs::write(dir.join("algorithm"), checksum_algorithm.unwrap_or_default())
    }

    /// Returns the checksum algorithm of the upload's parts, empty for none. Returns `None` if there is
    /// no such upload.
    pub(super) fn algorithm(&self, upload_id: &str) -> Option<String> {
        std::fs::read_to_string(self.dir(upload_id).ok()?.join("algorithm")).ok()
    }

    pub(super) fn add(&self, upload_id: &str, part: &PartNote) -> io::Result<()> {
        let dir = self.dir(upload_id)?;
        let file = NamedTempFile::new_in(&self.uploads)?;
        serde_json::to_writer(&file, part)?;
        file.persist(dir.join(format!("{}.json", part.number)))?;
        Ok(())
    }

    /// Returns the parts in order. Returns `None` if there is no such upload.
    pub(super) fn list(&self, upload_id: &str) -> io::Result<Option<Vec<PartNote>>> {
        let entries = match std::fs::read_dir(self.dir(upload_id)?) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let mut parts = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                parts.push(read(&path)?);
            }
        }
        parts.sort_by_key(|part: &PartNote| part.number);
        Ok(Some(parts))
    }

    /// Notes the composite checksum of a complete object.
    pub(super) fn sum(&self, object: &str, crc32c: &str) -> io::Result<()> {
        let file = NamedTempFile::new_in(&self.sums)?;
        std::fs::write(file.path(), crc32c)?;
        file.persist(self.sum_path(object))?;
        Ok(())
    }

    /// Returns an object's composite checksum, if it has one.
    pub(super) fn sum_of(&self, object: &str) -> Option<String> {
        std::fs::read_to_string(self.sum_path(object)).ok()
    }

    fn sum_path(&self, object: &str) -> PathBuf {
        self.sums.join(format!("{}.crc32c", BASE64URL.encode(Sha256::digest(object))))
    }

    pub(super) fn end(&self, upload_id: &str) -> io::Result<()> {
        std::fs::remove_dir_all(self.dir(upload_id)?)
    }

    /// Returns the folder of an upload. Fails if the id is not in our format.
    fn dir(&self, upload_id: &str) -> io::Result<PathBuf> {
        match upload_id.parse::<uuid::Uuid>() {
            Ok(id) => Ok(self.uploads.join(id.to_string())),
            Err(_) => Err(ErrorKind::NotFound.into()),
        }
    }
}

fn read(path: &Path) -> io::Result<PartNote> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}
