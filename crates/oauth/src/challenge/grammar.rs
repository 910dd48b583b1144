//! `WWW-Authenticate` by its grammar (RFC 9110 §11.2, §11.6.1), forgiving where that loses nothing.

use super::Challenge;

/// The challenges of one header line.
pub(super) fn challenges(line: &str) -> Vec<Challenge> {
    let mut reader = Reader { rest: line };
    let mut found: Vec<Challenge> = Vec::new();
    loop {
        reader.skip(|c| c.is_whitespace() || c == ',');
        if reader.rest.is_empty() {
            return found;
        }
        let word = reader.take(is_token);
        if word.is_empty() {
            reader.drop_one();
        } else if reader.at_equals() {
            let value = reader.value();
            // A parameter before any scheme belongs to nobody.
            if let Some(challenge) = found.last_mut() {
                challenge.params.push((word.to_owned(), value));
            }
        } else {
            let token68 = reader.token68().map(str::to_owned);
            found.push(Challenge {
                scheme: word.to_owned(),
                token68,
                params: Vec::new(),
            });
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(what);
    }

    fn take(&mut self, what: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !what(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn drop_one(&mut self) {
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }

    /// Passes an equals sign, with the blanks that may stand around it, if there is one.
    fn at_equals(&mut self) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix('=') else {
            return false;
        };
        self.rest = rest.trim_start();
        true
    }

    /// A quoted string, or whatever stands there up to a comma or a blank: unquoted URLs are not
    /// allowed and are sent.
    fn value(&mut self) -> String {
        match self.rest.strip_prefix('"') {
            Some(rest) => {
                self.rest = rest;
                self.quoted()
            }
            None => self.take(|c| c != ',' && !c.is_whitespace()).to_owned(),
        }
    }

    /// The rest of a quoted string; one that never ends, ends with the line.
    fn quoted(&mut self) -> String {
        let mut value = String::new();
        let mut characters = self.rest.chars();
        while let Some(c) = characters.next() {
            match c {
                '"' => break,
                '\\' => value.extend(characters.next()),
                _ => value.push(c),
            }
        }
        self.rest = characters.as_str();
        value
    }

    /// A token68 that stands alone up to the next comma or the end.
    fn token68(&mut self) -> Option<&'a str> {
        let start = self.rest.trim_start();
        if start.len() == self.rest.len() {
            return None;
        }
        let body = start.trim_start_matches(is_token68);
        let end = body.trim_start_matches('=');
        let alone = end.trim_start().is_empty() || end.trim_start().starts_with(',');
        if body.len() == start.len() || !alone {
            return None;
        }
        self.rest = end;
        start.get(..start.len() - end.len())
    }
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

fn is_token68(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/".contains(c)
}
