-- name: yearly_margin
-- kind: step
-- meaning: What each account of a product earned in the last twelve full months, times 1200
-- formula: sum over months of average balance x margin in percent a year
-- version: 1
-- per: customer
SELECT
  b.account_id,
  b.customer_id,
  b.product_id,
  SUM(b.average * CASE b.side
    WHEN 'deposit' THEN t.rate - COALESCE(a.rate, r.rate, 0)
    WHEN 'loan' THEN COALESCE(a.rate, r.rate, t.rate) - t.rate
    ELSE COALESCE(r.fee, 0)
  END) AS margin
FROM own_balance AS b
JOIN account AS a ON a.id = b.account_id
JOIN product AS r ON r.id = b.product_id
JOIN transfer_price AS t
  ON t.currency = a.currency
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END >= t.from_months
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END < t.below_months
CROSS JOIN period AS p
WHERE b.full_month AND b.month > p.year_ago_month
GROUP BY b.account_id, b.customer_id, b.product_id
