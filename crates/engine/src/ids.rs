//! Drawbridge's own ids: everything that belongs to a server is keyed by [`ServerId`], never by URL.

use std::fmt;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $vis:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
        #[sqlx(transparent)]
        $vis struct $name(String);

        impl $name {
            /// A new id, greater than every earlier one.
            #[must_use]
            $vis fn random() -> Self {
                Self(Uuid::now_v7().simple().to_string())
            }

            /// The id as text.
            #[must_use]
            $vis fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// One entry of the list.
    pub ServerId
}
id! {
    /// One try of a person to sign in.
    pub AttemptId
}
id! {
    /// One question of a server to the person.
    pub(crate) QuestionId
}
id! {
    /// One registration of Drawbridge as a client of one authorization server.
    pub(crate) RegistrationId
}
