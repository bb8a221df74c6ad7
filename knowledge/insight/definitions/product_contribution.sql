-- name: product_contribution
-- kind: product
-- unit: money
-- meaning: What each product earned per branch, and in the whole bank, in the last twelve full months, before the cost of serving
-- formula: deposits: balance x (transfer price - rate paid); loans: balance x (rate - transfer price); investments: balance x fee; each / 100 / 12 per month, to the cent
-- version: 1
SELECT
  m.product_id,
  m.unit_id,
  CAST(FLOOR(CAST(SUM(m.margin) * 100 AS DOUBLE) / 1200 + 0.5) / 100 AS DECIMAL(18, 2)) AS value,
  COUNT(DISTINCT m.customer_id) AS customers
FROM (
  SELECT y.product_id, y.customer_id, y.margin, c.branch_id AS unit_id
  FROM yearly_margin AS y
  JOIN customer AS c ON c.id = y.customer_id
  WHERE c.branch_id IS NOT NULL
  UNION ALL
  SELECT y.product_id, y.customer_id, y.margin, CAST(NULL AS VARCHAR(64)) AS unit_id
  FROM yearly_margin AS y
) AS m
GROUP BY m.product_id, m.unit_id
