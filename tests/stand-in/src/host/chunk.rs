//! Receives a chunk of a file: reads its `Content-Range`, and streams its bytes to disk.
//!
//! Decides which chunks are well-formed. Knows nothing about URLs and records.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use axum::body::BodyDataStream;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use ittybit_uploader::transfer::MAX_MULTIPART_SIZE;
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;

use super::answer::Failure;
use super::receive::content_length;
use super::{MAX_CHUNK_SIZE, StandInError};
use ittybit_uploader_backend::service::ByteRange;

/// The position of a chunk in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// `None` for the only chunk of an empty file.
    pub(super) range: Option<ByteRange>,
    /// The size of the file, in bytes.
    pub(super) total: u64,
}

impl Chunk {
    /// Reads which chunk a request announces.
    pub(super) fn announced(headers: &HeaderMap) -> Result<Self, Failure> {
        let mut values = headers.get_all(header::CONTENT_RANGE).iter();
        let chunk = match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok().and_then(parse),
            _ => None,
        };
        let chunk = chunk.ok_or_else(|| {
            Failure::bad_request(
                "A chunk needs one Content-Range header: bytes FIRST-LAST/TOTAL, or bytes */0 for \
                 a file of 0 bytes.",
            )
        })?;
        if chunk.total > MAX_MULTIPART_SIZE {
            return Err(too_large("file", MAX_MULTIPART_SIZE));
        }
        if chunk.size() > MAX_CHUNK_SIZE {
            return Err(too_large("chunk", MAX_CHUNK_SIZE));
        }
        if content_length(headers).is_some_and(|length| length != chunk.size()) {
            return Err(other_length());
        }
        Ok(chunk)
    }

    /// Returns the size of the chunk, in bytes.
    fn size(self) -> u64 {
        self.range.map_or(0, ByteRange::size)
    }

    /// Reads exactly the chunk's bytes into a new file in `dir`.
    pub(super) async fn receive(
        self,
        body: &mut BodyDataStream,
        dir: &Path,
    ) -> Result<ReceivedChunk, Failure> {
        let (file, path) = NamedTempFile::new_in(dir).map_err(StandInError::from)?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let mut size = 0;
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|_| Failure::bad_request("The chunk ended too early."))?;
            size += bytes.len() as u64;
            if size > self.size() {
                return Err(other_length());
            }
            file.write_all(&bytes).await.map_err(StandInError::from)?;
        }
        if size < self.size() {
            return Err(other_length());
        }
        file.flush().await.map_err(StandInError::from)?;
        Ok(ReceivedChunk { chunk: self, path })
    }
}

/// A chunk that has arrived completely. Its bytes are deleted when this is dropped.
pub(super) struct ReceivedChunk {
    chunk: Chunk,
    path: TempPath,
}

impl ReceivedChunk {
    /// Copies the bytes to their position in the file at `place`, and creates that file if it doesn't
    /// exist.
    pub(super) fn put_in(&self, place: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(place)?;
        file.seek(SeekFrom::Start(self.chunk.range.map_or(0, ByteRange::first)))?;
        // Copies from file to file, so that on Linux the bytes don't pass through this process.
        io::copy(&mut File::open(&self.path)?, &mut file)?;
        Ok(())
    }
}

/// Parses `bytes FIRST-LAST/TOTAL` (RFC 9110, section 14.4) and `bytes */0`. Also accepts `=` instead
/// of the space, as some of Ittybit's pages write it.
fn parse(value: &str) -> Option<Chunk> {
    let (unit, rest) = value.split_once([' ', '='])?;
    let (range, total) = rest.split_once('/')?;
    let total = number(total)?;
    let range = match range {
        "*" => None,
        range => {
            let (first, last) = range.split_once('-')?;
            Some(ByteRange::new(number(first)?, number(last)?)?)
        }
    };
    let fits = range.map_or(total == 0, |range| range.last() < total);
    (unit.eq_ignore_ascii_case("bytes") && fits).then_some(Chunk { range, total })
}

/// Parses a number that consists of digits only, without a sign.
fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn other_length() -> Failure {
    Failure::bad_request("The chunk has not as many bytes as its Content-Range.")
}

fn too_large(what: &str, limit: u64) -> Failure {
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The {what} has more than {limit} bytes."))
}
