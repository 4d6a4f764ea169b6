//! Uploads a file that a server has, or receives, to an upload URL.
//!
//! Streams the file, and keeps only a few chunks of it in memory. Interprets the answer with the same
//! code as in a page. Does not retry, because only the caller knows whether the file can be read again.

use std::error::Error;
use std::iter::successors;
use std::path::Path;
use std::time::Duration;
use std::{fmt, io};

use futures_util::stream::{self, StreamExt, TryStreamExt};
use ittybit_uploader::transfer::{
    ErrorCode, FileInfo, MAX_REQUEST_SIZE, Reply, UploadError, essence, read_media,
};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Response};
use serde_json::Value;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};
use uuid::Uuid;

use crate::service::{Service, TextError, UploadTarget, read_text, reason};

/// How many bytes are read at a time.
const CHUNK_SIZE: usize = 64 * 1024;

/// How long Ittybit may take to answer after the last byte.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(300);

/// The slowest acceptable connection, in bytes per second.
const SLOWEST_RATE: u64 = 16 * 1024;

/// A file to upload: its description and its bytes.
pub struct SourceFile {
    info: FileInfo,
    content: Box<dyn AsyncRead + Send + Unpin>,
}

impl SourceFile {
    /// Creates a file from any source, which must have exactly `info.size` bytes.
    pub fn new(info: FileInfo, content: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self { info, content: Box::new(content) }
    }

    /// Opens a file on disk, and uses its name. `mime` may be empty, because Ittybit detects the type.
    ///
    /// # Errors
    ///
    /// Fails if the file can't be opened.
    pub async fn open(path: impl AsRef<Path>, mime: &str) -> io::Result<Self> {
        let path = path.as_ref();
        let file = tokio::fs::File::open(path).await?;
        let size = file.metadata().await?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self::new(FileInfo { name, size, mime: mime.into() }, file))
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SourceFile").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Service {
    /// Uploads a file from a server, and returns the media object exactly as received.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use ittybit_uploader_backend::{Created, NewUpload, Service, SourceFile, Uuid};
    ///
    /// let service = Service::from_env()?;
    /// let key = Uuid::new_v4(); // the same for every attempt to upload this file
    /// let media = match service.create_upload(&NewUpload::default(), Some(key)).await? {
    ///     Created::Stored(media) => media,
    ///     Created::Target(target) => {
    ///         let file = SourceFile::open("holiday.mp4", "video/mp4").await?;
    ///         service.upload_from_server(&target, file).await?
    ///     }
    /// };
    /// println!("{}", media["id"]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// `too-large`, before sending a byte, if the file and its form don't fit into a simple upload;
    /// `file-unreadable` if the bytes can't be read, or are more or fewer than promised; `network`; or
    /// an error that depends on the answer.
    pub async fn upload_from_server(
        &self,
        target: &UploadTarget,
        file: SourceFile,
    ) -> Result<Value, UploadError> {
        let SourceFile { info, content } = file;
        let form = Form::around(&info);
        let request_size = form.size(&info);
        if request_size > MAX_REQUEST_SIZE {
            return Err(failure(
                ErrorCode::TooLarge,
                format!(
                    "The file has {} bytes; a simple upload takes at most {}.",
                    info.size,
                    MAX_REQUEST_SIZE - form.size(&FileInfo { size: 0, ..info.clone() }),
                ),
            ));
        }
        let response = self
            .client()
            .post(target.url())
            .header(CONTENT_TYPE, form.content_type())
            // Announces the size, so that the host can refuse a file that is too large at once.
            .header(CONTENT_LENGTH, request_size)
            .timeout(ANSWER_TIMEOUT + Duration::from_secs(request_size / SLOWEST_RATE))
            .body(form.body(info.size, content))
            .send()
            .await
            .map_err(not_answered)?;
        read_media(&read_reply(response).await?, target.url()).map_err(|error| *error)
    }
}

async fn read_reply(response: Response) -> Result<Reply, UploadError> {
    let status = response.status().as_u16();
    match read_text(response).await {
        Ok(body) => Ok(Reply { status, body, ..Reply::default() }),
        Err(TextError::Broken(error)) => Err(not_answered(error)),
        Err(TextError::TooLong) => Err(UploadError {
            status: Some(status),
            ..failure(ErrorCode::BadResponse, "The host's answer is far too long.".into())
        }),
    }
}

fn failure(code: ErrorCode, message: String) -> UploadError {
    UploadError::new(code, message)
}

/// Distinguishes a file that can't be read from a network error.
fn not_answered(error: reqwest::Error) -> UploadError {
    let unreadable = successors(Some(&error as &dyn Error), |&error| error.source())
        .find_map(|error| error.downcast_ref::<Unreadable>())
        .map(ToString::to_string);
    match unreadable {
        Some(message) => failure(ErrorCode::FileUnreadable, message),
        None => failure(
            ErrorCode::Network,
            format!("The connection to the host failed: {}.", reason(error)),
        ),
    }
}

/// Why the bytes of a file can't be sent.
#[derive(Debug, Error)]
enum Unreadable {
    #[error("The file cannot be read: {0}.")]
    Failed(#[from] io::Error),
    #[error("The file ended {0} bytes too early; it has changed since its size was taken.")]
    Shorter(u64),
    #[error("The file has more bytes than it had when its size was taken.")]
    Longer,
}

/// The form around the file. Encodes names as browsers do (HTML standard, "multipart/form-data encoding
/// algorithm"), which general-purpose encoders don't follow. So a name arrives the same from a server
/// as from a page.
struct Form {
    boundary: String,
    opening: String,
    closing: String,
}

impl Form {
    fn around(info: &FileInfo) -> Self {
        let boundary = format!("ittybit-{}", Uuid::new_v4().simple());
        let name = info.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let mime = essence(&info.mime).unwrap_or_else(|| "application/octet-stream".into());
        let opening = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {mime}\r\n\r\n"
        );
        let closing = format!("\r\n--{boundary}--\r\n");
        Self { boundary, opening, closing }
    }

    fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Returns the size of the whole body, in bytes.
    fn size(&self, info: &FileInfo) -> u64 {
        let envelope = (self.opening.len() + self.closing.len()) as u64;
        info.size.saturating_add(envelope)
    }

    fn body(self, size: u64, content: Box<dyn AsyncRead + Send + Unpin>) -> Body {
        let piece = |text: String| stream::iter([Ok::<_, Unreadable>(text.into_bytes())]);
        let file = stream::try_unfold((content, size), |(mut content, left)| async move {
            let mut chunk = Vec::with_capacity(CHUNK_SIZE);
            match content.read_buf(&mut chunk).await? as u64 {
                0 if left > 0 => Err(Unreadable::Shorter(left)),
                0 => Ok(None),
                count if count > left => Err(Unreadable::Longer),
                count => Ok(Some((chunk, (content, left - count)))),
            }
        });
        Body::wrap_stream(piece(self.opening).chain(file.into_stream()).chain(piece(self.closing)))
    }
}
