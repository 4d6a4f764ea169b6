//! The properties that a page may set, if the app allows it. Validates them, and merges them with what is
//! granted.

use std::str::FromStr;

use serde_json::{Map, Value};
use thiserror::Error;

use super::request::wrong_filename;
use crate::service::{MetadataValue, NewUpload};

/// A property of an upload that pages may set, under the same name in their `props`.
///
/// ```
/// use ittybit_uploader_backend::PageProp;
///
/// let caption: PageProp = "metadata.caption".parse()?;
/// assert_eq!(caption, PageProp::Note("caption".into()));
/// # Ok::<(), ittybit_uploader_backend::PagePropError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageProp {
    /// `workflow_id`: the workflow to run, and so what is done and what it costs.
    WorkflowId,
    /// `metadata`: any note, of one level.
    Metadata,
    /// `metadata.NAME`: the note with this name.
    Note(String),
    /// `filename`: a name that differs from the file's own.
    Filename,
    /// `alias`: unique in the account, so a page can take one that another page needs.
    Alias,
    /// `conditions`: the conditions that the file must meet.
    Conditions,
}

/// The error for a name that is not a property that pages may set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" must be a property that pages may set: `workflow_id`, `metadata`, `metadata.NAME`, \
     `filename`, `alias` or `conditions`"
)]
pub struct PagePropError(String);

impl FromStr for PageProp {
    type Err = PagePropError;

    fn from_str(name: &str) -> Result<Self, PagePropError> {
        match name {
            "workflow_id" => Ok(Self::WorkflowId),
            "metadata" => Ok(Self::Metadata),
            "filename" => Ok(Self::Filename),
            "alias" => Ok(Self::Alias),
            "conditions" => Ok(Self::Conditions),
            _ => match name.strip_prefix("metadata.") {
                Some(note) if !note.is_empty() => Ok(Self::Note(note.into())),
                _ => Err(PagePropError(name.into())),
            },
        }
    }
}

/// Returns the properties in `props` that the page may set, and ignores all others. Returns an error
/// message if one has the wrong type.
pub(super) fn page_properties(
    may_set: &[PageProp],
    props: &Map<String, Value>,
) -> Result<NewUpload, String> {
    let mut upload = NewUpload::default();
    for prop in may_set {
        match prop {
            PageProp::WorkflowId => upload.workflow_id = text(props, "workflow_id")?,
            PageProp::Alias => upload.alias = text(props, "alias")?,
            PageProp::Filename => {
                upload.filename = text(props, "filename")?;
                if let Some(wrong) = upload.filename.as_deref().and_then(wrong_filename) {
                    return Err(format!("`props.filename` {wrong}"));
                }
            }
            PageProp::Conditions => {
                upload.conditions =
                    props.get("conditions").filter(|value| !value.is_null()).cloned();
            }
            PageProp::Metadata => {
                for name in notes(props)?.into_iter().flat_map(Map::keys) {
                    set_note(&mut upload, props, name)?;
                }
            }
            PageProp::Note(name) => set_note(&mut upload, props, name)?,
        }
    }
    Ok(upload)
}

/// Merges the page's properties into those that were granted, which take precedence. Notes are merged one
/// by one.
pub(super) fn merged(granted: NewUpload, page: NewUpload) -> NewUpload {
    let metadata = match (page.metadata, granted.metadata) {
        (Some(page), Some(granted)) => Some(page.overridden_by(granted)),
        (page, granted) => granted.or(page),
    };
    NewUpload {
        workflow_id: granted.workflow_id.or(page.workflow_id),
        metadata,
        filename: granted.filename.or(page.filename),
        alias: granted.alias.or(page.alias),
        conditions: granted.conditions.or(page.conditions),
        resumable: granted.resumable,
    }
}

fn text(props: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match props.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`props.{name}` is not text.")),
    }
}

fn notes(props: &Map<String, Value>) -> Result<Option<&Map<String, Value>>, String> {
    match props.get("metadata") {
        None => Ok(None),
        Some(Value::Object(notes)) => Ok(Some(notes)),
        Some(_) => Err("`props.metadata` is not an object.".into()),
    }
}

fn set_note(upload: &mut NewUpload, props: &Map<String, Value>, name: &str) -> Result<(), String> {
    let Some(value) = notes(props)?.and_then(|notes| notes.get(name)) else {
        return Ok(());
    };
    let Some(value) = MetadataValue::new(value.clone()) else {
        return Err(format!("`props.metadata.{name}` is not text, a number or a boolean."));
    };
    upload.metadata = Some(upload.metadata.take().unwrap_or_default().with(name, value));
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use serde_json::json;

    use super::*;

    fn named(names: &[&str]) -> Vec<PageProp> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn take(names: &[&str], props: Value) -> Result<Value, String> {
        let props = serde_json::from_value(props).unwrap();
        page_properties(&named(names), &props).map(|upload| json!(upload))
    }

    #[test]
    fn parses_the_names_of_properties() {
        for name in ["", "resumable", "metadata.", "Alias", "protocol", "__proto__", "alias "] {
            assert!(name.parse::<PageProp>().unwrap_err().to_string().contains(name), "{name}");
        }
        assert_eq!(named(&["metadata.a.b"]), [PageProp::Note("a.b".into())]);
    }

    #[test]
    fn ignores_unlisted_properties() {
        let props = json!({
            "workflow_id": 7, "alias": "mine", "resumable": "x", "filename": null,
            "metadata": { "user": ["admin"], "caption": "a cat", "age": 3 },
        });
        assert_eq!(take(&[], props.clone()).unwrap(), json!({}));
        let some = take(&["alias", "metadata.caption", "metadata.gone"], props).unwrap();
        assert_eq!(some, json!({ "alias": "mine", "metadata": { "caption": "a cat" } }));
        assert_eq!(take(&["alias", "metadata", "metadata.x"], json!({})).unwrap(), json!({}));
    }

    #[test]
    fn accepts_every_property() {
        let props = json!({
            "workflow_id": "flow", "filename": "b.mp4", "alias": "a", "conditions": [{ "x": 1 }],
            "metadata": { "text": "", "number": 1.5, "bool": false },
        });
        let all = ["workflow_id", "metadata", "filename", "alias", "conditions"];
        assert_eq!(take(&all, props.clone()).unwrap(), props);
    }

    #[test]
    fn names_a_property_of_the_wrong_type() {
        for (name, props) in [
            ("workflow_id", json!({ "workflow_id": 7 })),
            ("alias", json!({ "alias": null })),
            ("filename", json!({ "filename": ["a"] })),
            ("filename", json!({ "filename": "" })),
            ("filename", json!({ "filename": "a\0" })),
            ("filename", json!({ "filename": "x".repeat(1025) })),
            ("metadata", json!({ "metadata": "text" })),
            ("metadata", json!({ "metadata": [] })),
            ("metadata", json!({ "metadata": { "deep": {} } })),
            ("metadata.deep", json!({ "metadata": { "deep": {} } })),
            ("metadata.deep", json!({ "metadata": { "deep": null } })),
            ("metadata.deep", json!({ "metadata": 7 })),
        ] {
            let words = take(&[name], props.clone()).unwrap_err();
            assert!(words.contains(name) || words.contains("`props.metadata`"), "{words}");
        }
    }

    #[test]
    fn granted_properties_take_precedence_note_by_note() {
        let upload = |json: Value| serde_json::from_value::<NewUpload>(json).unwrap();
        let page = json!({
            "alias": "page", "filename": "page", "metadata": { "caption": "page", "user": "page" },
        });
        let granted = json!({ "alias": "app", "metadata": { "user": "app" }, "resumable": true });
        let both = merged(upload(granted.clone()), upload(page.clone()));
        assert_eq!(
            json!(both),
            json!({
                "alias": "app", "filename": "page", "resumable": true,
                "metadata": { "caption": "page", "user": "app" },
            })
        );
        assert_eq!(json!(merged(upload(granted.clone()), NewUpload::default())), granted);
        assert_eq!(json!(merged(NewUpload::default(), upload(page.clone()))), page);
    }
}
