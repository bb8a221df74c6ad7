-- name: churn_rate
-- kind: unit
-- unit: percent
-- meaning: Which share of a unit's customers the bank lost in the last twelve months
-- formula: customers lost in that time / customers the unit had at its beginning x 100, to four places; customers without a first day count as there
-- version: 1
SELECT
  c.branch_id AS unit_id,
  CAST(FLOOR(CAST(COUNT(l.customer_id) AS DOUBLE) * 1000000 / COUNT(*) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  COUNT(*) AS customers
FROM customer AS c
CROSS JOIN period AS p
LEFT JOIN lost AS l ON l.customer_id = c.id AND l.lost_on > p.year_ago
WHERE c.branch_id IS NOT NULL AND (c.customer_since IS NULL OR c.customer_since <= p.year_ago)
  AND (c.closed_on IS NULL OR c.closed_on > p.year_ago)
GROUP BY c.branch_id
