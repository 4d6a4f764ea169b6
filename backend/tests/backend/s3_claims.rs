//! Tests the validation of a page's list of parts, against the request and against the store.

use reqwest::Response;
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::parts::{
    MIB, Page, Store, content, crc32c, post, put, refused,
};
use ittybit_uploader_stand_in::testing::{client, read};

const SUM: &str = "AAAAAA==";

#[tokio::test]
async fn the_store_refuses_a_part_that_differs_from_what_was_signed() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(1000)).await;
    let signed = page.signed(1).await;

    // A byte was changed.
    let mut changed = page.content.clone();
    changed[500] ^= 1;
    assert_eq!(put(&signed, changed.clone()).await.status(), 400);
    // The checksum matches the bytes, but is not the signed one.
    let mut resigned = signed.clone();
    resigned["headers"]["x-amz-checksum-crc32c"] = crc32c(&changed).into();
    let status = put(&resigned, changed).await.status();
    assert!(status.is_client_error(), "{status}");
    // There is no checksum.
    let mut bare = signed.clone();
    bare["headers"] = json!({});
    let status = put(&bare, page.content.clone()).await.status();
    assert!(status.is_client_error(), "{status}");
    // There are more bytes than the part has.
    let status = put(&signed, content(1001)).await.status();
    assert!(status.is_client_error(), "{status}");

    assert_eq!(read(page.list().await).await, json!({ "parts": [] }));
    assert_eq!(put(&signed, page.content.clone()).await.status(), 200);
    page.abort().await;
}

#[tokio::test]
async fn a_missing_or_different_part_is_named_and_the_upload_not_completed() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10 * MIB + 1)).await;
    let first = page.send(1).await;
    let third = page.send(3).await;
    let second = json!({ "part_number": 2, "etag": "\"d41d8cd98f00b204e9800998ecf8427e\"" });

    let words = refused(page.complete(&json!([first, third])).await, 422).await;
    assert!(words.contains("Part 2"), "{words}");
    let words = refused(page.complete(&json!([first, second, third])).await, 409).await;
    assert!(words.contains("Part 2 has not arrived"), "{words}");
    page.send(2).await;
    let words = refused(page.complete(&json!([first, second, third])).await, 409).await;
    assert!(words.contains("Part 2") && words.contains("ETag"), "{words}");

    // If a part is sent again, the last one counts.
    let second = page.send(2).await;
    assert_eq!(page.complete(&json!([first, second, third])).await.status(), 200);
}

async fn begun(app: &ittybit_uploader_stand_in::testing::Server) -> Page<'_> {
    Page::begin(app, content(5 * MIB + 1)).await
}

#[tokio::test]
async fn malformed_parts_are_not_signed() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    let part = |number: Value| json!({ "part_number": number, "checksum": SUM });
    for parts in [
        json!(null),
        json!({}),
        json!("1"),
        json!([1]),
        json!([{ "part_number": 1 }]),
        json!([part(json!(0))]),
        json!([part(json!(3))]),
        json!([part(json!(65_537))]),
        json!([part(json!(-1))]),
        json!([part(json!("1"))]),
        json!([part(json!(1)), part(json!(1))]),
        json!([{ "part_number": 1, "checksum": "" }]),
        json!([{ "part_number": 1, "checksum": "AAAA" }]),
        json!([{ "part_number": 1, "checksum": "AAAAAA" }]),
        json!([{ "part_number": 1, "checksum": "AAAAAAA=\r\nx" }]),
        json!((0..101).map(|_| part(json!(1))).collect::<Vec<_>>()),
    ] {
        let words = refused(page.sign(&parts).await, 400).await;
        assert!(!words.is_empty(), "{parts}");
    }
    assert_eq!(read(page.sign(&json!([])).await).await, json!({ "parts": [] }));
    let url = format!("{}/{}/parts", app.url, page.id);
    let long = json!({ "parts": [], "x": "x".repeat(70_000) });
    refused(send(&url, &long).await, 413).await;
    let text = client().post(&url).body("{\"parts\":[]}").send().await.unwrap();
    assert!(refused(text, 415).await.contains("application/json"));
}

#[tokio::test]
async fn malformed_lists_of_parts_are_refused() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    let part = |number: u64| json!({ "part_number": number, "etag": "\"a\"" });
    for (parts, status) in [
        (json!(7), 400),
        (json!([]), 422),
        (json!([part(1)]), 422),
        (json!([part(1), part(1)]), 400),
        (json!([part(1), part(2), part(3)]), 400),
        (json!([part(0), part(1), part(2)]), 400),
        (json!([{ "part_number": 1 }, part(2)]), 400),
        (json!([{ "part_number": 1, "etag": "" }, part(2)]), 400),
        (json!([{ "part_number": 1, "etag": "<a>\n" }, part(2)]), 400),
        (json!([{ "part_number": 1, "etag": "x".repeat(257) }, part(2)]), 400),
        (json!([{ "part_number": 1, "etag": "a", "checksum": "?" }, part(2)]), 400),
    ] {
        refused(page.complete(&parts).await, status).await;
    }
    let url = format!("{}/{}/complete", app.url, page.id);
    refused(send(&url, &json!({ "x": "x".repeat(5 << 20) })).await, 413).await;
}

#[tokio::test]
async fn other_methods_are_refused() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    let url = format!("{}/{}", app.url, page.id);
    for request in [
        client().get(&url),
        client().post(&url),
        client().put(format!("{url}/parts")),
        client().get(format!("{url}/complete")),
    ] {
        refused(request.send().await.unwrap(), 405).await;
    }
}

async fn send(url: &str, body: &Value) -> Response {
    post(url, body).send().await.unwrap()
}
