//! Keys of a client that signs for itself. They are in this repository, so they are no secret.

/// Both halves, as PEM.
#[derive(Debug, Clone, Copy)]
pub struct KeyPair {
    /// What the client has (PKCS#8).
    pub private: &'static str,
    /// What the authorization server is given.
    pub public: &'static str,
}

/// P-256.
pub const ES256: KeyPair = KeyPair {
    private: include_str!("../keys/es256.pem"),
    public: include_str!("../keys/es256.pub.pem"),
};

/// RSA with 2048 bits.
pub const RS256: KeyPair = KeyPair {
    private: include_str!("../keys/rs256.pem"),
    public: include_str!("../keys/rs256.pub.pem"),
};

/// Ed25519.
pub const EDDSA: KeyPair = KeyPair {
    private: include_str!("../keys/eddsa.pem"),
    public: include_str!("../keys/eddsa.pub.pem"),
};
