//! The engine from outside, against the sample servers, on a real SQLite file.

mod connect;
mod desk;
mod endings;
mod grants;
mod races;
mod secrets;
mod servers;
mod storage;
mod tools;
