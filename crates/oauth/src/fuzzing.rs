//! Private readers, open to `fuzz/` alone: `cfg(fuzzing)` is set by `cargo fuzz`.

pub use crate::registration::fuzzing::registration_answer;
pub use crate::resource_metadata::fuzzing::resource_metadata;
pub use crate::server_metadata::fuzzing::server_metadata;
pub use crate::token::fuzzing::token_answer;
