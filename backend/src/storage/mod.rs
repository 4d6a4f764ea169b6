//! A client for the part of the S3 protocol that multipart uploads need.
//!
//! It creates uploads, signs the URLs of parts, and lists, completes and aborts uploads. The bytes of a
//! file never pass through it, because pages send them directly to the store. It does not know who may
//! upload, or what happens to a stored file.
//!
//! The limits and the protocol are those of the Amazon S3 API reference (`CreateMultipartUpload`,
//! `UploadPart`, `ListParts`, `CompleteMultipartUpload`, `AbortMultipartUpload`).

mod error;
mod send;
mod settings;
mod url;
mod xml;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED,
};
use reqwest::{Client, Method, StatusCode, Url};
use rusty_s3::actions::{
    AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, DeleteObject, HeadObject,
    ListParts,
};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

pub use error::{StorageConfigError, StorageError};
pub use settings::{Checksums, ContentDisposition, StorageSettings};

use crate::service::{self, Timeouts};

/// The header with a part's CRC32C, in base64 of four bytes in big-endian order.
const CRC32C_HEADER: &str = "x-amz-checksum-crc32c";

/// The header with a part's MD5, in base64 (RFC 1864).
const MD5_HEADER: &str = "content-md5";

/// How long the URLs work that this backend itself uses at once.
const OWN_URL_TTL: Duration = Duration::from_secs(5 * 60);

/// A bucket of an S3-compatible store. Cheap to clone: clones share their connections.
///
/// No `Debug`, error or log contains its secret.
#[derive(Clone)]
pub struct Storage {
    inner: Arc<Inner>,
    timeouts: Timeouts,
}

struct Inner {
    settings: StorageSettings,
    credentials: Credentials,
    /// The bucket at the address for this backend.
    bucket: Bucket,
    /// The bucket at the address for pages.
    public: Bucket,
    client: Client,
}

/// An upload in the store: its future object, and the store's own id.
#[derive(Clone, Copy)]
pub(crate) struct S3Upload<'a> {
    pub(crate) object: &'a str,
    pub(crate) upload_id: &'a str,
    pub(crate) checksums: Checksums,
}

/// A part that the store has.
#[derive(Clone, Debug)]
pub(crate) struct StoredPart {
    pub(crate) number: u16,
    /// In bytes.
    pub(crate) size: u64,
    /// As the store writes it, usually in quotes.
    pub(crate) etag: String,
    /// The CRC32C in base64, if the store returns it.
    pub(crate) checksum: Option<String>,
}

/// A complete object.
#[derive(Clone, Debug)]
pub(crate) struct StoredObject {
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) last_modified: Option<Timestamp>,
    /// As the store writes it, usually in quotes.
    pub(crate) etag: Option<String>,
    /// The CRC32C of the parts' checksums, if the store returns it.
    pub(crate) checksum: Option<String>,
}

impl Storage {
    /// Creates a client with these settings. Sends nothing yet.
    ///
    /// # Errors
    ///
    /// Fails if an address, the bucket's name or the credentials are not valid, or if the system has no
    /// certificates to trust.
    pub fn new(settings: StorageSettings) -> Result<Self, StorageConfigError> {
        settings.check()?;
        let style = if settings.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = |endpoint: &str| -> Result<Bucket, StorageConfigError> {
            let endpoint = Url::parse(endpoint).map_err(|_| StorageConfigError::Endpoint)?;
            Bucket::new(endpoint, style, settings.bucket.clone(), settings.region.clone())
                .map_err(|_| StorageConfigError::Bucket)
        };
        let public = bucket(settings.public_endpoint())?;
        let bucket = bucket(&settings.endpoint)?;
        let (key, secret) = (&settings.access_key_id, &settings.secret_access_key);
        let credentials = match &settings.session_token {
            Some(token) => Credentials::new_with_token(key, secret, token),
            None => Credentials::new(key, secret),
        };
        let client = service::build_client(bucket.base_url())?;
        let inner = Arc::new(Inner { settings, credentials, bucket, public, client });
        Ok(Self { inner, timeouts: Timeouts::default() })
    }

    /// Returns the same client with other timeouts.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Creates a client from environment variables. Returns `None` if `S3_BUCKET` is not set. The
    /// variables are those of [`StorageSettings::from_variables`].
    ///
    /// # Errors
    ///
    /// Fails if a required variable is missing, or if [`Storage::new`] fails.
    pub fn from_env() -> Result<Option<Self>, StorageConfigError> {
        StorageSettings::from_variables(|name| std::env::var(name).ok())?.map(Self::new).transpose()
    }

    /// Returns the origin to which pages send parts. A page's Content-Security-Policy must allow it in
    /// `connect-src`.
    #[must_use]
    pub fn public_origin(&self) -> String {
        self.inner.public.base_url().origin().ascii_serialization()
    }

    pub(crate) fn settings(&self) -> &StorageSettings {
        &self.inner.settings
    }

    /// Begins an upload, and returns the store's id for it. Must say whether its parts have a CRC32C.
    pub(crate) async fn create(&self, object: &str, mime: &str) -> Result<String, StorageError> {
        let Inner { bucket, credentials, client, settings, .. } = &*self.inner;
        let mut action = CreateMultipartUpload::new(bucket, Some(credentials), object);
        let is_summed = settings.checksums == Checksums::Crc32c;
        let algorithm = is_summed.then_some(("x-amz-checksum-algorithm", "CRC32C"));
        let disposition = settings.content_disposition.as_str();
        action.headers_mut().insert(CONTENT_DISPOSITION.as_str(), disposition);
        let mime = if mime.is_empty() { "application/octet-stream" } else { mime };
        if let Some((name, value)) = algorithm {
            action.headers_mut().insert(name, value);
        }
        let mut request = client
            .post(action.sign(OWN_URL_TTL))
            .header(CONTENT_DISPOSITION, disposition)
            .header(CONTENT_TYPE, mime)
            .timeout(self.timeouts.answer);
        if let Some((name, value)) = algorithm {
            request = request.header(name, value);
        }
        let text = send::text(request).await.map_err(|error| match error {
            StorageError::Refused { status: StatusCode::NOT_IMPLEMENTED, code, .. }
                if is_summed =>
            {
                StorageError::NoChecksums(code)
            }
            other => other,
        })?;
        xml::read_upload_id(&text)
    }

    /// Lists all parts that have arrived, in the store's order.
    pub(crate) async fn list(&self, upload: S3Upload<'_>) -> Result<Vec<StoredPart>, StorageError> {
        let Inner { bucket, credentials, client, .. } = &*self.inner;
        let mut parts = Vec::new();
        let mut marker = 0;
        loop {
            let mut action =
                ListParts::new(bucket, Some(credentials), upload.object, upload.upload_id);
            if marker > 0 {
                action.set_part_number_marker(marker);
            }
            let request = client.get(action.sign(OWN_URL_TTL)).timeout(self.timeouts.answer);
            let page = xml::read_parts(&send::text(request).await?)?;
            parts.extend(page.parts);
            match page.next {
                None => return Ok(parts),
                // A list whose marker doesn't advance would never end.
                Some(next) if next > marker => marker = next,
                Some(_) => return Err(StorageError::NotUnderstood("its list does not go on")),
            }
        }
    }

    /// Combines the parts in this order.
    pub(crate) async fn complete(
        &self,
        upload: S3Upload<'_>,
        parts: &[StoredPart],
    ) -> Result<(), StorageError> {
        let Inner { bucket, credentials, client, .. } = &*self.inner;
        let S3Upload { object, upload_id, checksums } = upload;
        let none = std::iter::empty();
        let action =
            CompleteMultipartUpload::new(bucket, Some(credentials), object, upload_id, none);
        let request = client
            .post(action.sign(OWN_URL_TTL))
            .header(CONTENT_TYPE, "application/xml")
            .body(xml::write_parts(parts, checksums == Checksums::Crc32c))
            .timeout(self.timeouts.fetch);
        // The store may send status 200 before it is done, and then report an error in the body.
        xml::check_completed(&send::text(request).await?)
    }

    /// Aborts an upload, which deletes its parts.
    pub(crate) async fn abort(&self, upload: S3Upload<'_>) -> Result<(), StorageError> {
        let Inner { bucket, credentials, client, .. } = &*self.inner;
        let S3Upload { object, upload_id, .. } = upload;
        let action = AbortMultipartUpload::new(bucket, Some(credentials), object, upload_id);
        let request = client.delete(action.sign(OWN_URL_TTL)).timeout(self.timeouts.answer);
        send::text(request).await.map(drop)
    }

    /// Deletes an object.
    pub(crate) async fn remove(&self, object: &str) -> Result<(), StorageError> {
        let Inner { bucket, credentials, client, .. } = &*self.inner;
        let action = DeleteObject::new(bucket, Some(credentials), object);
        let request = client.delete(action.sign(OWN_URL_TTL)).timeout(self.timeouts.answer);
        send::text(request).await.map(drop)
    }

    /// Returns what the store says about an object. Returns `None` if it doesn't exist.
    pub(crate) async fn head(&self, object: &str) -> Result<Option<StoredObject>, StorageError> {
        let Inner { bucket, credentials, client, settings, .. } = &*self.inner;
        let mut action = HeadObject::new(bucket, Some(credentials), object);
        let is_summed = settings.checksums == Checksums::Crc32c;
        // Without this header, stores return no checksum.
        let mode = is_summed.then_some(("x-amz-checksum-mode", "ENABLED"));
        if let Some((name, value)) = mode {
            action.headers_mut().insert(name, value);
        }
        let mut request =
            client.request(Method::HEAD, action.sign(OWN_URL_TTL)).timeout(self.timeouts.answer);
        if let Some((name, value)) = mode {
            request = request.header(name, value);
        }
        let response = match send::answer(request).await {
            // Without permission to list a bucket, S3 answers 403 for a missing object (`HeadObject`).
            Err(StorageError::Refused {
                status: StatusCode::NOT_FOUND | StatusCode::FORBIDDEN,
                ..
            }) => return Ok(None),
            other => other?,
        };
        let text = |name: HeaderName| response.headers().get(name)?.to_str().ok();
        let size = text(CONTENT_LENGTH)
            .and_then(|size| size.parse().ok())
            .ok_or(StorageError::NotUnderstood("it does not say how large the object is"))?;
        let last_modified = text(LAST_MODIFIED)
            .and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        let etag = text(ETAG).map(String::from);
        let checksum = text(HeaderName::from_static(CRC32C_HEADER)).filter(|_| is_summed);
        let checksum = checksum.map(String::from);
        Ok(Some(StoredObject { size, last_modified, etag, checksum }))
    }
}

impl Checksums {
    /// Returns the header with a part's checksum.
    const fn header(self) -> Option<&'static str> {
        match self {
            Self::Crc32c => Some(CRC32C_HEADER),
            Self::Md5 => Some(MD5_HEADER),
            Self::None => None,
        }
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Storage").field(&self.inner.settings).finish()
    }
}
