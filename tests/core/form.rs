//! The size of the form around the file. The browser suite compares the same numbers with the bytes that
//! a real browser builds.

use ittybit_uploader::transfer::{
    FileInfo, LONGEST_BOUNDARY, MAX_REQUEST_SIZE, envelope_size, max_file_size,
};
use proptest::prelude::*;

/// Encodes the form around an empty file, as the HTML standard requires.
fn encode(field: &str, file: &FileInfo, boundary: &str) -> String {
    let escape = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let lines = field.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n");
    let mime = if file.mime.is_empty() { "application/octet-stream" } else { &file.mime };
    format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
         Content-Type: {mime}\r\n\r\n\r\n--{boundary}--\r\n",
        escape(&lines),
        escape(&file.name),
    )
}

proptest! {
    #[test]
    fn the_envelope_has_as_many_bytes_as_the_encoded_form(
        field in "(\r|\n|\r\n|\"|[a-zé ]){0,12}",
        name in "(\r|\n|\r\n|\"|\\PC){0,40}",
        mime in "(|[a-z]{1,9}/[a-z0-9.+-]{1,20})",
        boundary in "[A-Za-z0-9]{1,70}",
    ) {
        let file = FileInfo { name, size: 0, mime };
        prop_assert_eq!(
            envelope_size(&field, &file, boundary.len() as u64),
            encode(&field, &file, &boundary).len() as u64
        );
    }

    #[test]
    fn the_largest_file_fills_the_request_and_no_more(name in "\\PC{0,200}") {
        let file = FileInfo { name, size: 0, mime: "video/mp4".into() };
        let limit = max_file_size("file", &file);
        prop_assert_eq!(limit + envelope_size("file", &file, LONGEST_BOUNDARY), MAX_REQUEST_SIZE);
    }
}

#[test]
fn a_form_larger_than_the_limit_leaves_no_room() {
    let name = "n".repeat(MAX_REQUEST_SIZE as usize + 1);
    assert_eq!(max_file_size("file", &FileInfo { name, size: 0, mime: String::new() }), 0);
}
