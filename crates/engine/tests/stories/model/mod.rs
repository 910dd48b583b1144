//! Everything at once, in any order: random walks over what a person, a server, a network and a
//! second process can do, against a truth that is known. The walk, shortened to what matters, is
//! printed when the two part.
//!
//! `PROPTEST_RNG_SEED=N` walks another way, `PROPTEST_CASES=N` so many times.

mod process;
mod step;
mod truth;
mod world;

use proptest::collection::vec;
use proptest::strategy::Strategy as _;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use self::step::step;
use self::world::World;

/// The same way every time, unless somebody asks for another.
const SEED: u64 = 2_026;
const WALKS: u32 = 50;
const STEPS: usize = 100;

fn config() -> Config {
    let asked = Config::default();
    let seed = match asked.rng_seed {
        RngSeed::Random => RngSeed::Fixed(SEED),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked.cases,
        None => WALKS,
    };
    Config {
        rng_seed: seed,
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        max_shrink_time: 120_000,
        ..asked
    }
}

// rule: G1, G2, G4, G6, G8, G10, G11
#[test]
fn whatever_happens_in_whatever_order_the_grant_is_what_it_should_be() {
    let config = config();
    println!("{:?}, {} walks", config.rng_seed, config.cases);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let walks = vec(step(), 1..STEPS).prop_map(|mut steps| {
        // Half of what can happen needs somebody who is signed in.
        steps.insert(0, step::Step::SignIn(step::Who::App));
        steps
    });
    let outcome = TestRunner::new(config).run(&walks, |steps| {
        runtime.block_on(World::walk(steps));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
