-- name: key_person_changed
-- kind: event
-- meaning: The key contact of a company changed in the last 180 days
-- formula: a value of the field key contact in the field history, other than the one before it, whichever system said it
-- version: 1
-- per: customer
SELECT h.customer_id, h.as_of AS day, CAST(NULL AS DECIMAL(18, 2)) AS amount, CAST(h.id AS VARCHAR(64)) AS source, h.value AS detail
FROM (
  SELECT
    v.id,
    v.customer_id,
    v.as_of,
    v.value,
    COALESCE(LAG(v.value) OVER (PARTITION BY v.customer_id ORDER BY v.as_of, v.id), v.previous) AS before
  FROM source_value AS v
  WHERE v.field = 'key_contact' AND v.value IS NOT NULL
) AS h
JOIN customer AS c ON c.id = h.customer_id
CROSS JOIN period AS p
WHERE c.kind <> 'person' AND h.as_of > p.days_180_ago AND h.value <> h.before
