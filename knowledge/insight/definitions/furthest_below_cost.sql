-- name: furthest_below_cost
-- kind: ranking
-- unit: rank
-- meaning: The customers in each unit and in the bank who cost most beyond what they bring
-- formula: by profit contributions below 0, the lowest first; the first fifty, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY p.value, t.customer_id) AS place
  FROM told_of AS t
  JOIN profit_contribution AS p ON p.customer_id = t.customer_id
  WHERE t.present AND p.value < 0
) AS r
WHERE r.place <= 50
