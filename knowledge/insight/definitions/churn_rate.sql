-- name: churn_rate
-- kind: unit
-- unit: percent
-- meaning: Which share of a branch's customers, and of the whole bank's at head office, was lost in the last twelve months
-- formula: customers lost in that time / customers the unit had at its beginning x 100, to four places; customers without a first day count as there
-- version: 1
SELECT
  h.unit_id,
  CAST(FLOOR(CAST(COUNT(l.customer_id) AS DOUBLE) * 1000000 / COUNT(*) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  COUNT(*) AS customers
FROM (
  SELECT c.id, c.branch_id AS unit_id, c.customer_since, c.closed_on
  FROM customer AS c
  WHERE c.branch_id IS NOT NULL
  UNION ALL
  SELECT c.id, u.id AS unit_id, c.customer_since, c.closed_on
  FROM customer AS c
  JOIN unit AS u ON u.kind = 'head_office'
) AS h
CROSS JOIN period AS p
LEFT JOIN lost AS l ON l.customer_id = h.id AND l.lost_on > p.year_ago
WHERE (h.customer_since IS NULL OR h.customer_since <= p.year_ago) AND (h.closed_on IS NULL OR h.closed_on > p.year_ago)
GROUP BY h.unit_id
