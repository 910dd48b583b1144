//! Which addresses are of the internet (rule N2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Whether everybody on the internet reaches the same computer there. What is not listed by IANA as
/// global (RFC 6890 and its registries) is taken for private, in whatever clothes it comes: as
/// IPv4-mapped, NAT64 or 6to4.
pub(super) fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

/// Whether the URL itself names an address, or a name, that is not of the internet.
pub(crate) fn is_private_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_global_v4(address),
        Some(Host::Ipv6(address)) => !is_global_v6(address),
        // RFC 6761 §6.3: whatever a resolver makes of it.
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        // With the metadata services of the clouds at 169.254.169.254.
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        // "This network" (RFC 791 §3.2): on Linux, 0.0.0.0 is this computer.
        || a == 0
        // Shared by the customers of a carrier (RFC 6598); Alibaba's metadata service is there.
        || (a == 100 && b & 0xc0 == 64)
        // Protocol assignments (RFC 6890), Oracle's metadata service among them.
        || (a == 192 && b == 0 && c == 0)
        // 6to4 relays (RFC 7526).
        || (a == 192 && b == 88 && c == 99)
        // Benchmarks (RFC 2544).
        || (a == 198 && b & 0xfe == 18)
        // Reserved (RFC 1112 §4).
        || a >= 240
        // Azure's metadata and health service, on a public address.
        || address.octets() == [168, 63, 129, 16];
    !special
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded(address) {
        return is_global_v4(inner);
    }
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is given out (RFC 4291 §2.4).
    let given_out = a & 0xe000 == 0x2000;
    // Protocol assignments with Teredo, ORCHID and benchmarks (RFC 2928), and documentation
    // (RFC 3849, RFC 9637).
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x3fff;
    given_out && !special
}

/// The IPv4 address that is meant.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let last = || Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        // Mapped, translated (RFC 4291 §2.5.5, RFC 2765 §2.1), and NAT64 (RFC 6052 §2.1).
        [0, 0, 0, 0, 0, 0xffff, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(last()),
        // Compatible, long given up.
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => Some(last()),
        // 6to4 (RFC 3056 §2).
        [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // rule: N2
    #[rstest]
    #[case::any("0.0.0.0")]
    #[case::this_network("0.1.2.3")]
    #[case::private_a("10.255.0.1")]
    #[case::private_b("172.16.0.1")]
    #[case::private_b_end("172.31.255.255")]
    #[case::private_c("192.168.1.1")]
    #[case::loopback("127.0.0.1")]
    #[case::loopback_far("127.255.255.254")]
    #[case::cloud_metadata("169.254.169.254")]
    #[case::ecs_metadata("169.254.170.2")]
    #[case::alibaba_metadata("100.100.100.200")]
    #[case::oracle_metadata("192.0.0.192")]
    #[case::azure_wire_server("168.63.129.16")]
    #[case::carrier("100.64.0.1")]
    #[case::carrier_end("100.127.255.255")]
    #[case::benchmarks("198.19.0.1")]
    #[case::documentation("203.0.113.7")]
    #[case::multicast("224.0.0.1")]
    #[case::reserved("250.1.1.1")]
    #[case::broadcast("255.255.255.255")]
    #[case::loopback_v6("::1")]
    #[case::any_v6("::")]
    #[case::link_local_v6("fe80::1")]
    #[case::unique_local("fd00:ec2::254")]
    #[case::unique_local_low("fc00::1")]
    #[case::site_local("fec0::1")]
    #[case::multicast_v6("ff02::1")]
    #[case::documentation_v6("2001:db8::1")]
    #[case::teredo("2001:0:1::1")]
    #[case::discard("100::1")]
    #[case::mapped("::ffff:127.0.0.1")]
    #[case::mapped_private("::ffff:10.0.0.1")]
    #[case::compatible("::127.0.0.1")]
    #[case::translated("::ffff:0:192.168.0.1")]
    #[case::nat64("64:ff9b::169.254.169.254")]
    #[case::nat64_local("64:ff9b:1::1")]
    #[case::six_to_four("2002:7f00:1::1")]
    fn what_is_not_of_the_internet_is_known(#[case] address: &str) {
        assert!(!is_global(address.parse().unwrap()));
    }

    // rule: N2
    #[rstest]
    #[case("1.1.1.1")]
    #[case("100.63.255.255")]
    #[case("100.128.0.1")]
    #[case("172.15.0.1")]
    #[case("172.32.0.1")]
    #[case("192.0.1.1")]
    #[case("198.20.0.1")]
    #[case("223.255.255.255")]
    #[case("2606:4700:4700::1111")]
    #[case("2a00:1450:4001::1")]
    #[case("2001:4860:4860::8888")]
    #[case("::ffff:1.1.1.1")]
    #[case("64:ff9b::1.1.1.1")]
    #[case("2002:101:101::1")]
    fn what_is_of_the_internet_is_let_through(#[case] address: &str) {
        assert!(is_global(address.parse().unwrap()));
    }
}
