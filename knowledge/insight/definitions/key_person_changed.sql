-- name: key_person_changed
-- kind: event
-- meaning: The key contact of a company changed in the last 180 days
-- formula: a newer value of the field key contact in the field history
-- version: 1
SELECT h.customer_id, h.as_of AS day, CAST(NULL AS DECIMAL(18, 2)) AS amount, CAST(h.id AS VARCHAR(64)) AS source, h.value AS detail
FROM source_value AS h
JOIN customer AS c ON c.id = h.customer_id
JOIN (
  SELECT customer_id, MIN(as_of) AS first_on
  FROM source_value
  WHERE field = 'key_contact'
  GROUP BY customer_id
) AS f ON f.customer_id = h.customer_id
CROSS JOIN period AS p
WHERE h.field = 'key_contact' AND c.kind <> 'person' AND h.as_of > p.days_180_ago AND h.as_of <= p.today
  AND (h.as_of > f.first_on OR h.previous IS NOT NULL)
