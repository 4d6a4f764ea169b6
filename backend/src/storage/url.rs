//! Signs the URLs for pages. Each one gives a right for a limited time, so none is logged.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::CONTENT_LENGTH;
use rusty_s3::S3Action;
use rusty_s3::actions::{GetObject, UploadPart};

use super::{Inner, S3Upload, Storage};

/// The longest time that a signed URL can work: seven days in signature version 4.
pub(super) const LONGEST_URL_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// In seconds. A URL for reading is signed as of the last full hour, so that it stays the same for an
/// hour.
const READ_URL_STEP: i64 = 60 * 60;

impl Storage {
    /// Returns the URL for one part of exactly `size` bytes, which works for a short time, and the
    /// header that the request must have.
    ///
    /// The signature includes the size and the checksum. A browser sets `Content-Length` by itself, and
    /// the store refuses another size or checksum.
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

    /// Returns a URL from which anyone can read the object, for almost seven days. It stays the same
    /// for an hour. It includes the disposition, which older objects were stored without.
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
