//! Reads the answers of the app's own backend.
//!
//! An answer decides where a person's file is sent, so this module reads it strictly: every parser must
//! read a URL in the same way, and a page must be allowed to send a file there.

use super::answer::{no_media, redact, reports_error, stored_media, words};
use super::checksums::Checksums;
use super::task::Job;
use super::{ErrorCode, Json, Reply, UploadError, url};

/// Where a file goes.
pub(super) enum Target<J> {
    /// One `POST` to this URL, which works once.
    Simple { url: String },
    /// A `PUT` for each chunk to this URL.
    Resumable(Resumable),
    /// A `PUT` for each part, to a URL that the backend signs for it.
    Multipart {
        id: String,
        part_size: u64,
        checksums: Checksums,
        /// The endpoint that signs the parts, if a function of the app names one.
        endpoint: Option<String>,
    },
    /// Nowhere: an earlier attempt has stored the file, and this is its media object.
    Stored { media: J },
}

/// A resumable upload.
#[derive(Clone, Debug)]
pub(super) struct Resumable {
    pub(super) url: String,
    /// Whether the host requires `Content-Range: bytes=…` instead of the standard's `bytes …`.
    pub(super) equals_form: bool,
    pub(super) chunk_size: Option<u64>,
    /// The first and the last byte of each range that the host has.
    pub(super) received: Vec<(u64, u64)>,
}

/// What an upload target is checked against.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Whether a URL may be a loopback address over `http:`.
    pub(super) http_loopback: bool,
    /// The origins of the endpoints that an app's own function may name. `None` if the endpoint itself
    /// answered, because then it also signs the parts.
    pub(super) origins: Option<&'a str>,
}

/// Returns what the backend is asked to do in a job. Completes the sentence "The backend could not …".
pub(super) const fn asked_for(job: &Job) -> &'static str {
    match job {
        Job::Whole => "prepare the upload",
        Job::List => "list the stored parts",
        Job::Piece(_) => "sign a part",
        Job::Completion => "complete the upload",
    }
}

const MOVED: &str = ". options.endpoint must be the address that it leads to.";

/// Checks the status of the backend's answer and parses its JSON.
///
/// # Errors
///
/// - `endpoint` if the backend refused, failed or redirected.
/// - `too-large` for a 413.
/// - `bad-target` if the answer is not JSON; `bad-response` if it answers a request to complete an upload.
/// - `url-expired` if an upload that was begun is gone.
pub(super) fn read_reply<J: Json>(
    reply: &Reply,
    job: &Job,
    is_begun: bool,
) -> Result<J, Box<UploadError>> {
    let json = J::parse(&reply.body);
    if reply.is_success() {
        return json.ok_or_else(|| {
            if matches!(job, Job::Completion) {
                return no_media("The app's backend", reply, None);
            }
            let words = ["it is empty", "it is a web page, perhaps a login", "it is not JSON"];
            bad_target(reply.looks_like(words))
        });
    }
    let doing = asked_for(job);
    let (code, sentence) = match reply.status {
        ..=399 => (
            ErrorCode::Endpoint,
            ["The app's backend redirects, perhaps to a login, when asked to ", doing, MOVED],
        ),
        413 => (ErrorCode::TooLarge, ["The file is too large", "", ""]),
        404 | 410 if is_begun => {
            (ErrorCode::UrlExpired, ["The upload that was begun is gone", "", ""])
        }
        500.. => (ErrorCode::Endpoint, ["The app's backend could not ", doing, ""]),
        _ => (ErrorCode::Endpoint, ["The app's backend refused to ", doing, ""]),
    };
    let sentence = sentence.concat();
    if reply.status <= 399 {
        // Without a status, because the browser hides that of a redirect.
        return Err(UploadError::boxed(code, sentence));
    }
    let words = json.as_ref().and_then(words).map(|words| redact(&words, ""));
    Err(UploadError::answered(code, &sentence, reply, words))
}

/// Returns the object inside an answer's envelope, or the answer itself if it has no envelope.
///
/// # Errors
///
/// `endpoint` if the envelope's `error` is set, `bad-target` if there is no object.
fn open<J: Json>(answer: &J) -> Result<J, Box<UploadError>> {
    if reports_error(answer) {
        let detail = words(answer).map(|words| redact(&words, ""));
        let reason = detail.as_deref().unwrap_or("it gave no reason.");
        let message = ["The app's backend refused the upload: ", reason].concat();
        let mut error = UploadError::boxed(ErrorCode::Endpoint, message);
        error.detail = detail;
        return Err(error);
    }
    answer
        .field("data")
        .map_or_else(|| answer.object(), |data| data.object())
        .ok_or_else(|| bad_target("it is neither an object nor a URL"))
}

/// Reads an upload target: a URL, an object, or an object in an envelope.
///
/// # Errors
///
/// `bad-target`, which says what is wrong; `endpoint` if the envelope's `error` is set.
pub(super) fn read_target<J: Json>(
    answer: &J,
    asked: Asked<'_>,
) -> Result<Target<J>, Box<UploadError>> {
    let target = match answer.text() {
        Some(url) => check_url(url, asked.http_loopback).map(|url| Target::Simple { url }),
        None => read_object(&open(answer)?, asked),
    };
    target.map_err(bad_target)
}

/// Says what is wrong with an answer.
type Problem = &'static str;

fn read_object<J: Json>(target: &J, asked: Asked<'_>) -> Result<Target<J>, Problem> {
    if let Some(media) = target.field("media") {
        let media = stored_media(&media).ok_or("its `media` is no media object")?;
        return Ok(Target::Stored { media });
    }
    let protocol = match target.field("protocol") {
        None => "simple".into(),
        Some(protocol) => protocol.text().ok_or("its `protocol` is not a string")?,
    };
    match protocol.as_str() {
        "simple" => Ok(Target::Simple { url: read_url(target, asked.http_loopback)? }),
        "resumable" => Ok(Target::Resumable(Resumable {
            url: read_url(target, asked.http_loopback)?,
            equals_form: target.text_in("content_range").as_deref() == Some("equals"),
            chunk_size: match target.field("chunk_size").map(|size| size.count()) {
                None => None,
                Some(Some(size)) if size > 0 => Some(size),
                Some(_) => return Err("its `chunk_size` is no number of bytes"),
            },
            received: read_received(target)
                .ok_or("its `received` are no pairs of the first and the last byte")?,
        })),
        "multipart" => {
            let endpoint = match asked.origins {
                Some(origins) => Some(read_endpoint(target, origins)?),
                None => None,
            };
            let id = target.text_in("upload_id").ok_or("it has no `upload_id`")?;
            if !url::is_segment(&id) {
                return Err("its `upload_id` must not be empty, `.` or `..`");
            }
            Ok(Target::Multipart {
                id,
                part_size: target.count_in("part_size").ok_or("it has no `part_size`")?,
                checksums: read_checksums(target)?.unwrap_or_default(),
                endpoint,
            })
        }
        _ => Err("its `protocol` is not one that this version speaks"),
    }
}

/// Returns the endpoint that an app's own function names for signing parts.
fn read_endpoint<J: Json>(target: &J, origins: &str) -> Result<String, Problem> {
    let endpoint = target.text_in("endpoint");
    let endpoint = endpoint.ok_or("it has no `endpoint` where its parts are signed")?;
    if url::is_at(&endpoint, origins) {
        Ok(endpoint)
    } else {
        Err("its `endpoint` must be at the page's origin or at one in `options.endpoints`")
    }
}

/// Returns how the store verifies the parts. Returns `None` if the answer does not say it.
fn read_checksums<J: Json>(target: &J) -> Result<Option<Checksums>, Problem> {
    let Some(said) = target.field("checksums") else { return Ok(None) };
    match said.text().as_deref() {
        Some("crc32c") => Ok(Some(Checksums::Crc32c)),
        Some("md5") => Ok(Some(Checksums::Md5)),
        Some("none") => Ok(Some(Checksums::None)),
        _ => Err("its `checksums` must be `crc32c`, `md5` or `none`"),
    }
}

/// Returns how the store verifies the parts, from the answer that lists the stored parts. Returns `None` if
/// it does not say it.
///
/// # Errors
///
/// The same as [`read_target`].
pub(super) fn read_listed_checksums<J: Json>(
    answer: &J,
) -> Result<Option<Checksums>, Box<UploadError>> {
    read_checksums(&open(answer)?).map_err(bad_target)
}

fn read_received<J: Json>(target: &J) -> Option<Vec<(u64, u64)>> {
    let mut received = Vec::new();
    if let Some(ranges) = target.field("received") {
        for range in ranges.items()? {
            let range = range.items()?;
            let [first, last] = range.as_slice() else { return None };
            received.push((first.count()?, last.count()?));
        }
    }
    Some(received)
}

/// Returns the URL of the part with this number, and the headers that were signed with it.
///
/// # Errors
///
/// The same as [`read_target`].
pub(super) fn read_signed<J: Json>(
    answer: &J,
    number: u32,
    http_loopback: bool,
) -> Result<(String, Option<J>), Box<UploadError>> {
    for part in read_parts(answer)? {
        if part.count_in("part_number") == Some(number.into()) {
            let url = read_url(&part, http_loopback).map_err(bad_target)?;
            return Ok((url, part.field("headers").and_then(|all| all.object())));
        }
    }
    Err(bad_target("the part that was asked for is not in it"))
}

/// Returns the parts that an answer lists.
///
/// # Errors
///
/// The same as [`read_target`].
pub(super) fn read_parts<J: Json>(answer: &J) -> Result<Vec<J>, Box<UploadError>> {
    let parts = open(answer)?.field("parts").and_then(|parts| parts.items());
    parts.ok_or_else(|| bad_target("it has no `parts`"))
}

fn read_url<J: Json>(target: &J, http_loopback: bool) -> Result<String, Problem> {
    let url = target.field("url").ok_or("it has no `url`")?;
    check_url(url.text().ok_or("its `url` is not a string")?, http_loopback)
}

fn check_url(url: String, http_loopback: bool) -> Result<String, Problem> {
    url::check(&url, http_loopback)?;
    Ok(url)
}

pub(super) fn bad_target(problem: &str) -> Box<UploadError> {
    UploadError::boxed(
        ErrorCode::BadTarget,
        ["The app's backend did not answer with an upload target: ", problem, "."].concat(),
    )
}
