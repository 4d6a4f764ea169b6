//! Shortens the names that a wasm and its glue share.
//!
//! The names are long, end in hashes, and occur in both files, so they are a tenth of what a page loads.
//! Usage: `shorten-names IN.wasm OUT.wasm UNUSED…`. Removes the exports that the glue does not use, and prints
//! a JSON object from old to new names, with which the bundler replaces them in the glue.

use std::collections::BTreeMap;
use std::process::ExitCode;

use walrus::ModuleConfig;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to, unused @ ..] = arguments.as_slice() else {
        eprintln!("usage: shorten-names IN.wasm OUT.wasm UNUSED…");
        return ExitCode::FAILURE;
    };
    match shorten(from, to, unused) {
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

fn shorten(from: &str, to: &str, unused: &[String]) -> walrus::Result<BTreeMap<String, String>> {
    let mut module = ModuleConfig::new().generate_producers_section(false).parse_file(from)?;
    let mut names = BTreeMap::new();
    for name in unused {
        module.exports.remove(name)?;
    }
    let imports = module.imports.iter_mut().map(|import| {
        // The glue puts all imports into one module of this name.
        "_".clone_into(&mut import.module);
        &mut import.name
    });
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports) {
        // The public API and `memory` keep their names. The entry points of closures begin with `$`, by which
        // start.js finds them.
        let is_closure = name.starts_with("wasm_bindgen_");
        if is_closure || name.starts_with("__wb") {
            let sigil = if is_closure { "$" } else { "" };
            let next = format!("{sigil}{}", identifier(names.len()));
            let short = names.entry(name.clone()).or_insert(next);
            name.clone_from(short);
        }
    }
    module.emit_wasm_file(to)?;
    Ok(names)
}

/// Returns the shortest identifier that is not used for a smaller number.
fn identifier(number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let letter = char::from(LETTERS[number % LETTERS.len()]);
    match number / LETTERS.len() {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// Formats the names as JSON. They are identifiers, so nothing must be escaped.
fn json(names: &BTreeMap<String, String>) -> String {
    let fields: Vec<_> =
        names.iter().map(|(long, short)| format!("\"{long}\":\"{short}\"")).collect();
    format!("{{{}}}", fields.join(","))
}
