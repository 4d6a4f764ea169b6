//! What an app grants for an upload, and the upload protocols.

use ittybit_uploader::transfer::{FileInfo, max_file_size};

use crate::service::NewUpload;

/// The default name of the form field with the file.
const FIELD_NAME: &str = "file";

/// How a file is uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// In one request, to Ittybit: at most 64 MB, including the form around the file.
    Simple,
    /// In chunks, to Ittybit.
    Resumable,
    /// In parts, to the app's own store: at most 5 TiB. An empty file has one empty part, which some
    /// stores refuse. If no protocol is granted, an empty file is uploaded in one request.
    Multipart,
}

/// An app's permission for an upload: the properties to create it with, and its protocol.
///
/// Usually an app grants only the properties, because a `NewUpload` converts into a `Grant`:
///
/// ```
/// use ittybit_uploader_backend::{Grant, NewUpload, Protocol};
///
/// let usually = Grant::from(NewUpload::default());
/// assert_eq!(usually.protocol, None);
/// let in_parts = Grant { protocol: Some(Protocol::Multipart), ..usually };
/// # let _ = in_parts;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grant {
    /// The properties. `resumable` is ignored in favour of [`Self::protocol`].
    pub upload: NewUpload,
    /// The protocol. `None` chooses by the file's size: one request if the file fits, otherwise parts
    /// if the routes have a store, otherwise chunks.
    pub protocol: Option<Protocol>,
    /// The size of the parts of a multipart upload, in bytes. Default: 16 MiB. It is rounded up to
    /// whole MiB, to at least 5 MiB, and so that the file has at most 10,000 parts.
    pub part_size: Option<u64>,
    /// The owner of this upload: a user's id, of 1 to 256 characters. Requires
    /// [`UploadRoutes::identifying`](super::UploadRoutes::identifying), which must return the same
    /// user. Without it, or if the two differ, nothing is created and the page gets a 500. `None` uses
    /// the user that `identifying` returns. Without `identifying`, the upload has no owner, and anyone
    /// who has its id can continue it for 24 hours.
    pub owner: Option<String>,
}

impl From<NewUpload> for Grant {
    fn from(upload: NewUpload) -> Self {
        Self { upload, ..Self::default() }
    }
}

/// What to do with a file after all its parts have arrived in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handover {
    /// The service fetches the file from a signed URL, and the page gets its media object. The service
    /// answers when it has the file. If that takes longer than five minutes, the page gets a 504 and asks
    /// again. For files that take longer to fetch, use [`Self::Own`] and let a task fetch them
    /// (<https://ittybit.com/docs/ingest>).
    #[default]
    Service,
    /// The file stays in the store. The page gets a media object that these routes create, whose `url`
    /// reads the file from the store for almost seven days. The service doesn't know this object.
    Own,
}

impl Protocol {
    /// Chooses the protocol for a file by its size.
    pub(super) fn by_size(file: &FileInfo, has_storage: bool) -> Self {
        if file.size <= max_file_size(FIELD_NAME, file) {
            Self::Simple
        } else if has_storage {
            Self::Multipart
        } else {
            Self::Resumable
        }
    }
}
