-- name: product_contribution
-- kind: product
-- unit: money
-- meaning: What each product earned per branch in the last twelve full months, before the cost of serving
-- formula: deposits: balance x (transfer price - rate paid); loans: balance x (rate - transfer price); investments: balance x fee; each / 100 / 12 per month
-- version: 1
SELECT
  b.product_id,
  c.branch_id AS unit_id,
  CAST(ROUND(CAST(SUM(b.average * CASE b.side
    WHEN 'deposit' THEN t.rate - COALESCE(a.rate, r.rate, 0)
    WHEN 'loan' THEN COALESCE(a.rate, r.rate, t.rate) - t.rate
    ELSE COALESCE(r.fee, 0)
  END) AS DOUBLE) / 1200, 2) AS DECIMAL(18, 2)) AS value,
  COUNT(DISTINCT b.customer_id) AS customers
FROM own_balance AS b
JOIN account AS a ON a.id = b.account_id
JOIN customer AS c ON c.id = b.customer_id
JOIN product AS r ON r.id = b.product_id
JOIN transfer_price AS t
  ON t.currency = a.currency
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END >= t.from_months
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END < t.below_months
CROSS JOIN period AS p
WHERE b.full_month AND b.month > p.year_ago_month
GROUP BY b.product_id, c.branch_id
