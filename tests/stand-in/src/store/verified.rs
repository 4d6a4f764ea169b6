//! Verifies the checksums of a part while it is written to disk.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use crc_fast::CrcAlgorithm::Crc32Iscsi;
use futures_util::Stream;
use md5::Md5;
use s3s::StdError;
use s3s::dto::StreamingBlob;
use s3s::stream::{ByteStream, RemainingLength};
use sha2::{Digest, Sha256};

/// A checksum, and its expected value in base64, as in the header.
enum Sum {
    Crc32c(crc_fast::Digest),
    Md5(Md5),
    Sha256(Sha256),
}

/// A body that ends with an error if a checksum differs from the announced one.
pub(super) struct Verified {
    body: StreamingBlob,
    sums: Vec<(Sum, String)>,
    differs: Arc<AtomicBool>,
}

/// Tells afterwards whether a wrong checksum has ended the body.
#[derive(Clone)]
pub(super) struct Verdict(Arc<AtomicBool>);

impl Verdict {
    pub(super) fn differs(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Verified {
    /// Creates a body with the checksums in its headers.
    pub(super) fn new(
        body: StreamingBlob,
        crc32c: Option<String>,
        content_md5: Option<String>,
        sha256: Option<String>,
    ) -> (Self, Verdict) {
        let differs = Arc::new(AtomicBool::new(false));
        let crc = || Sum::Crc32c(crc_fast::Digest::new(Crc32Iscsi));
        let sums = [
            crc32c.map(|sum| (crc(), sum)),
            content_md5.map(|sum| (Sum::Md5(Md5::new()), sum)),
            sha256.map(|sum| (Sum::Sha256(Sha256::new()), sum)),
        ];
        let verdict = Verdict(Arc::clone(&differs));
        (Self { body, sums: sums.into_iter().flatten().collect(), differs }, verdict)
    }

    fn is_as_announced(&mut self) -> bool {
        self.sums.drain(..).all(|(sum, announced)| sum.finish() == announced)
    }
}

impl Sum {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32c(digest) => digest.update(bytes),
            Self::Md5(digest) => digest.update(bytes),
            Self::Sha256(digest) => digest.update(bytes),
        }
    }

    fn finish(self) -> String {
        match self {
            // The digest also serves checksums of 64 bits, so this takes the lower half.
            Self::Crc32c(digest) => BASE64.encode(&digest.finalize().to_be_bytes()[4..]),
            Self::Md5(digest) => BASE64.encode(digest.finalize()),
            Self::Sha256(digest) => BASE64.encode(digest.finalize()),
        }
    }
}

impl Stream for Verified {
    type Item = Result<Bytes, StdError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StdError>>> {
        let item = ready!(Pin::new(&mut self.body).poll_next(context));
        match &item {
            Some(Ok(bytes)) => self.sums.iter_mut().for_each(|(sum, _)| sum.update(bytes)),
            Some(Err(_)) => {}
            None if self.is_as_announced() => {}
            None => {
                self.differs.store(true, Ordering::Release);
                return Poll::Ready(Some(Err("a checksum differs".into())));
            }
        }
        Poll::Ready(item)
    }
}

impl ByteStream for Verified {
    fn remaining_length(&self) -> RemainingLength {
        self.body.remaining_length()
    }
}
