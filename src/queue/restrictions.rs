//! What a queue takes: sizes, numbers and types of files, checked before anything is asked or sent.

use crate::transfer::{ErrorCode, FileInfo, UploadError, digits};

/// Limits that the page sets. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restrictions {
    /// The largest file.
    pub max_file_size: u64,
    /// The smallest file.
    pub min_file_size: u64,
    /// All files together.
    pub max_total_file_size: u64,
    /// The most files.
    pub max_number_of_files: u64,
    /// The fewest files to start with.
    pub min_number_of_files: u64,
    /// Types as the `accept` attribute takes them, with commas between: `.jpg,image/png,video/*`.
    /// In lower case and without spaces. None is all.
    pub allowed_file_types: String,
}

impl Default for Restrictions {
    /// Anything goes.
    fn default() -> Self {
        Self {
            max_file_size: u64::MAX,
            min_file_size: 0,
            max_total_file_size: u64::MAX,
            max_number_of_files: u64::MAX,
            min_number_of_files: 0,
            allowed_file_types: String::new(),
        }
    }
}

impl Restrictions {
    /// Whether `file` may join `count` files of `size` bytes together.
    pub(super) fn check(
        &self,
        file: &FileInfo,
        count: u64,
        size: u64,
    ) -> Result<(), Box<UploadError>> {
        let (option, is_of_one, limit, words) = if count >= self.max_number_of_files {
            ("maxNumberOfFiles", false, self.max_number_of_files, " files at most.")
        } else if file.size > self.max_file_size {
            ("maxFileSize", true, self.max_file_size, " are allowed.")
        } else if file.size < self.min_file_size {
            ("minFileSize", true, self.min_file_size, " are needed.")
        } else if size.saturating_add(file.size) > self.max_total_file_size {
            ("maxTotalFileSize", false, self.max_total_file_size, " bytes in all at most.")
        } else if !self.allows_type(file) {
            let words = ["Only these types of files are allowed: ", &self.allowed_file_types, "."];
            return Err(restriction("allowedFileTypes", words.concat()));
        } else {
            return Ok(());
        };
        let of = if is_of_one {
            ["The file has ", &*digits(file.size), " bytes; "].concat()
        } else {
            String::new()
        };
        Err(restriction(option, [&of, &*digits(limit), words].concat()))
    }

    /// Whether there are enough files to start.
    pub(super) fn check_start(&self, count: u64) -> Result<(), Box<UploadError>> {
        let least = self.min_number_of_files;
        if count >= least {
            return Ok(());
        }
        Err(restriction("minNumberOfFiles", [&*digits(least), " files at least."].concat()))
    }

    /// Whether a file of this name and type is among [`Self::allowed_file_types`].
    #[must_use]
    pub fn allows_type(&self, file: &FileInfo) -> bool {
        // A type may have parameters: `text/plain;charset=utf-8`.
        let mime = before(file.mime.as_bytes(), b';').trim_ascii();
        let allows = |allowed: &[u8]| match allowed {
            [b'.', ..] => ends_with(file.name.as_bytes(), allowed),
            b"*/*" => true,
            [kind @ .., b'/', b'*'] => is_kind(kind, mime, file.name.as_bytes()),
            allowed => mime.eq_ignore_ascii_case(allowed),
        };
        let mut types = self.allowed_file_types.as_bytes().split(|byte| *byte == b',');
        self.allowed_file_types.is_empty() || types.any(allows)
    }
}

/// What a file may be whose type the platform does not know, which on Windows is many: by its
/// extension, for the kinds that a media pipeline takes.
const KINDS: [(&[u8], &[u8]); 3] = [
    (b"video", b"mp4 m4v mov mkv webm avi mpg mpeg wmv flv 3gp ts mts m2ts mxf ogv"),
    (b"audio", b"mp3 m4a wav flac ogg oga opus aac aiff wma"),
    (b"image", b"jpg jpeg png gif webp avif heic heif svg tif tiff bmp jxl"),
];

fn is_kind(kind: &[u8], mime: &[u8], name: &[u8]) -> bool {
    if !mime.is_empty() {
        return before(mime, b'/').eq_ignore_ascii_case(kind);
    }
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else { return false };
    let extension = &name[dot + 1..];
    KINDS.iter().filter(|(known, _)| *known == kind).any(|(_, extensions)| {
        extensions.split(|byte| *byte == b' ').any(|known| known.eq_ignore_ascii_case(extension))
    })
}

fn before(text: &[u8], end: u8) -> &[u8] {
    text.split(|byte| *byte == end).next().unwrap_or_default()
}

/// Whether `name` ends in `extension`, in capitals or not.
fn ends_with(name: &[u8], extension: &[u8]) -> bool {
    let start = name.len().checked_sub(extension.len());
    start.is_some_and(|start| name[start..].eq_ignore_ascii_case(extension))
}

/// A restriction that is not met. The error's detail is the name of the option.
fn restriction(option: &str, message: String) -> Box<UploadError> {
    let mut error = UploadError::boxed(ErrorCode::Restriction, message);
    error.detail = Some(option.into());
    error
}
