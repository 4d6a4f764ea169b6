//! MD5 of parts: matches published examples, and does not depend on how the bytes are split.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ittybit_uploader::checksum::md5::Md5;
use proptest::prelude::*;

fn md5(pieces: &[&[u8]]) -> String {
    let mut md5 = Md5::default();
    pieces.iter().for_each(|piece| md5.update(piece));
    md5.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_examples_of_rfc_1321_a_5() {
    let digits = "1234567890".repeat(8);
    for (text, sum) in [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "d174ab98d277d9f5a5611c2c9f419d9f",
        ),
        (&digits, "57edf4a22be3c955ac49da2e2107b67a"),
    ] {
        assert_eq!(md5(&[text.as_bytes()]), sum, "{text}");
    }
}

#[test]
fn base64_is_padded() {
    for (text, written) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
    {
        assert_eq!(BASE64_STANDARD.encode(text), written);
    }
}

proptest! {
    /// The sizes are around the ends of blocks, where the padding is.
    #[test]
    fn the_sum_does_not_depend_on_how_the_bytes_are_split(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let (first, rest) = bytes.split_at(at.index(bytes.len() + 1));
        let (second, third) = rest.split_at(other.index(rest.len() + 1));
        prop_assert_eq!(md5(&[first, second, third]), md5(&[&bytes]));
    }
}
