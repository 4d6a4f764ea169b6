//! Shortens the names that a wasm and its glue share.
//!
//! They are long, end in hashes, and stand in both files, so they are a tenth of what a page
//! loads. Usage: `shorten-names IN.wasm OUT.wasm`; prints, as JSON, which name became which, for
//! the bundler to do the same in the glue.

use std::collections::BTreeMap;
use std::process::ExitCode;

use walrus::ModuleConfig;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to] = arguments.as_slice() else {
        eprintln!("usage: shorten-names IN.wasm OUT.wasm");
        return ExitCode::FAILURE;
    };
    match shorten(from, to) {
        Ok(names) => {
            println!("{}", json(&names));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("shorten-names: {error}");
            ExitCode::FAILURE
        }
    }
}

fn shorten(from: &str, to: &str) -> walrus::Result<BTreeMap<String, String>> {
    let mut module = ModuleConfig::new().generate_producers_section(false).parse_file(from)?;
    let mut names = BTreeMap::new();
    // What the glue does not call, or no longer.
    for unused in ["__abort_handler", "__instance_terminated", "__wbindgen_realloc"] {
        module.exports.remove(unused)?;
    }
    let imports = module.imports.iter_mut().map(|import| {
        // One module for all: the glue puts them there.
        "_".clone_into(&mut import.module);
        &mut import.name
    });
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports) {
        // The public API keeps its names, and so does `memory`.
        if name.starts_with("__wb") || name.starts_with("wasm_bindgen_") {
            let next = identifier(names.len());
            let short = names.entry(name.clone()).or_insert(next);
            name.clone_from(short);
        }
    }
    module.emit_wasm_file(to)?;
    Ok(names)
}

/// The shortest there are: no two numbers have the same.
fn identifier(number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let letter = char::from(LETTERS[number % LETTERS.len()]);
    match number / LETTERS.len() {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// The names are identifiers: nothing in them needs to be escaped.
fn json(names: &BTreeMap<String, String>) -> String {
    let fields: Vec<_> =
        names.iter().map(|(long, short)| format!("\"{long}\":\"{short}\"")).collect();
    format!("{{{}}}", fields.join(","))
}
