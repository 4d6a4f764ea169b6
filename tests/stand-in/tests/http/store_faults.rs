//! Tests the local store's faults, as a page that sends parts.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::parts::{MIB, Page, Store, content, put};
use ittybit_uploader_stand_in::testing::{Server, client, read};

async fn faults(store: &Store, method: Method, plan: &Value) -> reqwest::Response {
    let url = format!("{}/faults", store.settings.endpoint);
    client().request(method, url).body(plan.to_string()).send().await.unwrap()
}

async fn set(store: &Store, plan: Value) {
    assert_eq!(faults(store, Method::PUT, &plan).await.status(), 200, "{plan}");
}

async fn seen(store: &Store) -> Value {
    read(faults(store, Method::GET, &json!({})).await).await
}

async fn begun(app: &Server) -> Page<'_> {
    Page::begin(app, content(5 * MIB + 1)).await
}

async fn try_to_send(page: &Page<'_>, number: usize) -> Result<u16, reqwest::Error> {
    let signed = page.signed(number).await;
    let mut request =
        client().put(signed["url"].as_str().unwrap()).body(page.part(number).to_vec());
    for (name, value) in signed["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    Ok(request.send().await?.status().as_u16())
}

#[tokio::test]
async fn each_fault_affects_one_part() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    for (fault, outcome) in [
        (json!({ "kind": "corrupt", "byte": 3_000_000 }), Some(400)),
        (json!({ "kind": "expire" }), Some(403)),
        (json!({ "kind": "status", "status": 503, "retry_after": "1" }), Some(503)),
        (json!({ "kind": "reset-before-body" }), None),
        (json!({ "kind": "reset-in-body", "bytes": 1_000_000 }), None),
        (json!({ "kind": "reset-after-body" }), None),
    ] {
        set(&store, json!({ "part": [fault] })).await;
        assert_eq!(try_to_send(&page, 1).await.ok(), outcome, "{fault}");
        assert_eq!(read(page.list().await).await, json!({ "parts": [] }), "{fault}");
    }
    let parts = page.send_all().await;
    assert_eq!(page.complete(&parts).await.status(), 200);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_part_stored() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    let lost = json!([{ "kind": "lost-after-storing" }]);
    set(&store, json!({ "part": lost, "complete": lost })).await;
    assert!(try_to_send(&page, 1).await.is_err());
    let listed = read(page.list().await).await;
    assert_eq!(listed["parts"][0]["part_number"], 1);
    let second = page.send(2).await;
    let parts = json!([listed["parts"][0], second]);
    assert_eq!(page.complete(&parts).await.status(), 502, "the backend gets no answer");
    assert_eq!(page.complete(&parts).await.status(), 200);
    let seen = seen(&store).await;
    assert_eq!(seen["counts"]["part_requests"], 2);
    assert_eq!(seen["counts"]["complete_requests"], 1, "the second found the object");
    assert_eq!(seen["open_uploads"], 0);
    let status =
        |number: u64, status: Option<u16>| json!({ "part_number": number, "status": status });
    assert_eq!(seen["parts"], json!([status(1, None), status(2, Some(200))]));
}

#[tokio::test]
async fn a_fault_can_be_for_one_part_and_many_requests() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = begun(&app).await;
    let slow = json!({ "kind": "slow", "bytes_per_second": 10 * MIB, "at": 1, "times": 2 });
    set(&store, json!({ "part": [slow] })).await;
    let start = Instant::now();
    page.send(2).await;
    assert!(start.elapsed() < Duration::from_millis(400));
    for _ in 0..2 {
        let start = Instant::now();
        page.send(1).await;
        assert!(start.elapsed() > Duration::from_millis(400));
    }
    assert_eq!(seen(&store).await["plan"]["part"], json!([]));
}

#[tokio::test]
async fn a_malformed_plan_changes_nothing() {
    let store = Store::local().await;
    set(&store, json!({ "list": [{ "kind": "hang" }] })).await;
    for plan in [
        json!([]),
        json!({ "parts": [] }),
        json!({ "part": [{ "kind": "corrupt" }] }),
        json!({ "part": [{ "kind": "status", "status": 99 }] }),
    ] {
        assert_eq!(faults(&store, Method::PUT, &plan).await.status(), 400, "{plan}");
    }
    assert_eq!(seen(&store).await["plan"]["list"], json!([{ "kind": "hang" }]));
    assert_eq!(faults(&store, Method::DELETE, &json!({})).await.status(), 200);
    assert_eq!(seen(&store).await["plan"]["list"], json!([]));
    let signed = json!({ "url": format!("{}/faults", store.settings.endpoint), "headers": {} });
    assert_eq!(put(&signed, b"{}".to_vec()).await.status(), 200);
}
