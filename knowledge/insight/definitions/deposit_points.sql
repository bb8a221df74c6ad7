-- name: deposit_points
-- kind: metric
-- unit: points
-- meaning: Points for the deposits kept over the last twelve full months
-- formula: per account and month, average balance / amount of a point x weight of its kind, rounded to hundredths at the end
-- version: 1
-- per: customer
SELECT
  b.customer_id,
  CAST(FLOOR(
    CAST(SUM(b.average * CASE WHEN b.kind = 'deposit' THEN w.demand ELSE w.term END) * 100 AS DOUBLE)
    / CAST(MAX(w.amount) AS DOUBLE) + 0.5) / 100 AS DECIMAL(18, 2)) AS value
FROM own_balance AS b
CROSS JOIN points AS w
CROSS JOIN period AS p
WHERE b.side = 'deposit' AND b.full_month AND b.month > p.year_ago_month
GROUP BY b.customer_id
