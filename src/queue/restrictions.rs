//! Limits on the sizes, number and types of a queue's files, checked before any request.

use crate::transfer::{ErrorCode, FileInfo, UploadError, digits};

/// The limits that a page sets. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restrictions {
    /// The size of the largest file.
    pub max_file_size: u64,
    /// The size of the smallest file.
    pub min_file_size: u64,
    /// The size of all files together.
    pub max_total_file_size: u64,
    /// The largest number of files.
    pub max_number_of_files: u64,
    /// The smallest number of files that can be started.
    pub min_number_of_files: u64,
    /// Types as in the `accept` attribute, separated by commas: `.jpg,image/png,video/*`. In lower case
    /// and without spaces. Empty allows every type.
    pub allowed_file_types: String,
}

impl Default for Restrictions {
    /// Allows everything.
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
    /// Checks whether `file` may be added to `count` files that have `size` bytes together.
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

    /// Checks whether `count` files are enough to start.
    pub(super) fn check_start(&self, count: u64) -> Result<(), Box<UploadError>> {
        let least = self.min_number_of_files;
        if count >= least {
            return Ok(());
        }
        Err(restriction("minNumberOfFiles", [&*digits(least), " files at least."].concat()))
    }

    /// Returns whether [`Self::allowed_file_types`] allow a file of this name and type.
    ///
    /// A listed type also allows a file of unknown type with a matching extension, and a listed extension
    /// also allows a file without an extension but with a matching type. `image/*` doesn't allow a type
    /// that a browser runs as a page or a script, like `image/svg+xml`: such a type or its extension must
    /// be listed itself. A listed extension doesn't allow a file whose type contradicts it.
    #[must_use]
    pub fn allows_type(&self, file: &FileInfo) -> bool {
        let (name, mime) = (file.name.as_bytes(), file.mime.as_bytes());
        let allows = |allowed: &[u8]| match allowed {
            [b'.', wanted @ ..] => {
                ends_with(name, allowed) && !contradicts(mime, extension(allowed))
                    || says_nothing(extension(name)) && is_one_medium(wanted, mime)
            }
            b"*/*" => true,
            [kind @ .., b'/', b'*'] => is_kind(kind, mime, extension(name)),
            allowed => {
                mime == allowed
                    || is_one_medium(allowed, mime)
                    || is_vague(mime, before(allowed, b'/'))
                        && is_one_medium(allowed, extension(name))
            }
        };
        let mut types = self.allowed_file_types.as_bytes().split(|byte| *byte == b',');
        self.allowed_file_types.is_empty() || types.any(allows)
    }
}

/// The formats of a media pipeline: for each, its types and its extensions. A type stands in for a
/// missing extension and the other way round: on Windows the type is often missing, on Android the
/// extension. SVG is not listed, because it is markup.
const MEDIA: &[u8] = b"\
    video/mp4 video/x-m4v mp4 m4v,\
    video/quicktime mov qt,\
    video/x-matroska video/matroska mkv,\
    video/webm webm,\
    video/x-msvideo video/avi video/msvideo avi,\
    video/mpeg mpg mpeg,\
    video/x-ms-wmv wmv,\
    video/x-flv flv,\
    video/3gpp video/3gpp2 3gp 3g2,\
    video/mp2t video/vnd.dlna.mpeg-tts ts mts m2ts,\
    video/mxf application/mxf mxf,\
    video/ogg ogv,\
    audio/mpeg audio/mp3 mp3,\
    audio/mp4 audio/x-m4a audio/m4a m4a,\
    audio/wav audio/x-wav audio/wave audio/vnd.wave wav,\
    audio/flac audio/x-flac flac,\
    audio/ogg audio/opus ogg oga opus,\
    audio/aac audio/x-aac audio/vnd.dlna.adts aac,\
    audio/aiff audio/x-aiff aiff aif,\
    audio/x-ms-wma wma,\
    image/jpeg image/jpg image/pjpeg jpg jpeg jfif,\
    image/png png,\
    image/gif gif,\
    image/webp webp,\
    image/avif avif,\
    image/heic image/heif heic heif hif,\
    image/tiff tif tiff,\
    image/bmp image/x-ms-bmp bmp,\
    image/jxl jxl";

/// Types that a platform may give to a video or audio file although they don't say so, some because
/// another format has the same extension (Qt's translations are `.ts` too).
const CONTAINERS: &[u8] = b"application/mp4 application/mxf application/ogg \
    application/x-matroska model/vnd.mts text/vnd.trolltech.linguist";

/// Words in the subtypes that a browser opens as a page or runs as a script.
const RUNNING: &[u8] = b"html xhtml xml svg xsl mixed javascript ecmascript jscript livescript";

/// Extensions that differ from the word in their types, with that word.
const OTHER_NAMES: [(&[u8], &[u8]); 5] = [
    (b"htm", b"html"),
    (b"xht", b"xhtml"),
    (b"svgz", b"svg"),
    (b"js", b"javascript"),
    (b"mjs", b"javascript"),
];

/// Returns whether a file is of a kind like `video`: by its type, or by its extension if the type is
/// vague.
fn is_kind(kind: &[u8], mime: &[u8], extension: &[u8]) -> bool {
    if is_vague(mime, kind) {
        return kind_of(extension) == Some(kind);
    }
    before(mime, b'/') == kind && !words(mime).any(|word| has(RUNNING, word))
}

/// Returns whether a file's type contradicts its extension.
fn contradicts(mime: &[u8], extension: &[u8]) -> bool {
    if is_unknown(mime) {
        return false;
    }
    match kind_of(extension) {
        // Video and audio share their containers.
        Some(kind) if is_av(kind) => {
            !is_kind(b"video", mime, extension) && !is_kind(b"audio", mime, extension)
        }
        Some(kind) => !is_kind(kind, mime, extension),
        None => {
            let mut others = OTHER_NAMES.iter().filter(|(other, _)| same(other, extension));
            let named = others.next().map_or(extension, |(_, word)| word);
            words(mime).any(|word| has(RUNNING, word)) && !words(mime).any(|word| same(word, named))
        }
    }
}

/// Returns whether the extension tells more than the type about a file of this kind.
fn is_vague(mime: &[u8], kind: &[u8]) -> bool {
    is_unknown(mime) || is_av(kind) && has(CONTAINERS, mime)
}

/// Returns whether an extension is missing, or says nothing about the file's content.
fn says_nothing(extension: &[u8]) -> bool {
    extension.is_empty() || has(b"bin tmp", extension)
}

/// Returns whether two types or extensions are of the same format in [`MEDIA`].
fn is_one_medium(one: &[u8], other: &[u8]) -> bool {
    media().any(|medium| has(medium, one) && has(medium, other))
}

fn media() -> impl Iterator<Item = &'static [u8]> {
    MEDIA.split(|byte| *byte == b',')
}

/// Returns whether this is what platforms say about a file of unknown type.
fn is_unknown(mime: &[u8]) -> bool {
    mime.is_empty() || mime == b"application/octet-stream"
}

fn is_av(kind: &[u8]) -> bool {
    matches!(kind, b"video" | b"audio")
}

fn kind_of(extension: &[u8]) -> Option<&'static [u8]> {
    media().find(|medium| has(medium, extension)).map(|medium| before(medium, b'/'))
}

/// Returns whether `list`, whose words are separated by spaces, contains `word`.
fn has(list: &[u8], word: &[u8]) -> bool {
    list.split(|byte| *byte == b' ').any(|known| same(known, word))
}

/// Returns the words of a subtype: `svg` and `xml` for `image/svg+xml`.
fn words(mime: &[u8]) -> impl Iterator<Item = &[u8]> {
    mime.split(|byte| b"/.+-".contains(byte)).skip(1)
}

/// Returns what follows the last dot. Returns an empty slice if there is no dot.
fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b'.').map_or(b"", |dot| &name[dot + 1..])
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn before(text: &[u8], end: u8) -> &[u8] {
    text.split(|byte| *byte == end).next().unwrap_or_default()
}

/// Returns whether `name` ends in `extension`, ignoring case.
fn ends_with(name: &[u8], extension: &[u8]) -> bool {
    let start = name.len().checked_sub(extension.len());
    start.is_some_and(|start| same(&name[start..], extension))
}

/// Creates the error for a limit that is not met. Its detail is the name of the option.
fn restriction(option: &str, message: String) -> Box<UploadError> {
    let mut error = UploadError::boxed(ErrorCode::Restriction, message);
    error.detail = Some(option.into());
    error
}
