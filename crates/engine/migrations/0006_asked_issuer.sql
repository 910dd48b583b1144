-- Who was asked about the issuer of a client, where the person accepted that it names another: NULL where it is
-- the same one.
ALTER TABLE registration ADD COLUMN asked TEXT;

UPDATE registration AS r
SET asked = (
    SELECT pair ->> '$.expected'
    FROM (
        SELECT chosen_issuer, iif(json_valid(sign_in), sign_in, '{}') -> '$.issuer' AS pair
        FROM server
        WHERE id = r.server
    )
    WHERE pair ->> '$.kind' = 'accepted'
      AND pair ->> '$.stated' = r.issuer
      AND chosen_issuer IS NOT r.issuer
);
