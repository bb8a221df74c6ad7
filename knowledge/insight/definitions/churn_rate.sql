-- name: churn_rate
-- kind: unit
-- unit: percent
-- meaning: Which share of a unit's customers the bank lost in the last twelve months
-- formula: customers lost in that time / customers the unit had at its beginning x 100
-- version: 1
SELECT
  c.branch_id AS unit_id,
  CAST(ROUND(CAST(COUNT(l.customer_id) AS DOUBLE) / COUNT(*) * 100, 4) AS DECIMAL(18, 4)) AS value
FROM customer AS c
CROSS JOIN period AS p
LEFT JOIN lost AS l ON l.customer_id = c.id AND l.lost_on > p.year_ago
WHERE c.branch_id IS NOT NULL AND (c.customer_since IS NULL OR c.customer_since <= p.year_ago)
  AND (c.closed_on IS NULL OR c.closed_on > p.year_ago)
GROUP BY c.branch_id
