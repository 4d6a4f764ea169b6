//! The URLs that are handed out: each is a right to do one thing for a while, so none is logged.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::CONTENT_LENGTH;
use rusty_s3::S3Action;
use rusty_s3::actions::{GetObject, UploadPart};

use super::{Inner, S3Upload, Storage};

/// The longest that a signed URL can work: seven days, in signature version 4.
pub(super) const LONGEST_URL_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Seconds. A URL for reading is signed as of the hour, so that it is the same when asked again.
const READ_URL_STEP: i64 = 60 * 60;

impl Storage {
    /// The URL that one part of exactly `size` bytes may be sent to, for a short time, and the header
    /// to send it with.
    ///
    /// The size is signed: a browser sends a `Content-Length` by itself, and one that differs is
    /// refused. So is another checksum than this one.
    pub(crate) fn part_url(
        &self,
        upload: S3Upload<'_>,
        number: u16,
        size: u64,
        checksum: Option<&str>,
    ) -> (Url, Option<&'static str>) {
        let Inner { public, credentials, settings, .. } = &*self.inner;
        let S3Upload { object, upload_id, checksums } = upload;
        let mut action = UploadPart::new(public, Some(credentials), object, number, upload_id);
        let headers = action.headers_mut();
        headers.insert(CONTENT_LENGTH.as_str(), size.to_string());
        let header = checksums.header().filter(|_| checksum.is_some());
        if let Some((name, sum)) = header.zip(checksum) {
            headers.insert(name, sum);
        }
        (action.sign(settings.part_url_ttl), header)
    }

    /// A URL that anyone can read the object from, for almost seven days. Within an hour it is the
    /// same one. What was stored before has no disposition of its own, so the URL says it.
    pub(crate) fn read_url(&self, object: &str) -> Url {
        let Inner { public, credentials, settings, .. } = &*self.inner;
        let now = Timestamp::now();
        let hour = now.as_second().div_euclid(READ_URL_STEP) * READ_URL_STEP;
        let hour = Timestamp::from_second(hour).unwrap_or(now);
        let mut action = GetObject::new(public, Some(credentials), object);
        let disposition = settings.content_disposition.as_str();
        action.query_mut().insert("response-content-disposition", disposition);
        action.sign_with_time(LONGEST_URL_TTL, &hour)
    }
}
