//! Checks which URLs may receive a file, and which the page's credentials.

use super::json::push_hex;

/// Checks that a file may be sent to `url`: over `https:`, or, if `http_loopback` is set, over `http:`
/// to a loopback address.
///
/// Accepts less than the URL standard, which tolerates backslashes, tabs and credentials, so that every
/// parser reads an accepted URL the same way.
///
/// # Errors
///
/// Says what is wrong with the URL.
pub(super) fn check(url: &str, http_loopback: bool) -> Result<(), &'static str> {
    let url = url.as_bytes();
    if url.iter().any(|byte| matches!(byte, 0..=b' ' | b'\\' | 0x7f)) {
        return Err("its `url` has a space, a control character or a backslash in it");
    }
    let (rest, http) = match (after(url, b"https://"), after(url, b"http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return Err("its `url` is not an absolute https URL"),
    };
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'@'));
    let (authority, after) = rest.split_at(end.unwrap_or(rest.len()));
    if authority.is_empty() || after.starts_with(b"@") {
        return Err("its `url` has no host, or a password in it");
    }
    if http && !(http_loopback && is_loopback(authority)) {
        return Err("its `url` is not https");
    }
    Ok(())
}

/// Returns whether `endpoint`, which gets cookies and headers, is at one of `origins`, which are
/// separated by spaces. Both must be serialised by a browser, so that comparing text compares hosts.
pub(super) fn is_at(endpoint: &str, origins: &str) -> bool {
    let is_below = |origin: &[u8]| {
        let rest = endpoint.as_bytes().strip_prefix(origin);
        !origin.is_empty() && rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    origins.as_bytes().split(|byte| *byte == b' ').any(is_below)
}

/// Returns whether `id` can be one segment of a path. An empty segment, `.` and `..` would change which
/// resource a request is about. Other characters are safe, because the request escapes them.
pub(super) fn is_segment(id: &str) -> bool {
    !matches!(id, "" | "." | "..")
}

/// Returns the URL of `path` below an upload: `endpoint` with the id, escaped as one segment of its path,
/// and `path` after it. The endpoint's query stays.
pub(super) fn below(endpoint: &str, id: &str, path: &str) -> String {
    let end = endpoint.bytes().position(|byte| matches!(byte, b'?' | b'#'));
    let (start, query) = endpoint.split_at(end.unwrap_or(endpoint.len()));
    let query = query.split('#').next().unwrap_or_default();
    let mut url = String::from(start.strip_suffix('/').unwrap_or(start));
    url.push('/');
    for byte in id.bytes() {
        // Unreserved characters (RFC 3986, section 2.3).
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            push_hex(byte, &mut url);
        }
    }
    url.push_str(path);
    url.push_str(query);
    url
}

/// Returns what follows `prefix`, ignoring case.
fn after<'a>(url: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = url.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Returns whether the host is `localhost`, a subdomain of it, in 127.0.0.0/8, or ::1 (RFC 6761, section
/// 6.3; RFC 1122; RFC 4291).
fn is_loopback(authority: &[u8]) -> bool {
    let host = match authority.iter().rposition(|byte| !byte.is_ascii_digit()) {
        Some(colon) if authority[colon] == b':' => &authority[..colon],
        _ => authority,
    };
    let (name, tail) = host.split_at(host.len().saturating_sub("localhost".len()));
    host == b"[::1]"
        || (tail.eq_ignore_ascii_case(b"localhost") && matches!(name, [] | [.., b'.']))
        // Every parser takes four numbers for an IPv4 address, or refuses them.
        || (host.starts_with(b"127.")
            && host.iter().filter(|byte| !byte.is_ascii_digit()).eq(b"..."))
}
