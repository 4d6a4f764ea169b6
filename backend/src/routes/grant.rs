//! What an app grants, and how a file travels.

use ittybit_uploader::transfer::{FileInfo, max_file_size};

use crate::service::NewUpload;

/// The name of the form's field, as pages call it unless told otherwise.
const FIELD_NAME: &str = "file";

/// How a file travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// In one piece, to Ittybit: at most 64 MB, the form around the file included.
    Simple,
    /// In chunks, to Ittybit.
    Resumable,
    /// In parts, to the app's own store: at most 5 TiB. An empty file has one empty part, which some
    /// stores refuse; left to its size, it goes in one piece.
    Multipart,
}

/// An app's yes to an upload: the properties to create it with, and how the file travels.
///
/// Usually the properties alone are granted, for `NewUpload` becomes a `Grant` by itself:
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
    /// The properties. `resumable` is ignored: [`Self::protocol`] says it.
    pub upload: NewUpload,
    /// How the file travels. `None` leaves it to its size: in one piece where it fits, else in
    /// parts where the routes have a store, else in chunks.
    pub protocol: Option<Protocol>,
    /// How large the parts of a multipart upload should be, in bytes; 16 MiB unless set. They are
    /// whole MiB, at least 5, and as many more as it takes for the file to have 10,000 of them.
    pub part_size: Option<u64>,
    /// Whose upload this is: a user's id, of 1 to 256 characters. It needs
    /// [`UploadRoutes::identifying`](super::UploadRoutes::identifying), which must name the same
    /// user: without it, or where the two differ, nothing is created and the page is answered 500.
    /// `None` leaves it to `identifying`; where there is none, the upload is nobody's, and whoever
    /// has its id may go on with it, for 24 hours.
    pub owner: Option<String>,
}

impl From<NewUpload> for Grant {
    fn from(upload: NewUpload) -> Self {
        Self { upload, ..Self::default() }
    }
}

/// What becomes of a file whose parts have all arrived in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handover {
    /// The service fetches it by a signed URL, and the page is answered with its media object. The
    /// service answers once it has the file; where that takes longer than five minutes the page is
    /// answered 504, and asks again. For larger files than it can fetch in such a time, take
    /// [`Self::Own`] and have it fetch them by a task of its own
    /// (<https://ittybit.com/docs/ingest>).
    #[default]
    Service,
    /// It stays where it is. The page is answered with a media object of these routes' own, whose
    /// `url` reads the file from the store for almost seven days. Nobody else knows the object.
    Own,
}

impl Protocol {
    /// What suits a file of this size.
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
