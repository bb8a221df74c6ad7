-- name: deposit_falls_running
-- kind: ranking
-- unit: rank
-- meaning: The customers in each unit and in the bank whose deposits fell most since the end of the last full month
-- formula: by the change in the bank's own currency; the first fifty, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY m.since_month, t.customer_id) AS place
  FROM told_of AS t
  JOIN deposit_moves AS m ON m.customer_id = t.customer_id
  WHERE m.since_month < 0
) AS r
WHERE r.place <= 50
