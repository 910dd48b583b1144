//! Server-sent events, however they are cut into chunks (HTML, "Server-sent events" §9.2.6).
//!
//! The event is that of `sse-stream`, as `rmcp` has it. The reader of that crate ends a stream at a field that
//! it does not know, which the standard passes over, and goes over a large answer byte by byte.

use std::borrow::Cow;
use std::mem;

use sse_stream::Sse;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads events of at most so many bytes each.
pub(crate) struct Decoder {
    limit: usize,
    /// How many bytes of the event that is under way have come.
    length: usize,
    /// The line that is under way.
    line: Vec<u8>,
    is_first_line: bool,
    /// The line before ended with CR; LF right after it belongs to that.
    after_return: bool,
    event: Option<Sse>,
}

/// An event is larger than any may be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Decoder {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            length: 0,
            line: Vec::new(),
            is_first_line: true,
            after_return: false,
            event: None,
        }
    }

    /// The events that end in this chunk. After one that is too large nothing can be read any more.
    pub(crate) fn read(&mut self, chunk: &[u8]) -> Result<Vec<Sse>, TooLarge> {
        let mut events = Vec::new();
        let mut begin = 0;
        for end in memchr::memchr2_iter(b'\r', b'\n', chunk) {
            let belongs_to_return = self.after_return && begin == end && chunk[end] == b'\n';
            self.after_return = chunk[end] == b'\r';
            if !belongs_to_return {
                self.add(&chunk[begin..end])?;
                events.extend(self.end_line());
            }
            begin = end + 1;
        }
        if begin < chunk.len() {
            self.after_return = false;
            self.add(&chunk[begin..])?;
        }
        Ok(events)
    }

    fn add(&mut self, part: &[u8]) -> Result<(), TooLarge> {
        self.length += part.len();
        if self.length > self.limit {
            return Err(TooLarge);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// An empty line ends the event.
    fn end_line(&mut self) -> Option<Sse> {
        let mut line = &self.line[..];
        if mem::take(&mut self.is_first_line) {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.is_empty() {
            self.length = 0;
            self.line.clear();
            return self.event.take();
        }
        self.length += 1;
        take_in(&mut self.event, line);
        self.line.clear();
        None
    }
}

/// What the standard does not know, or calls wrong, is passed over.
fn take_in(event: &mut Option<Sse>, line: &[u8]) {
    let (name, value) = match memchr::memchr(b':', line) {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None => (line, &line[line.len()..]),
    };
    let value = text(value.strip_prefix(b" ").unwrap_or(value));
    match name {
        b"data" => match &mut event.get_or_insert_default().data {
            Some(data) => data.extend(["\n", &*value]),
            first => *first = Some(value.into_owned()),
        },
        b"event" => event.get_or_insert_default().event = Some(value.into_owned()),
        b"id" if !value.contains('\0') => {
            event.get_or_insert_default().id = Some(value.into_owned());
        }
        b"retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            if let Ok(pause) = value.parse() {
                event.get_or_insert_default().retry = Some(pause);
            }
        }
        _ => {}
    }
}

/// As [`String::from_utf8_lossy`], which goes over each byte even where nothing is lost.
fn text(value: &[u8]) -> Cow<'_, str> {
    str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, executor::block_on, stream};
    use proptest::prelude::*;
    use rstest::rstest;
    use sse_stream::SseStream;

    use super::*;

    fn read(text: &str) -> Vec<Sse> {
        Decoder::new(usize::MAX).read(text.as_bytes()).unwrap()
    }

    fn data(text: &str) -> Sse {
        Sse::default().data(text)
    }

    #[rstest]
    #[case::no_event_ends("data: 1\n", &[])]
    #[case::one("data: 1\n\n", &[data("1")])]
    #[case::several_lines("data: 1\ndata:2\ndata\n\n", &[data("1\n2\n")])]
    #[case::one_blank_goes("data:  1\n\n", &[data(" 1")])]
    #[case::each_end_of_a_line("data: 1\r\rdata: 2\r\n\r\ndata: 3\n\n", &[data("1"), data("2"), data("3")])]
    #[case::a_mark_before_it("\u{feff}data: 1\n\n", &[data("1")])]
    #[case::comments(": hello\n\ndata: 1\n:\n\n", &[data("1")])]
    #[case::a_field_that_nobody_knows("mood: good\ndata: 1\nalone\n\n", &[data("1")])]
    #[case::the_last_one_counts("event: a\nevent: b\ndata: 1\n\n", &[data("1").event("b")])]
    #[case::an_event_without_data("id: 7\nretry: 50\n\n", &[Sse::default().id("7").retry(50)])]
    #[case::no_number("retry: soon\nretry:\nretry: -1\nid: a\0b\ndata: 1\n\n", &[data("1")])]
    fn a_stream_is_read_as_the_standard_has_it(#[case] text: &str, #[case] events: &[Sse]) {
        assert_eq!(read(text), events);
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        let read = Decoder::new(100).read(b"data: \xff!\n\n");
        assert_eq!(read, Ok(vec![data("\u{fffd}!")]));
    }

    // rule: N1
    #[test]
    fn each_event_is_measured_by_itself_over_all_chunks() {
        let mut decoder = Decoder::new(16);
        for chunk in [
            "data: 12345\r\n\r\ndata: 1",
            "23456789",
            "\n",
            "\ndata: 1\n\n",
        ] {
            decoder.read(chunk.as_bytes()).unwrap();
        }
        assert_eq!(decoder.length, 0);
        decoder.read(b"data: 1\ndata: 2").unwrap();
        assert_eq!(decoder.read(b"34"), Err(TooLarge));
    }

    /// Such as `sse-stream` takes.
    fn well_formed() -> impl Strategy<Value = String> {
        let line = prop_oneof!["data: ?[a-zé:\\u{1f600} ]{0,12}", ":[a-z ]{0,5}",];
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        let event = (proptest::collection::vec((line, end.clone()), 0..4), end);
        let text = |(lines, end): (Vec<(String, &str)>, &str)| {
            let lines = lines.iter().map(|(line, end)| format!("{line}{end}"));
            lines.collect::<String>() + end
        };
        proptest::collection::vec(event.prop_map(text), 0..6).prop_map(|events| events.concat())
    }

    proptest! {
        #[test]
        fn chunks_change_nothing_and_another_reader_reads_the_same(
            text in well_formed(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            let mut decoder = Decoder::new(usize::MAX);
            let mut events = Vec::new();
            let mut begin = 0;
            for end in cuts.into_iter().chain([text.len()]) {
                events.extend(decoder.read(&text.as_bytes()[begin..end]).unwrap());
                begin = end;
            }
            prop_assert_eq!(&events, &read(&text));
            let whole = stream::iter([Ok::<_, std::io::Error>(text.as_bytes())]);
            let others = SseStream::from_bytes_stream(whole).map(Result::unwrap);
            prop_assert_eq!(events, block_on(others.collect::<Vec<_>>()));
        }

        #[test]
        fn nothing_that_comes_makes_it_panic(chunks: Vec<Vec<u8>>) {
            let mut decoder = Decoder::new(64);
            for chunk in chunks {
                if decoder.read(&chunk).is_err() {
                    break;
                }
            }
        }
    }
}
