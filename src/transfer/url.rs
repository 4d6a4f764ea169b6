//! Which URLs a file may be sent to, and which a page's credentials.

/// Checks that a file may be sent to `url`: over `https:`, or, where the page itself is plain
/// `http:` as in development, to this machine.
///
/// Deliberately narrower than the URL standard, which forgives backslashes, tabs and credentials:
/// what passes here means the same to every parser.
///
/// # Errors
///
/// What is wrong with it.
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

/// Whether an upload may be asked about at `endpoint`, to which cookies and headers go: at one of
/// `origins`, which have spaces between. Both are as a browser writes them, so that a host begins
/// and ends where it seems to.
pub(super) fn is_at(endpoint: &str, origins: &str) -> bool {
    let is_below = |origin: &[u8]| {
        let rest = endpoint.as_bytes().strip_prefix(origin);
        !origin.is_empty() && rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    origins.as_bytes().split(|byte| *byte == b' ').any(is_below)
}

/// Whether `id` is one segment of a path, which the two of dots and an empty one are not: what is
/// asked with them is asked of something else. Any other character is escaped where it has to be.
pub(super) fn is_segment(id: &str) -> bool {
    !matches!(id, "" | "." | "..")
}

/// What follows `prefix`, in capitals or not.
fn after<'a>(url: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = url.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `localhost`, a name below it, 127.0.0.0/8 or ::1 (RFC 6761, section 6.3; RFC 1122; RFC 4291).
fn is_loopback(authority: &[u8]) -> bool {
    let host = match authority.iter().rposition(|byte| !byte.is_ascii_digit()) {
        Some(colon) if authority[colon] == b':' => &authority[..colon],
        _ => authority,
    };
    let (name, tail) = host.split_at(host.len().saturating_sub("localhost".len()));
    host == b"[::1]"
        || (tail.eq_ignore_ascii_case(b"localhost") && matches!(name, [] | [.., b'.']))
        // Four numbers are an IPv4 address to every parser, or refused.
        || (host.starts_with(b"127.")
            && host.iter().filter(|byte| !byte.is_ascii_digit()).eq(b"..."))
}
