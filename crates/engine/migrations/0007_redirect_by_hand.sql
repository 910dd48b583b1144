-- Where a client that is registered by hand comes back to: where it did, or what its person was told to register.
ALTER TABLE server ADD COLUMN redirect_by_hand TEXT;

UPDATE server
SET redirect_by_hand = (
    SELECT r.redirect_uri
    FROM registration AS r
    LEFT JOIN grant AS g ON g.registration = r.id
    LEFT JOIN issuer AS i ON i.issuer = r.issuer
    WHERE r.server = server.id AND r.kind = 'pre_registered'
      AND r.redirect_uri <> '' AND instr(r.redirect_uri, '#') = 0
    ORDER BY
        g.server IS NULL,
        i.redirect IS NOT CASE
            WHEN r.redirect_uri LIKE 'http://127.0.0.1:%' THEN 'loopback'
            WHEN r.redirect_uri LIKE 'http://localhost:%' THEN 'localhost'
            ELSE 'deep_link'
        END,
        r.id DESC
    LIMIT 1
);
