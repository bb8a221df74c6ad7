-- name: deposit_margin
-- kind: metric
-- unit: money
-- meaning: What the bank earned on the customer's deposits in the last twelve full months
-- formula: sum over accounts and months of average balance x (transfer price of its term - rate paid) / 100 / 12, to the cent; payable on demand has term 0; the rate is the account's own, else the product's, else 0
-- version: 1
-- per: customer
SELECT
  b.customer_id,
  CAST(FLOOR(CAST(SUM(b.average * (t.rate - COALESCE(a.rate, r.rate, 0))) * 100 AS DOUBLE) / 1200 + 0.5) / 100 AS DECIMAL(18, 2))
    AS value
FROM own_balance AS b
JOIN account AS a ON a.id = b.account_id
LEFT JOIN product AS r ON r.id = a.product_id
JOIN transfer_price AS t
  ON t.currency = a.currency
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END >= t.from_months
  AND CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END < t.below_months
CROSS JOIN period AS p
WHERE b.side = 'deposit' AND b.full_month AND b.month > p.year_ago_month
GROUP BY b.customer_id
