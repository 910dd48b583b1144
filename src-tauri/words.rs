//! What the shell says outside its page: in the tray and in notifications.

use drawbridge_engine::view::Language;

/// The words of one language.
pub(crate) struct Words {
    pub(crate) show: &'static str,
    pub(crate) quit: &'static str,
    /// A server needs a new sign-in.
    pub(crate) sign_in_again: fn(&str) -> String,
    /// A server asks for more.
    pub(crate) more_access: fn(&str) -> String,
    /// So many servers have no line of their own.
    pub(crate) others: fn(usize) -> String,
    /// So many servers need the person.
    pub(crate) need_you: fn(usize) -> String,
    /// So many servers need a new sign-in.
    pub(crate) many_sign_ins: fn(usize) -> String,
    pub(crate) sign_in_lead: &'static str,
    /// Which ones, and how many more.
    pub(crate) many_lead: fn(&str, usize) -> String,
    pub(crate) more_access_lead: &'static str,
}

const ENGLISH: Words = Words {
    show: "Show Drawbridge",
    quit: "Quit",
    sign_in_again: |server| format!("Sign in to {server} again"),
    more_access: |server| format!("{server} asks for more access"),
    others: |more| match more {
        1 => "One more…".to_owned(),
        more => format!("{more} more…"),
    },
    need_you: |count| match count {
        0 => "Drawbridge".to_owned(),
        1 => "Drawbridge: a server needs you".to_owned(),
        many => format!("Drawbridge: {many} servers need you"),
    },
    many_sign_ins: |count| format!("{count} servers need you to sign in again"),
    sign_in_lead: "Drawbridge is no longer allowed to use it. Open Drawbridge to reconnect.",
    many_lead: |named, more| {
        let others = match more {
            0 => String::new(),
            1 => " and one more".to_owned(),
            more => format!(" and {more} more"),
        };
        format!("{named}{others}. Open Drawbridge to reconnect.")
    },
    more_access_lead: "A tool needs it. Open Drawbridge to review what it asks for.",
};

const GERMAN: Words = Words {
    show: "Drawbridge anzeigen",
    quit: "Beenden",
    sign_in_again: |server| format!("Bei {server} neu anmelden"),
    more_access: |server| format!("{server} möchte mehr Zugriff"),
    others: |more| match more {
        1 => "Noch einer…".to_owned(),
        more => format!("{more} weitere…"),
    },
    need_you: |count| match count {
        0 => "Drawbridge".to_owned(),
        1 => "Drawbridge: Ein Server braucht dich".to_owned(),
        many => format!("Drawbridge: {many} Server brauchen dich"),
    },
    many_sign_ins: |count| format!("{count} Server brauchen eine neue Anmeldung"),
    sign_in_lead: "Drawbridge darf ihn nicht mehr benutzen. Öffne Drawbridge, um dich neu anzumelden.",
    many_lead: |named, more| {
        let others = match more {
            0 => String::new(),
            1 => " und noch einer".to_owned(),
            more => format!(" und {more} weitere"),
        };
        format!("{named}{others}. Öffne Drawbridge, um dich neu anzumelden.")
    },
    more_access_lead: "Ein Tool braucht ihn. In Drawbridge steht, worum es geht.",
};

/// The words of a language; that of the system, where the person leaves it to that.
pub(crate) fn words(language: Language) -> &'static Words {
    match spoken(language, sys_locale::get_locale().as_deref()) {
        Language::De => &GERMAN,
        _ => &ENGLISH,
    }
}

fn spoken(language: Language, system: Option<&str>) -> Language {
    let system = system.and_then(|tag| tag.split(['-', '_']).next());
    match language {
        Language::System if system.is_some_and(|code| code.eq_ignore_ascii_case("de")) => {
            Language::De
        }
        Language::System => Language::En,
        chosen => chosen,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Language, spoken};

    #[rstest]
    #[case(Language::System, Some("de-AT"), Language::De)]
    #[case(Language::System, Some("de_DE.UTF-8"), Language::De)]
    #[case(Language::System, Some("den"), Language::En)]
    #[case(Language::System, None, Language::En)]
    #[case(Language::En, Some("de-AT"), Language::En)]
    #[case(Language::De, Some("en-GB"), Language::De)]
    fn the_language_is_the_chosen_one_or_that_of_the_system(
        #[case] language: Language,
        #[case] system: Option<&str>,
        #[case] expected: Language,
    ) {
        assert_eq!(spoken(language, system), expected);
    }
}
