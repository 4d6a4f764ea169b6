//! The app's own backend: what it answers when it is asked where a file should go.
//!
//! Its answer decides where a user's file is sent, so it is read strictly: a URL must be one that
//! every parser reads alike, and point to a place that a page may send a file to.

use super::answer::{stored_media, words};
use super::url::problem_with;
use super::{ErrorCode, Json, Reply, UploadError};

/// Where a file goes.
pub(super) enum Target<J> {
    /// One `POST` to this URL, which works once.
    Simple { url: String },
    /// A `PUT` for each chunk to this URL.
    Resumable(Resumable),
    /// A `PUT` for each part, to a URL that the backend signs for it.
    Multipart { id: String, part_size: u64, is_begun: bool },
    /// Nowhere: an earlier attempt stored it, and here is its media object.
    Stored { media: J },
}

/// A resumable upload.
#[derive(Clone, Debug)]
pub(super) struct Resumable {
    pub(super) url: String,
    /// `Content-Range: bytes=…`, as some hosts want it, not the standard's `bytes …`.
    pub(super) equals_form: bool,
    pub(super) chunk_size: Option<u64>,
    /// The first and the last byte of each range that the host has.
    pub(super) received: Vec<(u64, u64)>,
}

/// Which endpoint answered, and to whom.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// Whether a URL may be this machine's, over `http:`.
    pub(super) http_loopback: bool,
    /// Whether the app's own function was asked.
    pub(super) function: bool,
}

/// Reads the backend's answer over HTTP, as far as it is the same for every question.
///
/// # Errors
///
/// `endpoint` where the backend refused or failed, `too-large` for its 413, `bad-target` for what
/// is no JSON; and `url-expired` where an upload that was begun is gone.
pub(super) fn read_reply<J: Json>(reply: &Reply, is_begun: bool) -> Result<J, Box<UploadError>> {
    let json = J::parse(&reply.body);
    if reply.is_success() {
        return json.ok_or_else(|| {
            bad_target(match reply.body.trim_ascii_start() {
                "" => "it is empty",
                text if text.starts_with('<') => "it is a web page, perhaps a login",
                _ => "it is not JSON",
            })
        });
    }
    let (code, sentence) = match reply.status {
        413 => (ErrorCode::TooLarge, "The file is too large"),
        404 | 410 if is_begun => (ErrorCode::UrlExpired, "The upload that was begun is gone"),
        500.. => (ErrorCode::Endpoint, "The app's backend could not prepare the upload"),
        _ => (ErrorCode::Endpoint, "The app's backend refused the upload"),
    };
    Err(UploadError::answered(code, sentence, reply, json.as_ref().and_then(words)))
}

/// The object that an answer is, or that is inside its envelope.
///
/// # Errors
///
/// `endpoint` where the envelope's `error` is set, `bad-target` where there is no object.
fn open<J: Json>(answer: &J) -> Result<J, Box<UploadError>> {
    if answer.field("error").is_some() {
        let reason = words(answer).unwrap_or_else(|| "it gave no reason.".into());
        return Err(UploadError::boxed(
            ErrorCode::Endpoint,
            ["The app's backend refused the upload: ", &reason].concat(),
        ));
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
/// `bad-target`, with the part that is wrong; `endpoint` where the envelope's `error` is set.
pub(super) fn read_target<J: Json>(
    answer: &J,
    asked: Asked,
) -> Result<Target<J>, Box<UploadError>> {
    if let Some(url) = answer.text() {
        check_url(&url, asked.http_loopback)?;
        return Ok(Target::Simple { url });
    }
    let target = open(answer)?;
    if let Some(media) = target.field("media") {
        return stored_media(&media)
            .map(|media| Target::Stored { media })
            .ok_or_else(|| bad_target("its `media` is no media object"));
    }
    let protocol = match target.field("protocol") {
        None => "simple".into(),
        Some(protocol) => {
            protocol.text().ok_or_else(|| bad_target("its `protocol` is not a string"))?
        }
    };
    match protocol.as_str() {
        "simple" => Ok(Target::Simple { url: read_url(&target, asked.http_loopback)? }),
        "resumable" => Ok(Target::Resumable(Resumable {
            url: read_url(&target, asked.http_loopback)?,
            equals_form: target.field("content_range").and_then(|form| form.text()).as_deref()
                == Some("equals"),
            chunk_size: target
                .field("chunk_size")
                .map(|size| size.count().filter(|size| *size > 0))
                .map(|size| {
                    size.ok_or_else(|| bad_target("its `chunk_size` is no number of bytes"))
                })
                .transpose()?,
            received: read_received(&target)?,
        })),
        "multipart" => {
            if asked.function && target.field("endpoint").and_then(|url| url.text()).is_none() {
                return Err(bad_target("it has no `endpoint` where its parts are signed"));
            }
            let id = target.field("upload_id").and_then(|id| id.text());
            let part_size = target.field("part_size").and_then(|size| size.count());
            Ok(Target::Multipart {
                id: id.ok_or_else(|| bad_target("it has no `upload_id`"))?,
                part_size: part_size.ok_or_else(|| bad_target("it has no `part_size`"))?,
                is_begun: target.field("begun").is_some(),
            })
        }
        _ => Err(bad_target("its `protocol` is not one that this version speaks")),
    }
}

fn read_received<J: Json>(target: &J) -> Result<Vec<(u64, u64)>, Box<UploadError>> {
    let Some(received) = target.field("received") else { return Ok(Vec::new()) };
    let range = |range: &J| match range.items()?.as_slice() {
        [first, last] => Some((first.count()?, last.count()?)),
        _ => None,
    };
    received
        .items()
        .and_then(|ranges| ranges.iter().map(range).collect())
        .ok_or_else(|| bad_target("its `received` are no pairs of the first and the last byte"))
}

/// Where a part goes: its URL, and the headers that were signed with it.
///
/// # Errors
///
/// As [`read_target`].
pub(super) fn read_signed<J: Json>(
    answer: &J,
    number: u32,
    http_loopback: bool,
) -> Result<(String, Option<J>), Box<UploadError>> {
    let part = read_parts(answer)?
        .into_iter()
        .find(|part| part.field("part_number").and_then(|n| n.count()) == Some(number.into()))
        .ok_or_else(|| bad_target("the part that was asked for is not in it"))?;
    Ok((read_url(&part, http_loopback)?, part.field("headers").and_then(|all| all.object())))
}

/// The parts that an answer lists.
///
/// # Errors
///
/// As [`read_target`].
pub(super) fn read_parts<J: Json>(answer: &J) -> Result<Vec<J>, Box<UploadError>> {
    let parts = open(answer)?.field("parts").and_then(|parts| parts.items());
    parts.ok_or_else(|| bad_target("it has no `parts`"))
}

fn read_url<J: Json>(target: &J, http_loopback: bool) -> Result<String, Box<UploadError>> {
    let url = target.field("url").ok_or_else(|| bad_target("it has no `url`"))?;
    let url = url.text().ok_or_else(|| bad_target("its `url` is not a string"))?;
    check_url(&url, http_loopback)?;
    Ok(url)
}

fn check_url(url: &str, http_loopback: bool) -> Result<(), Box<UploadError>> {
    problem_with(url, http_loopback).map_or(Ok(()), |problem| Err(bad_target(problem)))
}

pub(super) fn bad_target(problem: &str) -> Box<UploadError> {
    UploadError::boxed(
        ErrorCode::BadTarget,
        ["The app's backend did not answer with an upload target: ", problem, "."].concat(),
    )
}
