//! A picture or a sound that a tool answered, as a file. The server chose its bytes and what it calls them.

use std::{io, path::PathBuf};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use tauri::{AppHandle, Runtime};

use crate::{
    downloads,
    failure::{Answer, Failure},
};

/// A web view shows what lacks its padding, too.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Much of a name, and little enough for every file system.
const LONGEST: usize = 60;

/// Writes it among the person's downloads, named after its tool; answers where.
pub(crate) fn write<R: Runtime>(
    app: &AppHandle<R>,
    tool: &str,
    media_type: &str,
    base64: &str,
) -> Answer<PathBuf> {
    let extension = extension(media_type).ok_or_else(no_such_kind)?;
    let bytes = bytes(base64).ok_or_else(no_such_kind)?;
    downloads::put(app, &name(tool), extension, &bytes).map_err(|error| failed(&error))
}

/// The kinds that a page shows, and no program among them; `ui/src/lib/result/kinds.ts` offers to keep these.
fn extension(media_type: &str) -> Option<&'static str> {
    let kind = media_type.split(';').next()?.trim().to_ascii_lowercase();
    Some(match &*kind {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/bmp" => "bmp",
        "image/svg+xml" => "svg",
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/ogg" => "ogg",
        "audio/flac" => "flac",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/webm" => "weba",
        _ => return None,
    })
}

fn bytes(base64: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = base64
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    FORGIVING.decode(letters).ok()
}

/// Plain letters and figures alone: no folder, no other ending, nothing that hides or turns a line around.
fn name(tool: &str) -> String {
    let plain = tool.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let words: Vec<_> = plain.filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(LONGEST);
    if name.is_empty() {
        "answer".to_owned()
    } else {
        name
    }
}

fn no_such_kind() -> Failure {
    Failure::new(
        "answer_not_a_file",
        "This cannot be saved as a picture or a sound.",
        None,
    )
}

fn failed(error: &io::Error) -> Failure {
    tracing::warn!("an answer was not saved: {error}");
    Failure::new(
        "answer_not_saved",
        &format!("The file could not be written: {error}."),
        Some("Make room for it in your downloads."),
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("draw_bridge", "draw_bridge")]
    #[case("../../.bashrc", "bashrc")]
    #[case("C:\\Windows\\evil.exe", "C-Windows-evil-exe")]
    #[case("gnp\u{202e}.exe", "gnp-exe")]
    #[case("絵", "answer")]
    #[case("", "answer")]
    fn a_file_is_named_after_its_tool_in_plain_letters(#[case] tool: &str, #[case] plain: &str) {
        assert_eq!(name(tool), plain);
    }

    #[test]
    fn a_name_without_end_is_cut() {
        assert_eq!(name(&"a".repeat(5_000)), "a".repeat(LONGEST));
    }

    #[rstest]
    #[case("AAEC", Some(&[0, 1, 2][..]))]
    #[case("AAE=", Some(&[0, 1][..]))]
    #[case("AA\nE", Some(&[0, 1][..]))]
    #[case("<no base64>", None)]
    fn bytes_are_read_as_a_page_reads_them(#[case] text: &str, #[case] read: Option<&[u8]>) {
        assert_eq!(bytes(text).as_deref(), read);
    }

    #[rstest]
    #[case("image/png", Some("png"))]
    #[case(" Image/SVG+xml; charset=utf-8", Some("svg"))]
    #[case("text/html", None)]
    #[case("image/x-msdownload", None)]
    #[case("application/x-desktop", None)]
    #[case("image/png/../../x.sh", None)]
    fn only_what_the_page_shows_has_an_ending(#[case] kind: &str, #[case] ending: Option<&str>) {
        assert_eq!(extension(kind), ending);
    }
}
