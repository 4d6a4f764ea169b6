//! Tests multipart uploads, from a page's first request to the stored object.

use std::time::Duration;

use ittybit_uploader_backend::{Handover, Storage, StorageSettings, Uuid};
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::parts;
use ittybit_uploader_stand_in::testing::parts::{
    MIB, Page, Store, app, bytes_of, content, crc32c, post, put, refused, routes,
};
use ittybit_uploader_stand_in::testing::{Scripted, Server, client, read, serve};

#[tokio::test]
async fn stores_the_file_and_returns_its_media_object() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10 * MIB + 123)).await;
    assert_eq!((page.part_size, page.part_count()), (5 * MIB, 3));

    // Sends the parts out of order.
    let third = page.send(3).await;
    let first = page.send(1).await;
    let listed = read(page.list().await).await;
    let [a, b] = &listed["parts"].as_array().unwrap()[..] else { panic!("{listed}") };
    assert_eq!((&a["part_number"], &a["size"]), (&json!(1), &json!(5 * MIB)));
    assert_eq!((&b["part_number"], &b["size"]), (&json!(3), &json!(123)));
    for (listed, sent) in [(a, &first), (b, &third)] {
        let bare = |value: &Value| value.as_str().unwrap().trim_matches('"').to_owned();
        assert_eq!(bare(&listed["etag"]), bare(&sent["etag"]));
        if let Some(checksum) = listed.get("checksum") {
            assert_eq!(checksum, &sent["checksum"]);
        }
    }

    let second = page.send(2).await;
    let response = page.complete(&json!([third, first, second])).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let media = read(response).await;
    assert_eq!(bytes_of(&media).await, page.content);
    assert!(media["id"].as_str().unwrap().starts_with("med_"));
    assert_eq!((&media["object"], &media["kind"]), (&json!("media"), &json!("video")));
    assert_eq!(media["filename"], "../a \"😀\".mp4");
    assert_eq!(media["filesize"], 10 * MIB + 123);
    assert_eq!(media["content_type"], "video/mp4");
    assert_eq!(media["metadata"], json!({ "user": "42" }));
    assert!(media["created_at"].as_str().unwrap().ends_with('Z'));
    let url = media["url"].as_str().unwrap();
    assert!(url.contains("/uploads/") && !url.contains("a%20"), "its key has nothing of its name");
    assert_eq!(store.left_over(), [""; 0]);
}

#[tokio::test]
async fn an_empty_file_has_one_empty_part() {
    // Garage refuses an empty part.
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, Vec::new()).await;
    let parts = page.send_all().await;
    let media = read(page.complete(&parts).await).await;
    assert_eq!((&media["filesize"], bytes_of(&media).await.len()), (&json!(0), 0));
}

#[tokio::test]
async fn another_instance_can_continue() {
    let store = Store::new().await;
    let (one, other) = (store.app().await, store.app().await);
    let page = Page::begin(&one, content(5 * MIB + 1)).await;
    let first = page.send(1).await;
    let page = Page { app: &other, ..page };
    let second = page.send(2).await;
    let media = read(page.complete(&json!([first, second])).await).await;
    assert_eq!(bytes_of(&media).await, page.content);
}

#[tokio::test]
async fn completing_twice_returns_the_same_media_object() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(100)).await;
    let parts = page.send_all().await;
    let [mut first, mut again] =
        [read(page.complete(&parts).await).await, read(page.complete(&parts).await).await];
    // The signatures may differ, because they change each hour.
    assert_eq!(bytes_of(&again).await, bytes_of(&first).await);
    (first["url"], again["url"]) = (Value::Null, Value::Null);
    assert_eq!(first, again);

    // Aborting a completed upload doesn't delete its object.
    assert_eq!(page.abort().await.status(), 204);
    assert_eq!(page.complete(&parts).await.status(), 200);
}

#[tokio::test]
async fn concurrent_completions_get_the_same_answer() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(20 * MIB)).await;
    let parts = page.send_all().await;
    let (one, other) = tokio::join!(page.complete(&parts), page.complete(&parts));
    assert_eq!((one.status().as_u16(), other.status().as_u16()), (200, 200));
    assert_eq!(read(one).await["id"], read(other).await["id"]);
}

#[tokio::test]
async fn an_aborted_upload_leaves_no_parts() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(5 * MIB + 1)).await;
    // A small part, because an answer before the end of a large body can reset the connection.
    let signed = page.signed(2).await;
    let parts = page.send_all().await;
    for _ in 0..2 {
        let response = page.abort().await;
        assert_eq!(response.status(), 204, "also where it is gone already");
        assert_eq!(response.bytes().await.unwrap(), "");
    }
    assert_eq!(store.left_over(), [""; 0]);
    refused(page.list().await, 404).await;
    refused(page.complete(&parts).await, 404).await;
    assert_eq!(put(&signed, page.part(2).to_vec()).await.status(), 404);
}

#[tokio::test]
async fn a_changed_or_foreign_id_is_refused() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10)).await;
    let parts = page.send_all().await;

    let another = vec!["another secret, which has 32 bytes too".into()];
    let foreign = StorageSettings { upload_secrets: another, ..store.settings.clone() };
    let foreign =
        parts::app(Storage::new(foreign).unwrap(), "http://127.0.0.1:9", Handover::Own).await;
    let changed = page.id.replacen('A', "B", 1);
    assert_ne!(changed, page.id);
    for (app, id) in [
        (&foreign, page.id.as_str()),
        (&app, &changed),
        (&app, &page.id.replacen("2.", "2%2E", 1)),
        (&app, "x"),
        (&app, "2.e30"),
        (&app, "1.e30.x"),
        (&app, &format!("{}.x", ".".repeat(1000))),
    ] {
        let page = Page { app, id: id.into(), part_size: page.part_size, content: content(10) };
        let sum = crc32c(&page.content);
        let words = refused(page.sign(&json!([{ "part_number": 1, "checksum": sum }])).await, 404);
        assert!(words.await.contains("no such upload"));
        refused(page.list().await, 404).await;
        refused(page.complete(&parts).await, 404).await;
        refused(page.abort().await, 404).await;
    }
    assert_eq!(page.complete(&parts).await.status(), 200, "nothing happened to it");
}

#[tokio::test]
async fn a_completion_needs_the_right_list_of_parts() {
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(5 * MIB + 1)).await;
    let parts = page.send_all().await;
    let mut invented = parts.clone();
    invented[1]["etag"] = "\"d41d8cd98f00b204e9800998ecf8427e\"".into();
    invented[1]["checksum"] = "AAAAAA==".into();
    refused(page.complete(&invented).await, 409).await;
    assert_eq!(page.complete(&parts).await.status(), 200);
    refused(page.complete(&invented).await, 404).await;
    assert_eq!(page.complete(&parts).await.status(), 200);
}

#[tokio::test]
async fn the_url_of_a_part_expires() {
    let mut store = Store::new().await;
    store.settings.part_url_ttl = Duration::from_secs(1);
    let app = store.app().await;
    let page = Page::begin(&app, content(10)).await;
    let signed = page.signed(1).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let status = put(&signed, page.content.clone()).await.status();
    assert!([400, 403].contains(&status.as_u16()), "{status}");
    assert_eq!(page.send(1).await["part_number"], 1, "a new one is good");
    page.abort().await;
}

#[tokio::test]
async fn with_handover_to_the_service_it_fetches_the_file() {
    let store = Store::new().await;
    let answer = json!({ "data": { "id": "med_theirs", "odd": [null] }, "error": null });
    let ittybit = Scripted::new(201, answer.to_string()).await;
    let app = app(store.storage(), ittybit.url(), Handover::Service).await;
    let page = Page::begin(&app, content(1000)).await;
    let parts = page.send_all().await;
    for _ in 0..2 {
        let media = read(page.complete(&parts).await).await;
        assert_eq!(media, json!({ "id": "med_theirs", "odd": [null] }), "exactly as received");
    }
    let [first, again] = &ittybit.seen()[..] else { panic!("not twice") };
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/media"));
    let key = &first.headers["idempotency-key"];
    assert!((16..=32).contains(&key.len()) && *key == again.headers["idempotency-key"]);
    let sent = first.json();
    assert_eq!(sent["filename"], "../a \"😀\".mp4");
    assert_eq!(sent["metadata"], json!({ "user": "42" }));
    let fetched = client().get(sent["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(fetched.bytes().await.unwrap(), page.content);
}

#[tokio::test]
async fn a_completion_can_be_retried_if_the_service_refuses() {
    let store = Store::new().await;
    let well = Scripted::new(201, json!({ "id": "med_theirs" }).to_string()).await;
    let well = app(store.storage(), well.url(), Handover::Service).await;
    for (status, ours) in [(500, 502), (429, 429), (401, 502), (200, 502)] {
        let words = json!({ "error": { "message": "internal detail" } }).to_string();
        let ittybit = Scripted::with_headers(status, &[("retry-after", "7")], words).await;
        let failing = app(store.storage(), ittybit.url(), Handover::Service).await;
        let page = Page::begin(&failing, content(10)).await;
        let parts = page.send_all().await;
        let words = refused(page.complete(&parts).await, ours).await;
        assert!(!words.contains("internal detail"), "{words}");
        let page = Page { app: &well, ..page };
        assert_eq!(page.complete(&parts).await.status(), 200, "the object is there");
    }
}

#[tokio::test]
async fn a_stored_file_is_found_by_its_key_if_the_app_enables_it() {
    let store = Store::new().await;
    let key = Uuid::new_v4().to_string();
    let ask = async |app: &Server, size: usize| {
        let body = json!({ "filename": "a.mp4", "filesize": size, "type": "video/mp4" });
        let request = post(&app.url, &body).header("idempotency-key", &key);
        read(request.send().await.unwrap()).await
    };
    let routes = routes(store.storage(), "http://127.0.0.1:9", Handover::Own);
    let with = serve(routes.clone().passing_on_keys().into_router()).await;
    let without = serve(routes.into_router()).await;
    let mut answer = ask(&with, 10).await;
    assert_eq!(ask(&with, 10).await["protocol"], "multipart", "nothing is stored yet");
    let id = answer["upload_id"].take().as_str().unwrap().to_owned();
    let page = Page { app: &with, id, part_size: 5 * MIB, content: content(10) };
    let parts = page.send_all().await;
    let mut media = read(page.complete(&parts).await).await;
    let mut found = ask(&with, 10).await["media"].take();
    assert_eq!(bytes_of(&found).await, page.content);
    (media["url"], found["url"]) = (Value::Null, Value::Null);
    assert_eq!(found, media);
    assert_eq!(ask(&with, 11).await["protocol"], "multipart", "another file");
    assert_eq!(ask(&without, 10).await["protocol"], "multipart");
}
