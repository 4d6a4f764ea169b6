//! Generates the glue of a wasm with wasm-bindgen, in the version of the workspace's lock file.
//!
//! Accepts the options of wasm-bindgen's command line that the build uses. It calls the library, because the
//! crate of the command line takes minutes to compile.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.typescript(true);
    let mut folder = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value =
            || arguments.next().with_context(|| format!("{argument} must have a value"));
        match argument.as_str() {
            "--target" => match value()?.as_str() {
                "bundler" => bindgen.bundler(true)?,
                other => bail!("the target must be `bundler`, not `{other}`"),
            },
            "--encode-into" => match value()?.as_str() {
                "always" => bindgen.encode_into(EncodeInto::Always),
                other => bail!("text must be encoded `always`, not `{other}`"),
            },
            "--out-dir" => {
                folder = Some(PathBuf::from(value()?));
                &mut bindgen
            }
            "--out-name" => bindgen.out_name(&value()?),
            "--no-typescript" => bindgen.typescript(false),
            option if option.starts_with('-') => {
                bail!("bindgen.rs must implement `{option}` first")
            }
            input => bindgen.input_path(input),
        };
    }
    bindgen.generate(folder.context("--out-dir must be set")?)
}
