//! Drawbridge testkit.
