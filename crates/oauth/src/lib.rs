//! Drawbridge oauth.
