-- name: costliest_service
-- kind: ranking
-- unit: rank
-- meaning: The customers in each unit and in the bank who get services above their tier
-- formula: by the amount above what is meant for the tier; the fifty largest, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY s.value DESC, t.customer_id) AS place
  FROM told_of AS t
  JOIN service_above_tier AS s ON s.customer_id = t.customer_id
  WHERE t.present
) AS r
WHERE r.place <= 50
