//! A picture as the page shows it, pixel by pixel: whatever its server sent, no program but the web view reads that.

use tauri::{
    http::HeaderMap,
    ipc::{InvokeBody, Request},
};

/// A picture of this many weighs 64 MiB; `ui/src/lib/result/pixels.ts` offers to copy no larger one.
const MOST: u32 = 1 << 24;

const BYTES_OF_ONE: usize = 4;

/// Row by row, each pixel as its red, green, blue and opacity.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgba: Vec<u8>,
}

impl Pixels {
    /// They are the body, and the headers say how wide and high the picture is. Nothing where that is not so.
    pub(crate) fn of(request: &Request<'_>) -> Option<Pixels> {
        let InvokeBody::Raw(rgba) = request.body() else {
            return None;
        };
        let [width, height] = ["width", "height"].map(|name| figure(request.headers(), name));
        Self::checked(width?, height?, rgba)
    }

    fn checked(width: u32, height: u32, rgba: &[u8]) -> Option<Pixels> {
        let count = width.checked_mul(height)?;
        let fits = (1..=MOST).contains(&count)
            && rgba.len() == usize::try_from(count).ok()? * BYTES_OF_ONE;
        fits.then(|| Pixels {
            width,
            height,
            rgba: rgba.to_owned(),
        })
    }
}

fn figure(headers: &HeaderMap, name: &str) -> Option<u32> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_picture_has_four_bytes_for_each_of_its_pixels() {
        let picture = Pixels::checked(2, 1, &[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        assert_eq!((picture.width, picture.height), (2, 1));
        assert_eq!(picture.rgba, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[rstest]
    #[case::fewer_than_it_says(2, 2, 12)]
    #[case::more_than_it_says(1, 1, 8)]
    #[case::none(0, 1, 0)]
    #[case::more_than_can_be_counted(u32::MAX, 2, 0)]
    #[case::more_than_are_taken(MOST / 2, 2 + 1, 16)]
    fn what_has_not_as_many_as_it_says_is_no_picture(
        #[case] width: u32,
        #[case] height: u32,
        #[case] bytes: usize,
    ) {
        assert!(Pixels::checked(width, height, &vec![0; bytes]).is_none());
    }
}
