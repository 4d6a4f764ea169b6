//! Compares the size of the form that the core computes with the bytes that this browser builds.

use ittybit_uploader::transfer::{FileInfo, LONGEST_BOUNDARY, envelope_size};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, BlobPropertyBag, FormData, Response};

/// Returns the size of the whole form, and that of its boundary.
async fn build(field: &str, file: &FileInfo) -> (u64, u64) {
    let parts = js_sys::Array::of1(&"x".repeat(file.size as usize).into());
    let bag = BlobPropertyBag::new();
    bag.set_type(&file.mime);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &bag).expect("a blob");
    let form = FormData::new().expect("a form");
    form.append_with_blob_and_filename(field, &blob, &file.name).expect("a field");
    let response = Response::new_with_opt_form_data(Some(&form)).expect("a body");
    let kind = response.headers().get("content-type").ok().flatten().expect("a type");
    let (_, boundary) = kind.split_once("boundary=").expect("a boundary");
    let bytes = JsFuture::from(response.array_buffer().expect("bytes")).await.expect("bytes");
    (bytes.unchecked_into::<js_sys::ArrayBuffer>().byte_length().into(), boundary.len() as u64)
}

#[wasm_bindgen_test]
async fn the_computed_size_is_that_of_the_browsers_form() {
    for field in ["file", "", "ключ", "a\"b", "a\nb", "a\rb", "a\r\nb", "a\r\r\n\n"] {
        for name in [
            "clip.mp4",
            "",
            "the \"best\" one.mov",
            "снимок экрана.png",
            "صورة\u{202e}gpj.exe",
            "🎬🎞️.webm",
            "a\nb\r\nc\rd",
            "100%22.txt",
        ] {
            for (mime, size) in [("video/mp4", 3), ("", 0), ("text/plain;charset=utf-8", 1000)] {
                let file = FileInfo { name: name.into(), size, mime: mime.into() };
                let (sent, boundary) = build(field, &file).await;
                assert_eq!(
                    envelope_size(field, &file, boundary) + size,
                    sent,
                    "field {field:?}, {file:?}"
                );
                assert!(boundary <= LONGEST_BOUNDARY);
            }
        }
    }
}
