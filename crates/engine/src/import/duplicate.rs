//! Entries of one text that have a name or an address in common.

use super::{Entry, Ready, Reason, Warning};

/// Skips what is there a second time; what is only alike is told.
pub(super) fn tell(entries: &mut [Entry]) {
    for at in 1..entries.len() {
        let (earlier, rest) = entries.split_at_mut(at);
        let Some(entry) = rest.first_mut() else {
            return;
        };
        let Entry::Ready(ready) = entry else {
            continue;
        };
        let before = || {
            earlier.iter().filter_map(|entry| match entry {
                Entry::Ready(before) => Some(before.as_ref()),
                Entry::Skipped { .. } => None,
            })
        };
        let same_address = || before().filter(|before| before.server.url == ready.server.url);
        if let Some(same) = same_address().find(|before| same_account(before, ready)) {
            *entry = Entry::Skipped {
                name: ready.name.clone(),
                reason: Reason::SameAsEarlier {
                    name: same.name.clone(),
                },
            };
            continue;
        }
        let beside = same_address().next().map(|before| before.name.clone());
        let same_name = before().any(|before| before.name == ready.name);
        if let Some(name) = beside {
            ready.server.same_url = true;
            ready.warnings.push(Warning::SameAddress { name });
        }
        if same_name {
            ready.warnings.push(Warning::SameName);
        }
    }
}

/// Whether both would be the same to the server.
fn same_account(one: &Ready, other: &Ready) -> bool {
    let headers = |ready: &Ready| {
        let known = ready.server.headers.iter();
        let mut all: Vec<_> = known
            .map(|header| (header.name.clone(), header.value.clone()))
            .chain(ready.needs_value.iter().map(|name| (name.clone(), None)))
            .collect();
        all.sort();
        all
    };
    headers(one) == headers(other) && one.server.sign_in == other.server.sign_in
}
